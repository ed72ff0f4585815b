"""Pauses and resumes all calls to the model."""

from functools import partial

import structlog
from django.db import IntegrityError, transaction

from apps.core.api.exceptions import Conflict
from apps.core.clock import database_now
from apps.openai_integration.jobs.dispatch import send
from apps.openai_integration.models import Evaluation, ModelPause, Run
from apps.openai_integration.tasks import sweep_evaluations, sweep_runs

log = structlog.get_logger(__name__)


class AlreadyPaused(Conflict):
    default_code = "already_paused"
    default_detail = "Calls to the model are paused already."


class NotPaused(Conflict):
    default_code = "not_paused"
    default_detail = "Calls to the model are not paused."


def pause(*, by: str, reason: str = "") -> ModelPause:
    """Stop new calls to the model; calls under way may finish. Raises AlreadyPaused."""
    try:
        with transaction.atomic():
            started = ModelPause.objects.create(began_at=database_now(), began_by=by[:120], reason=reason[:200])
    except IntegrityError as error:  # the constraint: one open pause at most
        raise AlreadyPaused from error
    log.warning("model_calls_paused", pause_id=started.pk)
    return started


@transaction.atomic
def resume(*, by: str) -> ModelPause:
    """Allow calls again. Waiting work gets its remaining time back and is sent at once. Raises NotPaused."""
    ended = ModelPause.objects.select_for_update().filter(ended_at__isnull=True).first()
    if ended is None:
        raise NotPaused
    now = database_now()
    ended.ended_at, ended.ended_by = now, by[:120]
    ended.save(update_fields=["ended_at", "ended_by"])
    waited = {model: model.extend_deadlines(paused_at=ended.began_at, now=now) for model in (Run, Evaluation)}
    for sweep in (sweep_runs, sweep_evaluations):
        transaction.on_commit(partial(send, sweep))
    log.warning("model_calls_resumed", pause_id=ended.pk, runs=waited[Run], evaluations=waited[Evaluation])
    return ended


def describe_state() -> str:
    """A sentence on the current pause, if any, and on how much work waits."""
    current = ModelPause.objects.current()
    runs, evaluations = (model.objects.filter(status="queued").count() for model in (Run, Evaluation))
    waiting = f"Waiting: {runs} runs, {evaluations} evaluations."
    if current is None:
        return f"The model is called. {waiting}"
    reason = f": {current.reason}" if current.reason else ""
    since = f"{current.began_at:%Y-%m-%d %H:%M} UTC"
    return f"Calls to the model are paused since {since} by {current.began_by}{reason}. {waiting}"
