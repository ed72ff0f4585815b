"""What was lost or ran out, found again every few seconds."""

import structlog
from celery import shared_task
from django.utils import timezone

from apps.openai_integration import client
from apps.openai_integration.client import ModelError
from apps.openai_integration.models import Evaluation, Run
from apps.openai_integration.queueing import send
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tasks.runs import run_conversation_async

log = structlog.get_logger(__name__)


@shared_task(name="openai_integration.sweep_runs", expires=10)
def sweep_runs() -> None:
    """End the runs whose deadline has passed, send again what no worker has, and tidy up at the provider."""
    now = timezone.now()
    expired = Run.expire_overdue(now=now, status=Run.Status.EXPIRED)
    unsent = Run.take_unsent(now=now)
    for run_id in unsent:
        send(run_conversation_async, run_id=str(run_id))
    if expired or unsent:
        log.info("runs_swept", expired=expired, sent_again=len(unsent))
    _discard_background_answers()


@shared_task(name="openai_integration.sweep_evaluations", expires=10)
def sweep_evaluations() -> None:
    """The same for markings; one that ran out of time has failed."""
    now = timezone.now()
    expired = Evaluation.expire_overdue(now=now, status=Evaluation.Status.FAILED)
    unsent = Evaluation.take_unsent(now=now)
    for evaluation_id in unsent:
        send(evaluate_rubric_async, evaluation_id=str(evaluation_id))
    if expired or unsent:
        log.info("evaluations_swept", expired=expired, sent_again=len(unsent))


def _discard_background_answers() -> None:
    """Nothing of a talk stays at the provider longer than it must."""
    for run in Run.objects.exclude(status__in=Run.OPEN).exclude(upstream_id="")[:50]:
        try:
            client.discard(run.upstream_id)
        except ModelError as error:
            if error.retryable:
                continue
        Run.objects.filter(pk=run.pk).update(upstream_id="")
