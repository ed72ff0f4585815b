"""What was lost or ran out, found again every few seconds."""

import time
from collections.abc import Callable

import structlog
from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from apps.openai_integration import client
from apps.openai_integration.answers import ModelError
from apps.openai_integration.models import Evaluation, Run
from apps.openai_integration.models.jobs import LeasedJob
from apps.openai_integration.queueing import send
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tasks.runs import run_conversation_async

log = structlog.get_logger(__name__)

DISCARDING_S = 15.0


@shared_task(name="openai_integration.sweep_runs", expires=10)
def sweep_runs() -> None:
    """End the runs whose deadline has passed, and send again what no worker has."""
    _sweep(Run, lambda pk: send(run_conversation_async, run_id=pk))


@shared_task(name="openai_integration.sweep_evaluations", expires=10)
def sweep_evaluations() -> None:
    """The same for markings; one that ran out of time has failed."""
    _sweep(Evaluation, lambda pk: send(evaluate_rubric_async, evaluation_id=pk))


def _sweep(model: type[LeasedJob], send_again: Callable[[str], bool]) -> None:
    now = timezone.now()
    expired = model.expire_overdue(now=now)
    unsent = model.take_unsent(now=now)
    for pk in unsent:
        send_again(str(pk))
    if expired or unsent:
        log.info("swept", table=model._meta.db_table, expired=expired, sent_again=len(unsent))


@shared_task(name="openai_integration.discard_answers", expires=25)
def discard_answers() -> None:
    """Delete background answers at the provider: nothing of a talk stays there longer than it must.

    Beat sends this twice a minute; it takes less than that even from a server that does not answer, and begins
    anywhere, so that answers which cannot be deleted do not keep others from it.
    """
    until = time.monotonic() + DISCARDING_S
    ended = Q(upstream_id__gt="") & ~Q(status__in=Run.OPEN)
    for run in Run.objects.filter(ended | ~Q(spent_upstream_ids=[])).order_by("?")[:100]:
        if time.monotonic() > until:
            return
        _discard_answers_of(run)


def _discard_answers_of(run: Run) -> None:
    """Delete what can be deleted of this run, and keep the ids of the rest."""
    kept = [upstream_id for upstream_id in run.spent_upstream_ids if not _discarded(upstream_id)]
    changes: dict[str, object] = {"spent_upstream_ids": kept}
    if run.upstream_id and run.status not in Run.OPEN and _discarded(run.upstream_id):
        changes["upstream_id"] = ""
    Run.objects.filter(pk=run.pk, spent_upstream_ids=run.spent_upstream_ids).update(**changes)


def _discarded(upstream_id: str) -> bool:
    try:
        client.discard(upstream_id)
    except ModelError as error:
        if error.code != "model_not_found":
            log.warning("answer_not_deleted", code=error.code)
            return False
    return True
