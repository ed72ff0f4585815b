"""Verifies quotes against a transcript: pure functions of text.

The comparison ignores compatibility forms (NFKC), case, white space, dashes, invisible characters and the style of
quotation marks. Everything else must match exactly.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any

from apps.core.text.plain import MOST_MARKS
from apps.openai_integration.marking.injection import find_examiner_address

# A shorter quote would be found almost anywhere, so it counts only if it is the whole message.
MIN_CHARACTERS = 8
MIN_WORDS = 2
# More quotes do not make better evidence, and the cost of an answer must be bounded.
MAX_QUOTES = 12

_QUOTATION_MARKS = dict.fromkeys(map(ord, '"`´‘’‚‛“”„‟‹›«»′″'), "'")
_EDGES = " '.,;:!?()[]"
_SENTENCE_ENDS = ".?!…"
_WORD_EDGE = re.compile(r"(?<![^\W_])(?=[^\W_])|(?<=[^\W_])(?![^\W_])")
# Marks the edges of words while a quote is searched for. Folded text contains no control characters.
_EDGE = "\0"


@dataclass(frozen=True)
class Folded:
    """A text in the form that is compared. `origin[i]` is the original index of character i; the last is the length."""

    text: str
    origin: tuple[int, ...]


def fold(text: str) -> Folded:
    folded: list[str] = []
    origin: list[int] = []
    for start, end in _clusters(text):
        for character in _fold_cluster(text[start:end]):
            if character == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(character)
            origin.append(start)
    return Folded("".join(folded), (*origin, len(text)))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of characters with their combining marks, which only together have a composed form.

    A span has at most MOST_MARKS marks, because composing takes time quadratic in their number.
    """
    starts = [0] if text else []
    for i, character in enumerate(text):
        if i and (not unicodedata.combining(character) or i - starts[-1] > MOST_MARKS):
            starts.append(i)
    return list(pairwise([*starts, len(text)]))


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster.translate(_QUOTATION_MARKS)).casefold())
    return "".join(_fold_character(character) for character in plain.translate(_QUOTATION_MARKS))


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category == "Pd":
        return " "
    return "" if category in {"Cf", "Cc"} else character


class Quote:
    """A claimed quote, prepared for the search."""

    def __init__(self, claimed: str) -> None:
        self.text = fold(claimed).text.strip(_EDGES)
        self.edged = _with_edges(self.text)
        self.short = len(self.text) < MIN_CHARACTERS or len(self.text.split()) < MIN_WORDS


@dataclass(frozen=True)
class TranscriptTurn:
    """One message of a transcript; `index` counts all messages from 0."""

    index: int
    by_student: bool
    text: str

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def edged(self) -> str:
        """The folded text with the edges of its words marked."""
        return _with_edges(self.folded.text)

    @cached_property
    def tampered_from(self) -> int | None:
        """The index from which the text addresses the examiner instead of the patient, or None."""
        return find_examiner_address(self.text)

    @property
    def shown_to_examiner(self) -> str:
        """The text that the examiner is given."""
        return self.text if self.tampered_from is None else f"{self.text[: self.tampered_from]}[withheld]"

    def locate(self, quote: "Quote") -> tuple[int, int] | None:
        """Start and end of the quote in `text`, at word boundaries, or None."""
        if quote.short and (not quote.text or quote.text != self.folded.text.strip(_EDGES)):
            return None
        # The marked edges make the first match the right one, so matches inside words need no loop.
        place = self.edged.find(quote.edged)
        if place < 0:
            return None
        text, origin = self.folded.text, self.folded.origin
        start = place - self.edged.count(_EDGE, 0, place)
        end = start + len(quote.text)
        # One character may fold to several, such as ⑴ to (1); it is returned whole.
        while end < len(text) and origin[end] == origin[end - 1]:
            end += 1
        return origin[start], origin[end]


def _with_edges(text: str) -> str:
    return _WORD_EDGE.sub(_EDGE, text)


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
            found = self._find(text, index)
            if found is None:
                continue
            turn, start, end = found
            if turn.tampered_from is not None and end > turn.tampered_from:
                tampered = True
                continue
            while turn.text[end : end + 1] and turn.text[end] in _SENTENCE_ENDS:
                end += 1
            quote = {"index": turn.index, "quote": turn.text[start:end].strip()}
            if quote not in quotes:
                quotes.append(quote)
        return Evidence(quotes, tampered)

    def _find(self, text: str, index: int | None) -> tuple[TranscriptTurn, int, int] | None:
        """Find a quote in the message with this index, or else in the only message of the student that has it."""
        quote = Quote(text)
        spoken = [turn for turn in self.turns if turn.by_student]
        # The other messages are searched only if the named one lacks the quote, and only until a second match.
        for turns in ([turn for turn in spoken if turn.index == index], spoken):
            places = ((turn, *span) for turn in turns if (span := turn.locate(quote)) is not None)
            found = list(islice(places, 2))
            if len(found) == 1:
                return found[0]
        return None


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
