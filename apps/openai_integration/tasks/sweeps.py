"""What was lost or ran out, found again every few seconds."""

from collections.abc import Callable

import structlog
from celery import shared_task
from django.utils import timezone

from apps.openai_integration import client
from apps.openai_integration.client import ModelError
from apps.openai_integration.models import Evaluation, Run
from apps.openai_integration.models.jobs import LeasedJob
from apps.openai_integration.queueing import send
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tasks.runs import run_conversation_async

log = structlog.get_logger(__name__)


@shared_task(name="openai_integration.sweep_runs", expires=10)
def sweep_runs() -> None:
    """End the runs whose deadline has passed, send again what no worker has, and tidy up at the provider."""
    _sweep(Run, lambda pk: send(run_conversation_async, run_id=pk))
    _discard_background_answers()


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


def _discard_background_answers() -> None:
    """Nothing of a talk stays at the provider longer than it must."""
    for run in Run.objects.exclude(status__in=Run.OPEN).exclude(upstream_id="")[:50]:
        try:
            client.discard(run.upstream_id)
        except ModelError as error:
            if error.retryable:
                continue
        Run.objects.filter(pk=run.pk).update(upstream_id="")
