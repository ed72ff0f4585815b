"""Looks up the quotes of an answer in a transcript. Which texts are the same, `quotes.py` says."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from apps.core.text import strip_unstorable
from apps.marking.quotes import Claim, Words, words_of

# More quotes do not make better evidence, and the cost of an answer must be bounded.
MAX_QUOTES = 12
# What is kept of a quote that was refused.
MAX_REFUSED_CHARACTERS = 300

# Why a quote is refused: no message of the student has it; it is the patient's; several messages have it, and not the
# one that was named; or so few words may stand anywhere.
NOT_SAID = "not_said"
BY_PATIENT = "by_patient"
AMBIGUOUS = "ambiguous"
TOO_SHORT = "too_short"
REFUSALS = (NOT_SAID, BY_PATIENT, AMBIGUOUS, TOO_SHORT)
_SENTENCE_ENDS = ".?!…。？！"


@dataclass(frozen=True)
class TranscriptTurn:
    """One message of a transcript; `index` counts all messages from 0."""

    index: int
    by_student: bool
    text: str

    @cached_property
    def words(self) -> Words:
        """The words that quotes are compared with."""
        return words_of(self.text)


@dataclass(frozen=True)
class Evidence:
    """What has become of the quotes that were claimed for a criterion.

    `quotes` are verified: {index, quote, start, end}, in the student's own words; `start` and `end` are where they
    stand in that message, in code points. `refused` are the others: {index, quote, reason}, where `index` is the
    message that the model named, or None.
    """

    quotes: list[dict[str, Any]]
    refused: list[dict[str, Any]]


class Transcript:
    """Messages as {role, message}, in which quotes are looked up."""

    def __init__(self, transcript: Sequence[Mapping[str, Any]]) -> None:
        self.turns = [TranscriptTurn(i, turn["role"] == "user", turn["message"]) for i, turn in enumerate(transcript)]

    @property
    def silent(self) -> bool:
        """Whether the student has said nothing."""
        return not any(turn.by_student and turn.text.strip() for turn in self.turns)

    def without(self, indices: Container[int]) -> "Transcript":
        """The same messages, of which these are empty."""
        rest = Transcript([])
        rest.turns = [replace(turn, text="") if turn.index in indices else turn for turn in self.turns]
        return rest

    def verify(self, claimed: Any) -> Evidence:
        """Look up the evidence of an answer. It may have any form; parts that are not quotes are ignored."""
        quotes: list[dict[str, Any]] = []
        refused: list[dict[str, Any]] = []
        for index, text in _parse_claims(claimed):
            places, reason = self._find(text, index)
            if reason:
                quote = strip_unstorable(text)[:MAX_REFUSED_CHARACTERS]
                known = index if index is not None and 0 <= index < len(self.turns) else None
                refused.append({"index": known, "quote": quote, "reason": reason})
                continue
            found = (_quoted(turn, start, end) for turn, start, end in places)
            quotes += [one for one in found if one not in quotes]
        return Evidence(quotes, refused)

    def _find(self, text: str, index: int | None) -> tuple[list[tuple[TranscriptTurn, int, int]], str]:
        """Where a quote stands in the message with this index, or else in the only message of the student that has it:
        (turn, start, end) of it, or of each of its parts. Or nothing, and why."""
        claim = Claim(text)
        spoken = [turn for turn in self.turns if turn.by_student]
        # The other messages are searched only if the named one lacks the quote, and only until a second match.
        for turns in ([turn for turn in spoken if turn.index == index], spoken):
            places = ((turn, spans) for turn in turns if (spans := claim.found_in(turn.words)))
            found = list(islice(places, 2))
            if len(found) == 1:
                turn, spans = found[0]
                return [(turn, start, end) for start, end in spans], ""
        if found:
            return [], AMBIGUOUS
        if claim.is_short:
            return [], TOO_SHORT
        patients = (turn for turn in self.turns if not turn.by_student)
        return [], BY_PATIENT if any(claim.found_in(turn.words) for turn in patients) else NOT_SAID


def _quoted(turn: TranscriptTurn, start: int, end: int) -> dict[str, Any]:
    """The quote with the ends of its sentences, and without blanks around it."""
    while turn.text[end : end + 1] and turn.text[end] in _SENTENCE_ENDS:
        end += 1
    quote = turn.text[start:end].strip()
    start += len(turn.text[start:end]) - len(turn.text[start:end].lstrip())
    return {"index": turn.index, "quote": quote, "start": start, "end": start + len(quote)}


def _parse_claims(claimed: Any) -> list[tuple[int | None, str]]:
    """The index and text of each quote, from {turn, quote} objects or strings, single or in a list."""
    items = claimed if isinstance(claimed, list) else [claimed]
    claims: list[tuple[int | None, str]] = []
    for item in items[:MAX_QUOTES]:
        if isinstance(item, str):
            claims.append((None, item))
        elif isinstance(item, dict) and isinstance(item.get("quote"), str):
            claims.append((_turn_number(item.get("turn")), item["quote"]))
    return claims


def _turn_number(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 10:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
