"""What canaries ask for, in the languages in which rubrics are written: a file of canary_texts for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from apps.core.text.phrase_files import named, sections
from apps.core.text.plain import plain, words

TEXTS = Path(__file__).parent / "canary_texts"
# By ISO 639-1 code.
LANGUAGES = frozenset(path.stem for path in TEXTS.glob("*.txt"))
# Words stand without blanks between them, or with another word before them.
_ANYWHERE = frozenset({"ar", "ja", "ko", "zh"})


@dataclass(frozen=True)
class Pool:
    """Canaries in one language.

    `topics` are what is asked > the beginnings of words that may not stand in the conversation or the rubric, so that
    nothing said can meet it. `statements` and `questions` are the forms of a name, by the first or last word of the
    names that have that form. `unmet`, `near`, `met` and `credit` are the forms of levels and instructions. {} is the
    topic.
    """

    topics: Mapping[str, tuple[str, ...]]
    statements: Mapping[str, str]
    questions: Mapping[str, str]
    unmet: str
    near: str
    met: str
    credit: str
    anywhere: bool

    def free(self, said: Iterable[str]) -> list[str]:
        """The topics whose words stand in none of these texts."""
        texts = [plain(text) for text in said]
        if self.anywhere:
            return [
                topic for topic, stems in self.topics.items() if not any(one in text for one in stems for text in texts)
            ]
        # In some languages an article stands before an apostrophe.
        spoken = {word for text in texts for word in words(text.replace("'", " "))}
        # Most words touch none: each is looked at once.
        all_stems = tuple(chain(*self.topics.values()))
        touching = [word for word in spoken if word.startswith(all_stems)]
        return [topic for topic, stems in self.topics.items() if not any(word.startswith(stems) for word in touching)]

    def has_form(self, name: str, form: str) -> bool:
        """Whether a name, as `plain` gives it, begins or ends with the word of a form."""
        name = name.strip(" ¿?？؟;.。")
        edges = [word.rstrip(",:") for word in name.split()[:1] + name.split()[-1:]]
        return name.startswith(form) or name.endswith(form) if self.anywhere else form in edges


@cache
def pool_in(language: str) -> Pool:
    """The pool in one of LANGUAGES."""
    found = sections(TEXTS / f"{language}.txt")
    return Pool(
        topics={
            topic: tuple(plain(stem) for stem in stems.split(", ")) for topic, stems in named(found["topics"]).items()
        },
        statements={plain(word): form for word, form in named(found["statements"]).items()},
        questions={plain(word): form for word, form in named(found["questions"]).items()},
        **named(found["levels"]),
        anywhere=language in _ANYWHERE,
    )
