"""Periodic tasks that recover lost work, end overdue work and delete what is no longer needed."""

import time
import uuid
from collections.abc import Callable

import structlog
from celery import shared_task
from django.db.models import Q
from django.db.models.functions import Now

from apps.llm import client
from apps.llm.responses import ModelError
from apps.openai_integration.conversation.events.publishing import end_events, publish
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.dispatch import send
from apps.openai_integration.jobs.idempotency import delete_expired_keys
from apps.openai_integration.models import Evaluation, Run
from apps.openai_integration.models.jobs import LeasedJob
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tasks.runs import run_conversation_async

log = structlog.get_logger(__name__)

DISCARDING_S = 15.0
# Celery compares beat's clock with the worker's, which may be hours apart: a sweep must not expire because of that.
# Sweeps that pile up while no worker runs cost seven short queries each.
EXPIRES_S = 6 * 3600


@shared_task(name="openai_integration.sweep_runs", expires=EXPIRES_S)
def sweep_runs() -> None:
    """End overdue runs, resend lost ones, and write off the calls of dead workers."""
    usage.write_off_orphans(now=Now())
    expired = _sweep(Run, lambda pk: send(run_conversation_async, run_id=pk))
    for run in Run.objects.filter(pk__in=expired):
        publish(run, *end_events(run, None))


@shared_task(name="openai_integration.sweep_evaluations", expires=EXPIRES_S)
def sweep_evaluations() -> None:
    """End overdue evaluations as failed, and resend lost ones."""
    _sweep(Evaluation, lambda pk: send(evaluate_rubric_async, evaluation_id=pk))


def _sweep(model: type[LeasedJob], send_again: Callable[[str], bool]) -> list[uuid.UUID]:
    """Returns the ids of the jobs that were ended."""
    expired = model.expire_overdue(now=Now())
    unsent = model.claim_undispatched(now=Now())
    for number, pk in enumerate(unsent):
        if not send_again(str(pk)):
            # The broker is down, and each further attempt would wait for its timeout.
            model.mark_undispatched(unsent[number:], now=Now())
            break
    if expired or unsent:
        log.info("swept", table=model._meta.db_table, expired=len(expired), sent_again=len(unsent))
    return expired


@shared_task(name="openai_integration.forget_keys", expires=EXPIRES_S)
def forget_keys() -> None:
    """Delete expired idempotency keys."""
    delete_expired_keys(now=Now())


@shared_task(name="openai_integration.discard_answers", expires=EXPIRES_S)
def discard_answers() -> None:
    """Delete background responses at the provider, so that conversations stay there no longer than necessary.

    Beat sends this every 30 seconds. It stops after 15, even if the server does not respond, and takes runs in random
    order, so that responses which cannot be deleted do not block others.
    """
    until = time.monotonic() + DISCARDING_S
    ended = Q(upstream_id__gt="") & ~Q(status__in=Run.OPEN)
    for run in Run.objects.filter(ended | ~Q(spent_upstream_ids=[])).order_by("?")[:100]:
        if time.monotonic() > until:
            return
        _discard_answers_of(run)


def _discard_answers_of(run: Run) -> None:
    """Delete this run's responses, and keep the ids of those that could not be deleted."""
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
