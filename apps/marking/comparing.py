"""Compares the marks of a conversation with those of the same one without its suspicious messages: pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.marking.doubts import in_spans
from apps.marking.pleas import Span
from apps.marking.scoring import UNMARKED, CriterionResult

Marks = Mapping[str, CriterionResult]


def raised_by(spans: Mapping[int, Sequence[Span]], marks: Marks, without: Marks) -> int:
    """By how many levels the marks of a conversation are higher than those without its suspicious messages.

    `spans` are the suspicious parts of those messages. What a criterion loses with a message that it quotes outside of
    those parts was earned there, and does not count.
    """
    return sum(
        max(0, mark.score - without[name].score)
        for name, mark in marks.items()
        if UNMARKED not in (mark.reason, without[name].reason) and not _earned_beside(mark.evidence, spans)
    )


def _earned_beside(quotes: Sequence[Mapping[str, Any]], spans: Mapping[int, Sequence[Span]]) -> bool:
    return any(one["index"] in spans and not in_spans(one, spans[one["index"]]) for one in quotes)
