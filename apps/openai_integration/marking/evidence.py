"""Whether a student really said what is quoted: pure rules over a transcript.

A quote is compared without regard to compatibility forms (NFKC), case, white space, dashes, the kind of quotation marks
and characters that are not seen; anything else must be there word for word.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Any

from apps.core.text.plain import MOST_MARKS
from apps.openai_integration.marking.injection import speaks_to_examiner_from

# Anything shorter is found nearly everywhere, so it counts only where it is all that was said in the turn.
SHORTEST_CHARACTERS = 8
SHORTEST_WORDS = 2
# A criterion is not shown better by more of them, and an answer must not cost without limit.
MOST_QUOTES = 12

_QUOTATION_MARKS = dict.fromkeys(map(ord, '"`´‘’‚‛“”„‟‹›«»′″'), "'")
_EDGES = " '.,;:!?()[]"
_SENTENCE_ENDS = ".?!…"
_WORD_EDGE = re.compile(r"(?<![^\W_])(?=[^\W_])|(?<=[^\W_])(?![^\W_])")
# Stands at the edges of words while a quote is looked up; a folded text has no control characters of its own.
_EDGE = "\0"


@dataclass(frozen=True)
class Folded:
    """A text as it is compared. `origin[i]` is the place of its character i; the last is the end."""

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
    """A character with the accents that follow it is one: only together they have one composed form.

    No more than MOST_MARKS of them, though: to compose more takes time in the square of their number.
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
    """A quote as it is looked up in each turn."""

    def __init__(self, claimed: str) -> None:
        self.text = fold(claimed).text.strip(_EDGES)
        self.edged = _with_edges(self.text)
        self.short = len(self.text) < SHORTEST_CHARACTERS or len(self.text.split()) < SHORTEST_WORDS


@dataclass(frozen=True)
class TranscriptTurn:
    """One turn of a talk; `index` counts all turns from 0."""

    index: int
    by_student: bool
    text: str

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def edged(self) -> str:
        """The folded text with the edges of its words."""
        return _with_edges(self.folded.text)

    @cached_property
    def tampered_from(self) -> int | None:
        """Where the turn stops being talk with the patient and speaks to the examiner, if it does."""
        return speaks_to_examiner_from(self.text)

    @property
    def readable(self) -> str:
        """What an examiner is given to read of it."""
        return self.text if self.tampered_from is None else f"{self.text[: self.tampered_from]}[withheld]"

    def locate(self, quote: "Quote") -> tuple[int, int] | None:
        """Start and end of a quote in `text`, at word boundaries; None where it does not stand there."""
        if quote.short and (not quote.text or quote.text != self.folded.text.strip(_EDGES)):
            return None
        # With the edges the first place found is the right one: those inside of words are not tried one by one.
        place = self.edged.find(quote.edged)
        if place < 0:
            return None
        text, origin = self.folded.text, self.folded.origin
        start = place - self.edged.count(_EDGE, 0, place)
        end = start + len(quote.text)
        # One character may fold to several, such as ⑴ to (1): it is given back whole.
        while end < len(text) and origin[end] == origin[end - 1]:
            end += 1
        return origin[start], origin[end]


def _with_edges(text: str) -> str:
    return _WORD_EDGE.sub(_EDGE, text)


@dataclass(frozen=True)
class Evidence:
    """What of a criterion's quotes holds: `quotes` are {index, quote} in the student's own words."""

    quotes: list[dict[str, Any]]
    tampered: bool


class Transcript:
    """A transcript, {role, message} a turn, in which quotes are looked up."""

    def __init__(self, transcript: Sequence[dict[str, str]]) -> None:
        self.turns = [TranscriptTurn(i, turn["role"] == "user", turn["message"]) for i, turn in enumerate(transcript)]

    @property
    def silent(self) -> bool:
        """Whether the student has said nothing in it."""
        return not any(turn.by_student and turn.text.strip() for turn in self.turns)

    @property
    def tampered(self) -> bool:
        """Whether somebody speaks to the examiner in it."""
        return any(turn.tampered_from is not None for turn in self.turns)

    def verify(self, claimed: Any) -> Evidence:
        """Look up what an answer gives as evidence, in whatever form it does; nothing in it is an error.

        Quotes that reach into what was said to the examiner are left out, and make the evidence tampered.
        """
        quotes: list[dict[str, Any]] = []
        tampered = False
        for index, text in _claims(claimed):
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
        """The quote in the turn named, else in the only turn of the student's that has it."""
        quote = Quote(text)
        spoken = [turn for turn in self.turns if turn.by_student]
        # Where the quote stands in the turn named, the others are not searched; nor is anything behind a second place.
        for turns in ([turn for turn in spoken if turn.index == index], spoken):
            places = ((turn, *span) for turn in turns if (span := turn.locate(quote)) is not None)
            found = list(islice(places, 2))
            if len(found) == 1:
                return found[0]
        return None


def _claims(claimed: Any) -> list[tuple[int | None, str]]:
    """The turn and the words of each quote, from {turn, quote} objects or bare strings, one or a list of them."""
    items = claimed if isinstance(claimed, list) else [claimed]
    claims: list[tuple[int | None, str]] = []
    for item in items[:MOST_QUOTES]:
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
