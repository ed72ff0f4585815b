"""What a teacher should look at in a scenario's text before students meet the patient."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from apps.core.text.language import names_language
from apps.scenarios.fact_sheet import Kind, Sheet, Stored, read
from apps.scenarios.facts import Fact, facts_of, is_label, opening_in, topics_and_questions
from apps.scenarios.misspellings import misspelt_lock

CODES = (
    "no_facts", "no_opening", "unknown_language", "lock_not_understood", "mark_not_understood", "line_not_understood",
    "nothing_to_ask", "duplicate_fact", "second_opening", "diagnosis_in_text", "more",
)  # fmt: skip
MOST = 50
SHOWN = 80
# Whoever writes more words before a colon writes a sentence.
KEY_WORDS = 3
_BULLET = re.compile(r"\s*[-*•–—+]\s*(?P<text>.*)")
_KEY = re.compile(r"\s*(?P<key>[^\W\d_][^:.!?\n]{0,40}):(?:\s|$)")
_DIAGNOSIS = re.compile(r"\s*(?:[-*•]\s*)?diagnos(?:is|es|e|en)\s*:\s*\S", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """`severity` is "error" where a secret is told to everybody, otherwise "warning". `line` counts from 1; None and ""
    where the finding is about the whole."""

    code: str
    severity: Literal["error", "warning"]
    detail: str
    line: int | None = None
    text: str = ""


def findings_of(*, additional_instructions: str, language: str = "") -> list[Finding]:
    """The first MOST findings, those about the whole first."""
    sheet = read(additional_instructions)
    found = [*_of_whole(sheet, additional_instructions, language), *islice(_of_rows(sheet), MOST + 1)]
    if len(found) <= MOST:
        return found
    return [*found[: MOST - 1], _warning("more", "There is more to look at; these are the first findings.")]


def checked(*, additional_instructions: str, language: str = "") -> dict[str, Any]:
    """What is understood of a text, {opening, facts: [{number, topics, questions, text, locked}], findings}."""
    return {
        "opening": read(additional_instructions).opening,
        "facts": [_understood(fact) for fact in facts_of(additional_instructions)],
        "findings": findings_of(additional_instructions=additional_instructions, language=language),
    }


def _understood(fact: Fact) -> dict[str, Any]:
    topics, questions = topics_and_questions(fact.topics)
    return {**asdict(fact), "topics": topics, "questions": questions}


def _of_whole(sheet: Sheet, text: str, language: str) -> Iterator[Finding]:
    if not facts_of(text):
        yield _warning("no_facts", "The patient has no facts, and will make up or deny what is asked.")
    if not sheet.opening:
        yield _warning("no_opening", "The patient has no opening words for the question why they have come.")
    if language and not names_language(language):
        detail = f"“{language}” is not among the languages that are known here: no reply is checked for its language."
        yield _warning("unknown_language", detail)


def _of_rows(sheet: Sheet) -> Iterator[Finding]:
    told: set[str] = set()
    asked: set[tuple[str, ...]] = set()
    for stored in sheet.stored:
        if stored.row.kind is Kind.NOTE:
            yield from _of_note(stored)
            continue
        yield from _of_fact(stored)
        text = stored.row.text.casefold()
        topics = tuple(sorted(item.strip().casefold() for item in stored.row.topics.split(",") if item.strip()))
        if text in told or (topics and topics in asked):
            yield _at(stored.number, stored.lines[0], "duplicate_fact", "The patient has this fact twice.")
        told.add(text)
        asked.add(topics)


def _of_fact(stored: Stored) -> Iterator[Finding]:
    row, line = stored.row, stored.lines[0]
    if row.kind is Kind.LOCKED:
        if not row.topics and not row.questions:
            detail = "Nothing says what may be asked for this locked fact: any word of it opens it."
            yield _at(stored.number, line, "nothing_to_ask", detail)
    elif mark := misspelt_lock(line):
        yield _misspelt(stored.number, line, mark)
    elif row.topics.startswith("["):
        mark = row.topics.partition("]")[0] + "]"
        yield _at(
            stored.number, line, "mark_not_understood", f"“{mark}” means nothing here; the only mark is “[locked]”."
        )


def _of_note(stored: Stored) -> Iterator[Finding]:
    for number, line in enumerate(stored.lines, start=stored.number):
        if mark := misspelt_lock(line):
            yield _misspelt(number, line, mark)
        elif _DIAGNOSIS.match(line):
            detail = (
                "The old frontend shows students this diagnosis. It has a field of its own, which only teachers see."
            )
            yield _at(number, line, "diagnosis_in_text", detail)
        elif opening_in(line):
            yield _at(number, line, "second_opening", "The patient has opening words already: these are a note.")
        else:
            yield from _of_line(number, line)


def _of_line(number: int, line: str) -> Iterator[Finding]:
    """A line that looks like a fact or a label, and is neither."""
    bullet, key = _BULLET.match(line), _KEY.match(line)
    if bullet and not _labelled(bullet["text"]):
        detail = "This is a note and no fact: a fact has what may be asked, a colon and a blank before what is told."
        yield _at(number, line, "line_not_understood", detail)
    elif key and not bullet and len(key["key"].split()) <= KEY_WORDS and not is_label(key["key"]):
        detail = f"“{key['key']}:” is no label that is known, and a fact begins with “- ”: this is a note."
        yield _at(number, line, "line_not_understood", detail)


def _labelled(text: str) -> bool:
    return is_label(text.partition(":")[0])


def _misspelt(number: int, line: str, mark: str) -> Finding:
    detail = f"“{mark}” is not understood: the patient may tell this unasked. A locked fact begins with “- [locked] ”."
    return _at(number, line, "lock_not_understood", detail, "error")


def _at(number: int, line: str, code: str, detail: str, severity: Literal["error", "warning"] = "warning") -> Finding:
    text = line.strip()
    return Finding(code, severity, detail, number, text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…")


def _warning(code: str, detail: str) -> Finding:
    return Finding(code, "warning", detail)


def in_words(findings: Iterable[Finding]) -> list[str]:
    """Each finding as a sentence with its line."""
    return [f"Line {one.line}, “{one.text}”: {one.detail}" if one.line is not None else one.detail for one in findings]
