"""Looks up the quotes of an answer in a transcript. Which texts are the same, `quotes.py` says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from apps.marking.injection import find_examiner_address
from apps.marking.quotes import Claim, Words, words_of

# More quotes do not make better evidence, and the cost of an answer must be bounded.
MAX_QUOTES = 12
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

    @cached_property
    def tampered_from(self) -> int | None:
        """The index from which the text addresses the examiner instead of the patient, or None."""
        return find_examiner_address(self.text)

    @property
    def shown_to_examiner(self) -> str:
        """The text that the examiner is given."""
        return self.text if self.tampered_from is None else f"{self.text[: self.tampered_from]}[withheld]"


@dataclass(frozen=True)
class Evidence:
    """The verified quotes of a criterion, as {index, quote} in the student's own words."""

    quotes: list[dict[str, Any]]
    tampered: bool


class Transcript:
    """Messages as {role, message}, in which quotes are looked up."""

    def __init__(self, transcript: Sequence[dict[str, str]]) -> None:
        self.turns = [TranscriptTurn(i, turn["role"] == "user", turn["message"]) for i, turn in enumerate(transcript)]

    @property
    def silent(self) -> bool:
        """Whether the student has said nothing."""
        return not any(turn.by_student and turn.text.strip() for turn in self.turns)

    @property
    def tampered(self) -> bool:
        """Whether any message addresses the examiner."""
        return any(turn.tampered_from is not None for turn in self.turns)

    def verify(self, claimed: Any) -> Evidence:
        """Look up the evidence of an answer. It may have any form; parts that are not quotes are ignored.

        Quotes that overlap text addressed to the examiner are dropped, and make the evidence tampered.
        """
        quotes: list[dict[str, Any]] = []
        tampered = False
        for index, text in _parse_claims(claimed):
            for turn, start, end in self._find(text, index):
                if turn.tampered_from is not None and end > turn.tampered_from:
                    tampered = True
                    continue
                while turn.text[end : end + 1] and turn.text[end] in _SENTENCE_ENDS:
                    end += 1
                quote = {"index": turn.index, "quote": turn.text[start:end].strip()}
                if quote not in quotes:
                    quotes.append(quote)
        return Evidence(quotes, tampered)

    def _find(self, text: str, index: int | None) -> list[tuple[TranscriptTurn, int, int]]:
        """Where a quote stands in the message with this index, or else in the only message of the student that has it:
        (turn, start, end) of it, or of each of its parts."""
        claim = Claim(text)
        spoken = [turn for turn in self.turns if turn.by_student]
        # The other messages are searched only if the named one lacks the quote, and only until a second match.
        for turns in ([turn for turn in spoken if turn.index == index], spoken):
            places = ((turn, spans) for turn in turns if (spans := claim.found_in(turn.words)))
            found = list(islice(places, 2))
            if len(found) == 1:
                turn, spans = found[0]
                return [(turn, start, end) for start, end in spans]
        return []


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
