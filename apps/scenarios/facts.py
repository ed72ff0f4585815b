"""The facts in a scenario's text: its lines "- topic, words: fact" and "- [locked] topic: fact", counted from 1."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Blanks must not match line ends: with \s, 20,000 blank lines would take 42 s.
_BLANKS = r"[^\S\n]*"
_LINE = re.compile(
    rf"^{_BLANKS}(?P<bullet>[-*•])?{_BLANKS}(?P<locked>\[locked\])?{_BLANKS}"
    rf"(?:(?P<topics>[^:\n]{{1,300}}):[^\S\n])?{_BLANKS}(?P<text>\S[^\n]*)$",
    re.IGNORECASE,
)
# Labels of lines that are no facts, also where a bullet stands before them.
_LABELS = re.compile(r"\s*(?:opening\b.*|diagnos(?:is|es|e|en)|name|age|occupation|job)\s*$", re.IGNORECASE)


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
    return tuple(fact for _, fact in _lines(additional_instructions) if fact)


@lru_cache(maxsize=256)
def numbered(additional_instructions: str) -> str:
    """The same text with the number of each fact at the beginning of its line."""
    return "\n".join(_numbered(line, fact) for line, fact in _lines(additional_instructions))


def without_locked(additional_instructions: str) -> str:
    """The same text without its locked facts."""
    return "\n".join(line for line, fact in _lines(additional_instructions) if not (fact and fact.locked))


def _lines(text: str) -> Iterator[tuple[str, Fact | None]]:
    number = 0
    for line in text.split("\n"):
        found = _LINE.match(line.rstrip())
        if found is None or not (found["locked"] or (found["bullet"] and found["topics"])):
            yield line, None
            continue
        if found["topics"] and _LABELS.match(found["topics"]):
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
