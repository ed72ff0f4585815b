"""English phrases in which people speak of ending or harming their own life, from `phrases/english.txt`."""

import re

from apps.core.text.patterns import lazy_pattern
from apps.core.text.phrase_files import named, sections
from apps.distress.phrases import FOLDER

Patterns = tuple[re.Pattern[str], ...]

_SECTIONS = sections(FOLDER / "english.txt")
_PARTS = named(_SECTIONS["parts"])


def _compiled(phrase: str) -> re.Pattern[str]:
    for name in reversed(_PARTS):
        phrase = phrase.replace(f"<{name}>", _PARTS[name])
    return lazy_pattern(phrase)


def _patterns(section: str) -> Patterns:
    return tuple(map(_compiled, _SECTIONS[section]))


_WORDS = {name: _compiled(text) for name, text in named(_SECTIONS["words"]).items()}

CLEAR, POSSIBLE, FAINT, OUT_OF_PLAY = map(_patterns, ("clear", "possible", "faint", "out of play"))
OTHERS, OWN, WHOSE, SUBJECT_OF = (_WORDS[name] for name in ("OTHERS", "OWN", "WHOSE", "SUBJECT_OF"))
DEATH, LIFE, ENOUGH = (_WORDS[name] for name in ("DEATH", "LIFE", "ENOUGH"))
REPORTED, IN_YOUR_PLACE, MISHAP, ON_DUTY = (_WORDS[name] for name in ("REPORTED", "IN_YOUR_PLACE", "MISHAP", "ON_DUTY"))
SUBJECT, SUBJECT_AFTER = _WORDS["SUBJECT"], _WORDS["SUBJECT_AFTER"]
NEGATED, DENIED, NOT_NEGATED = (_WORDS[name] for name in ("NEGATED", "DENIED", "NOT_NEGATED"))
BEGINS, AGREES, ASKED_ABOUT = (_WORDS[name] for name in ("BEGINS", "AGREES", "ASKED_ABOUT"))
FIGURES, IMAGINED = _WORDS["FIGURES"], _WORDS["IMAGINED"]
BEFORE_A_QUOTE, AFTER_A_QUOTE = _WORDS["BEFORE_A_QUOTE"], _WORDS["AFTER_A_QUOTE"]
COMMON = frozenset(word for line in _SECTIONS["common"] for word in line.split())
SPELLINGS = named(_SECTIONS["spellings"])
KEYWORDS = tuple(_SECTIONS["keywords"])
