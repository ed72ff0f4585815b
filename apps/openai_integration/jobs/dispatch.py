"""Handing work to the workers."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.openai_integration.models.jobs import LeasedJob

log = structlog.get_logger(__name__)


def enqueue(task: Task, job: LeasedJob, **kwargs: Any) -> None:
    """Send the task that is about a job once the current transaction is committed."""
    transaction.on_commit(lambda: send_for(task, job, **kwargs))


def send_for(task: Task, job: LeasedJob, *, delay_s: float = 0.0, **kwargs: Any) -> None:
    """Send it now. The job's row is what counts: where the broker is gone, a sweep sends the task when it is back."""
    if not send(task, delay_s=delay_s, **kwargs):
        job.mark_undispatched([job.pk], now=Now())


def send_if_early(task: Task, model: type[LeasedJob], pk: str, **kwargs: Any) -> None:
    """Send it again for when the work is due, if it came before."""
    delay_s = model.due_in_s(pk)
    if delay_s is not None:
        send(task, delay_s=delay_s, **kwargs)


def send(task: Task, *, delay_s: float = 0.0, **kwargs: Any) -> bool:
    """Send the task now; False where the broker cannot be reached."""
    try:
        task.apply_async(kwargs=kwargs, countdown=delay_s)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_unavailable", task=task.name, error=type(error).__name__, **kwargs)
        return False
    return True
