"""Sends Celery tasks, and marks jobs whose task could not be sent."""

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
    """Send a job's task once the current transaction is committed."""
    transaction.on_commit(lambda: dispatch(task, job, **kwargs))


def dispatch(task: Task, job: LeasedJob, *, delay_s: float = 0.0, **kwargs: Any) -> None:
    """Send a job's task now. If the broker is down, the job is marked, and a sweep sends its task later."""
    if not send(task, delay_s=delay_s, **kwargs):
        job.mark_undispatched([job.pk], now=Now())


def resend_if_early(task: Task, model: type[LeasedJob], pk: str, **kwargs: Any) -> None:
    """Send the task again with a delay, if it arrived before its job was due."""
    delay_s = model.due_in_s(pk)
    if delay_s is not None:
        send(task, delay_s=delay_s, **kwargs)


def send(task: Task, *, delay_s: float = 0.0, **kwargs: Any) -> bool:
    """Send a task; False if the broker is unavailable."""
    try:
        task.apply_async(kwargs=kwargs, countdown=delay_s)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_unavailable", task=task.name, error=type(error).__name__, **kwargs)
        return False
    return True
