"""Producing the patient's next message: which way the model is asked, and what follows from how that went."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.openai_integration.jobs.dispatch import send_for
from apps.openai_integration.llm.responses import ModelError
from apps.openai_integration.llm.retry import retry_delay
from apps.openai_integration.models import Run
from apps.openai_integration.tasks.drafts import WAYS, Wait
from apps.openai_integration.tasks.turns import CallsPausedError, Draft, Turn

log = structlog.get_logger(__name__)

# Errors of a look at a background answer after which it may still come.
_MAY_BE_THERE = frozenset({"unreachable", "timeout", "rate_limited"})
# Errors that end a run as "incomplete": there was an answer, and it is not whole.
_INCOMPLETE = frozenset({"truncated", "content_filtered"})


@shared_task(name="openai_integration.run_conversation")
def run_conversation_async(*, run_id: str) -> None:
    """Answer one student's turn. Running it twice, or twice at once, is the same as once."""
    turn = Turn.claimed(run_id)
    if turn is None:
        return
    try:
        draft = _draft(turn)
        # A rule broken is asked about once more; the second time the patient dodges the question.
        if isinstance(draft, Draft) and draft.rule and turn.turn_away(draft.rule):
            draft = _draft(turn)
    except CallsPausedError:
        turn.put_back(0.0)
        return
    except ModelError as error:
        _try_again_or_end(turn, error)
        return
    if isinstance(draft, Wait):
        _wait(turn, draft)
    else:
        turn.complete(draft)


def _draft(turn: Turn) -> Draft | Wait:
    way = "poll" if turn.run.upstream_id else settings.OPENAI_RUN_MODE
    try:
        return WAYS[way](turn)
    except ModelError as error:
        # A model that says nothing is asked again like one that says what it must not.
        if error.code != "empty_answer" or error.answer is None:
            raise
        return Draft("", error.answer.model, "empty_reply")


def _wait(turn: Turn, wait: Wait) -> None:
    """Have a task come back for a background answer."""
    fields = {"upstream_id": wait.begun_as} if wait.begun_as else {}
    if not _come_back(turn, wait.delay_s, awaited=True, **fields) and wait.begun_as:
        # The run ended meanwhile, so that nobody comes back for this answer.
        spent = [*turn.run.spent_upstream_ids, wait.begun_as]
        Run.objects.filter(pk=turn.run.pk).update(spent_upstream_ids=spent)


def _try_again_or_end(turn: Turn, error: ModelError) -> None:
    run_id = str(turn.run.pk)
    if error.code == "given_up":
        turn.settle()
        log.info("run_ended", run_id=run_id, status="lease_lost")
        return
    delay = retry_delay(turn.run.attempts, error)
    if delay is None or timezone.now() + timedelta(seconds=delay) >= turn.run.deadline_at:
        status = Run.Status.INCOMPLETE if error.code in _INCOMPLETE else Run.Status.FAILED
        turn.end(status, error.code, error.detail)
        return
    log.warning("model_call_failed", run_id=run_id, code=error.code, retry_in_s=round(delay, 1))
    awaited = bool(turn.run.upstream_id) and error.answer is None and error.code in _MAY_BE_THERE
    _come_back(turn, delay, awaited=awaited, **({} if awaited else turn.without_upstream()))


def _come_back(turn: Turn, delay_s: float, *, awaited: bool, **fields: Any) -> bool:
    """Have a task come back to this run; False if the lease is no longer ours."""
    put_back = turn.put_back(delay_s, awaited=awaited, **fields)
    if put_back:
        send_for(run_conversation_async, turn.run, delay_s=delay_s, run_id=str(turn.run.pk))
    return put_back
