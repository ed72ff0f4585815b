"""The facts in a scenario's text: its lines "- topic, words: fact" and "- [locked] topic: fact", counted from 1.

This is the only parser of that text. fact_sheet.py makes rows of it for editors, and findings.py says what it passed
over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# The most characters before a fact's colon.
TOPICS_MAX = 1000
QUESTION_MARKS = ("?", "？", "؟")
# Blanks must not match line ends: with \s, 20,000 blank lines would take 42 s.
_BLANKS = r"[^\S\n]*"
_LINE = re.compile(
    rf"^{_BLANKS}(?P<bullet>[-*•])?{_BLANKS}(?P<locked>\[locked\])?{_BLANKS}"
    rf"(?:(?P<topics>[^:\n]{{1,{TOPICS_MAX}}}):[^\S\n])?{_BLANKS}(?P<text>\S[^\n]*)$",
    re.IGNORECASE,
)
# Labels of lines that are no facts, also where a bullet stands before them.
_LABELS = re.compile(r"\s*(?:opening\b.*|diagnos(?:is|es|e|en)|name|age|occupation|job)\s*$", re.IGNORECASE)
_OPENING = re.compile(
    rf"^{_BLANKS}(?:[-*•]{_BLANKS})?opening(?: line| statement| sentence)?{_BLANKS}:{_BLANKS}(?P<text>\S[^\n]*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fact:
    """A fact of a scenario. `topics` are the words that ask for it, "" for a locked line without any; `locked`: told
    only when asked for."""

    number: int
    topics: str
    text: str
    locked: bool


@lru_cache(maxsize=256)
def facts_of(additional_instructions: str) -> tuple[Fact, ...]:
    """The facts, in their order."""
    return tuple(fact for _, fact in lines_of(additional_instructions) if fact)


@lru_cache(maxsize=256)
def numbered(additional_instructions: str) -> str:
    """The same text with the number of each fact at the beginning of its line."""
    return "\n".join(_numbered(line, fact) for line, fact in lines_of(additional_instructions))


def without_locked(additional_instructions: str) -> str:
    """The same text without its locked facts."""
    return "\n".join(line for line, fact in lines_of(additional_instructions) if not (fact and fact.locked))


def topics_and_questions(topics: str) -> tuple[list[str], list[str]]:
    """What stands between the commas of a fact's `topics`: the topics, and the example questions, which end in a
    question mark."""
    items = [item for part in topics.split(",") if (item := part.strip())]
    return [one for one in items if not one.endswith(QUESTION_MARKS)], [
        one for one in items if one.endswith(QUESTION_MARKS)
    ]


def opening_in(line: str) -> str:
    """What the patient says first, if the line says so; otherwise ""."""
    found = _OPENING.match(line.rstrip())
    return found["text"].strip() if found else ""


def is_label(words: str) -> bool:
    """Whether a line that has these words before its colon is no fact: "Diagnosis", "Name" and so on."""
    return _LABELS.match(words) is not None


def lines_of(text: str) -> Iterator[tuple[str, Fact | None]]:
    """The lines between `\\n`, each with the fact that it is, or None."""
    number = 0
    for line in text.split("\n"):
        found = _LINE.match(line.rstrip())
        if found is None or not (found["locked"] or (found["bullet"] and found["topics"])):
            yield line, None
            continue
        if found["topics"] and is_label(found["topics"]):
            yield line, None
            continue
        number += 1
        yield line, Fact(number, (found["topics"] or "").strip(), found["text"].strip(), bool(found["locked"]))


def _numbered(line: str, fact: Fact | None) -> str:
    if fact is None:
        return line
    lock = "[locked] " if fact.locked else ""
    topics = f"{fact.topics}: " if fact.topics else ""
    return f"- ({fact.number}) {lock}{topics}{fact.text}"
