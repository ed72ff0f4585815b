"""Phrases and words of other languages than English, from `phrases/other_languages.txt`."""

import re
from dataclasses import dataclass

from apps.core.text.patterns import lazy_pattern
from apps.core.text.phrase_files import named, sections
from apps.distress.phrases import FOLDER


@dataclass(frozen=True)
class Language:
    """Words of a language: the speaker, others, death and harm, life, and having had enough of it."""

    speaker: re.Pattern[str]
    others: re.Pattern[str]
    death: re.Pattern[str]
    life: re.Pattern[str]
    enough: re.Pattern[str]

    def speaks_of_it(self, sentence: str) -> bool:
        """Whether a sentence, lower case and without accents, speaks of the speaker's own death, and of nobody else."""
        if not self.speaker.search(sentence) or self.others.search(sentence):
            return False
        return bool(self.death.search(sentence) or (self.life.search(sentence) and self.enough.search(sentence)))


def _any_of(words: str) -> re.Pattern[str]:
    return lazy_pattern(rf"\b(?:{words.replace(' ', '|').replace('_', ' ')})\b")


_PHRASES, *_LANGUAGES = sections(FOLDER / "other_languages.txt").values()

IN_OTHER_LANGUAGES = tuple(map(lazy_pattern, _PHRASES))
LANGUAGES = tuple(Language(**{part: _any_of(words) for part, words in named(lines).items()}) for lines in _LANGUAGES)
