"""Totals of what calls to the model used."""

from typing import Any

from django.db.models import Aggregate, Avg, Case, CharField, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Round, TruncDate

from apps.openai_integration.jobs.usage import STOPPED
from apps.openai_integration.models import Usage


class Percentile95(Aggregate):
    """The smallest value that at least 95 % of the values do not exceed; NULL on SQLite, which lacks the function."""

    template = "PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()

    def as_sqlite(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[()]]:
        return "NULL", ()


_NOT_FAILED = (Usage.ANSWERED, Usage.BEGUN, STOPPED)
_ANSWERED = Q(outcome=Usage.ANSWERED)
_TOTALS: dict[str, Any] = {
    "calls": Count("pk"),
    "failed_calls": Count("pk", filter=~Q(outcome__in=_NOT_FAILED)),
    "input_tokens": Coalesce(Sum("input_tokens"), 0),
    "cached_tokens": Coalesce(Sum("cached_tokens"), 0),
    "output_tokens": Coalesce(Sum("output_tokens"), 0),
    "mean_latency_ms": Round(Avg("latency_ms", filter=_ANSWERED)),
    "p95_latency_ms": Percentile95("latency_ms", filter=_ANSWERED),
}
GROUPS: dict[str, Any] = {
    "model": F("model"),
    "outcome": F("outcome"),
    "purpose": Case(
        When(Q(run__thread__preview=True) | Q(evaluation__thread__preview=True), then=Value("preview")),
        When(run__isnull=False, then=Value("turn")),
        default=Value("marking"),
        output_field=CharField(),
    ),
    "day": TruncDate("created_at"),
}


def totals_of(usage: QuerySet[Usage]) -> dict[str, Any]:
    """Totals of calls, failed calls and tokens, and latencies in milliseconds of the answered calls."""
    return usage.aggregate(**_TOTALS)


def describe_totals(totals: dict[str, Any]) -> str:
    """Render the result of `totals_of` as sentences."""
    sentences = (
        f"{totals['calls']:,} calls, {totals['failed_calls']:,} of them failed. Tokens: {totals['input_tokens']:,} in "
        f"({totals['cached_tokens']:,} cached), {totals['output_tokens']:,} out."
    )
    mean, p95 = totals["mean_latency_ms"], totals["p95_latency_ms"]
    if mean is not None:
        sentences += f" An answer took {mean / 1000:.1f} s on average"
        sentences += f", and 95 % took {p95 / 1000:.1f} s at most." if p95 is not None else "."
    return sentences


def totals_by(usage: QuerySet[Usage], group: str) -> list[dict[str, Any]]:
    """Totals per value of a key of GROUPS, as a list of {"value": ..., "calls": ..., ...}."""
    by_value = usage.order_by().annotate(value=GROUPS[group]).values("value")
    return [dict(group_totals) for group_totals in by_value.annotate(**_TOTALS).order_by("value")]
