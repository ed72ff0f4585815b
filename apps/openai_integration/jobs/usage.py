"""Writing down what the calls to the model take.

A row stands for one answer asked for: it is written as "begun" in the transaction that counts the attempt, before the
call is made, and completed after it. What is still "begun" when its job is claimed again, or some time after its job
ended, died with its worker and is "lost". The start of a background answer and the looks at it are one row, completed
by the look that ends it; a look that finds the answer unfinished writes nothing, one that fails itself has a row of its
own, without tokens.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now

from apps.core.clock import Moment
from apps.llm.responses import Answer, ModelError
from apps.openai_integration.models import Evaluation, Run, Usage
from apps.openai_integration.models.jobs import LEASE

Job = Run | Evaluation
STOPPED = "stopped"


@dataclass(frozen=True)
class CallOutcome:
    """How a call ended: an answer, an error, or None for a stream that was left. Times in ms; `latency_ms` None is the
    answer's own."""

    outcome: Answer | ModelError | None
    latency_ms: int | None = None
    first_text_ms: int | None = None


def begin(job: Job, token: uuid.UUID) -> bool:
    """Count a call that is about to be made and begin its row; in a transaction. What an earlier worker left unfinished
    is lost. False, and nothing written, where the lease is not ours any more, or calls are paused."""
    if not job.begin_call(token):
        return False
    if job.attempts > 1:
        lose(job)
    Usage.objects.create(**_of(job), model=settings.OPENAI_MODEL, outcome=Usage.BEGUN)
    return True


def begun(job: Job) -> QuerySet[Usage]:
    """The row of the call under way."""
    return Usage.objects.filter(**_of(job), outcome=Usage.BEGUN)


def age_ms(job: Job) -> int | None:
    """How long ago the call under way was begun."""
    age = ExpressionWrapper(Now() - F("created_at"), output_field=DurationField())
    ages = begun(job).annotate(age=age).values_list("age", flat=True)
    return next((round(age.total_seconds() * 1000) for age in ages[:1]), None)


def lose(job: Job) -> None:
    """Whatever call of this job is still "begun" was never heard of again."""
    begun(job).update(outcome=Usage.LOST)


def complete(job: Job, call: CallOutcome | None) -> None:
    """Write down how the call under way ended, if one did; an error that came with a cut-off answer counts that
    answer's tokens."""
    if call is not None:
        taken = _taken(call.outcome, call.latency_ms)
        begun(job).update(**taken, first_text_ms=call.first_text_ms)


def record_failed_poll(job: Job, look: CallOutcome) -> None:
    """A look at a background answer that failed by itself: the answer may still be there."""
    taken = {"model": settings.OPENAI_MODEL, **_taken(look.outcome, look.latency_ms)}
    Usage.objects.create(**_of(job), **taken)


def settle(*, now: Moment) -> int:
    """Rows of jobs that ended without their worker are lost; how many there were.

    A worker that is alive notices the end of its job within a quarter of a lease, and completes its row itself.
    """
    ended_before = now - LEASE
    ended = Q(run__finished_at__lt=ended_before) | Q(evaluation__finished_at__lt=ended_before)
    recent = Q(created_at__gt=now - timedelta(hours=6))
    orphans = Usage.objects.filter(ended, recent, outcome=Usage.BEGUN).values_list("pk", flat=True)[:500]
    return Usage.objects.filter(pk__in=list(orphans), outcome=Usage.BEGUN).update(outcome=Usage.LOST)


def _of(job: Job) -> dict[str, Any]:
    return {"run": job} if isinstance(job, Run) else {"evaluation": job}


def _taken(outcome: Answer | ModelError | None, latency_ms: int | None) -> dict[str, Any]:
    if outcome is None:
        return {"outcome": STOPPED, "latency_ms": latency_ms or 0}
    if isinstance(outcome, ModelError):
        taken = _taken(outcome.answer, latency_ms) if outcome.answer else {"latency_ms": latency_ms or 0}
        return {"request_id": outcome.request_id[:100], **taken, "outcome": outcome.code}
    return {
        "outcome": Usage.ANSWERED,
        "model": outcome.model[:100] or settings.OPENAI_MODEL,
        "input_tokens": outcome.input_tokens,
        "cached_tokens": outcome.cached_tokens,
        "output_tokens": outcome.output_tokens,
        "latency_ms": outcome.latency_ms if latency_ms is None else latency_ms,
        "request_id": outcome.request_id[:100],
    }
