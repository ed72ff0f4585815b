"""Records what calls to the model use.

Each request for an answer has one row. It is written as "begun", in the transaction that counts the attempt, before the
call is made, and updated after it. A row that is still "begun" when its job is claimed again, or some time after its
job ended, is "lost": its worker died, and the tokens that it sent are estimated from what is stored. Starting and
polling a background response share one row, updated by the poll that ends it. A poll that finds the response
unfinished writes nothing; a poll that fails has a row of its own.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
)
from django.db.models.functions import Cast, Coalesce, Now

from apps.core.clock import Moment
from apps.llm.endpoints import Purpose, endpoint
from apps.llm.responses import Answer, ModelError
from apps.llm.shaping import BYTES_A_TOKEN
from apps.openai_integration.models import Evaluation, Message, Run, Usage
from apps.openai_integration.models.jobs import LEASE

Job = Run | Evaluation
STOPPED = "stopped"
# About what the rules of playing a patient, or of marking, take.
_RULES_TOKENS = 750
# Outcomes of calls that were answered, or that no server worked on.
_COST_NOTHING = (
    Usage.ANSWERED, "unreachable", "unavailable", "rate_limited", "loading", "context_exceeded", "content_filtered",
    "given_up",
)  # fmt: skip


@dataclass(frozen=True)
class CallOutcome:
    """How a call ended: with an answer, an error, or None for a stream that was closed early.

    Times are in milliseconds. Without `latency_ms`, the answer's own latency counts. `partial` is what had come of a
    stream that was closed early.
    """

    outcome: Answer | ModelError | None
    latency_ms: int | None = None
    first_text_ms: int | None = None
    partial: Answer | None = None


def record_start(job: Job, token: uuid.UUID) -> bool:
    """Count a call and write its row, in the caller's transaction; calls of earlier attempts become lost.

    False, with nothing written, if the lease is lost or calls are paused.
    """
    if not job.begin_call(token):
        return False
    if job.attempts > 1:
        record_lost(job)
    Usage.objects.create(**_job_field(job), model=_requested_model(job), outcome=Usage.BEGUN)
    return True


def open_calls(job: Job) -> QuerySet[Usage]:
    """The row of the job's current call, if any."""
    return Usage.objects.filter(**_job_field(job), outcome=Usage.BEGUN)


def open_call_age_ms(job: Job) -> int | None:
    """Milliseconds since the current call was begun, or None."""
    age = ExpressionWrapper(Now() - F("created_at"), output_field=DurationField())
    ages = open_calls(job).annotate(age=age).values_list("age", flat=True)
    return next((round(age.total_seconds() * 1000) for age in ages[:1]), None)


def failed_calls(job: Job) -> int:
    """How many calls of the job a server began to work on, or a worker died in, without an answer.

    For an evaluation, whose one attempt may be many calls.
    """
    return Usage.objects.filter(**_job_field(job)).exclude(outcome__in=_COST_NOTHING).count()


def record_lost(job: Job) -> None:
    """Mark the job's unfinished calls as lost."""
    _write_off(open_calls(job))


def record_end(job: Job, call: CallOutcome | None) -> None:
    """Record how the current call ended. For an error with a truncated answer, that answer's tokens count.

    `call` is None if the call has not ended: nothing is written.
    """
    if call is not None:
        fields = _outcome_fields(call)
        open_calls(job).update(**fields, first_text_ms=call.first_text_ms)


def record_aside(job: Job, call: CallOutcome, *, purpose: Purpose | None = None) -> None:
    """Record a call beside the job's current one, which goes on: a poll that failed while the background response may
    still arrive, or a question about a reply or a message. `purpose` is whose model was asked, if not the job's."""
    model = endpoint(purpose).model[:100] if purpose else _requested_model(job)
    fields = {"model": model, **_outcome_fields(call)}
    Usage.objects.create(**_job_field(job), **fields)


def withdraw(run: Run) -> None:
    """Take back the row of a call that was counted and then not made."""
    open_calls(run).delete()


def write_off_orphans(*, now: Moment) -> int:
    """Mark the open calls of jobs that have ended as lost; returns how many.

    Live workers are given a lease's time: they notice the end of their job within a quarter of it and record it
    themselves.
    """
    ended_before = now - LEASE
    ended = Q(run__finished_at__lt=ended_before) | Q(evaluation__finished_at__lt=ended_before)
    recent = Q(created_at__gt=now - timedelta(hours=6))
    orphans = Usage.objects.filter(ended, recent, outcome=Usage.BEGUN).values_list("pk", flat=True)[:500]
    return _write_off(Usage.objects.filter(pk__in=list(orphans), outcome=Usage.BEGUN))


def _write_off(calls: QuerySet[Usage]) -> int:
    """Mark calls as lost, with about the tokens that they sent: the patient and the conversation, or the rubric and the
    transcript, with the rules."""
    said = Message.objects.filter(thread_id=OuterRef("thread_id"), pk__lte=OuterRef("user_message_id")).order_by()
    in_thread = said.values("thread_id").annotate(bytes=Sum(_Bytes("content"))).values("bytes")
    patient = _Bytes("scenario_version__content") + _Bytes("pre_brief")
    of_run = Run.objects.filter(pk=OuterRef("run_id")).annotate(bytes=patient + Coalesce(Subquery(in_thread), 0))
    of_evaluation = Evaluation.objects.filter(pk=OuterRef("evaluation_id"))
    of_evaluation = of_evaluation.annotate(bytes=_Bytes("rubric") + _Bytes("transcript"))
    stored = Coalesce(Subquery(of_run.values("bytes")), Subquery(of_evaluation.values("bytes")), 0)
    sent = stored / BYTES_A_TOKEN + _RULES_TOKENS
    return calls.update(outcome=Usage.LOST, input_tokens=sent, estimated=True)


class _Bytes(Func):
    """The bytes of a text or of a document."""

    function = "octet_length"
    output_field = IntegerField()

    def __init__(self, of: str) -> None:
        super().__init__(Cast(of, TextField()))


def _job_field(job: Job) -> dict[str, Any]:
    return {"run": job} if isinstance(job, Run) else {"evaluation": job}


def _requested_model(job: Job) -> str:
    return endpoint("patient" if isinstance(job, Run) else "examiner").model[:100]


def _outcome_fields(call: CallOutcome) -> dict[str, Any]:
    outcome = call.outcome
    if outcome is None:
        return {**_answer_fields(call.partial, call.latency_ms), "outcome": STOPPED}
    if isinstance(outcome, ModelError):
        fields = _answer_fields(outcome.answer, call.latency_ms)
        return {"request_id": outcome.request_id[:100], **fields, "outcome": outcome.code}
    return {**_answer_fields(outcome, call.latency_ms), "outcome": Usage.ANSWERED}


def _answer_fields(answer: Answer | None, latency_ms: int | None) -> dict[str, Any]:
    if answer is None:
        return {"latency_ms": latency_ms or 0}
    return {
        **({"model": answer.model[:100]} if answer.model else {}),
        "input_tokens": answer.input_tokens,
        "cached_tokens": answer.cached_tokens,
        "output_tokens": answer.output_tokens,
        "estimated": answer.estimated,
        "latency_ms": answer.latency_ms if latency_ms is None else latency_ms,
        "request_id": answer.request_id[:100],
    }
