"""Handing work to the workers."""

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def enqueue(task: Task, *, delay_s: float = 0.0, **kwargs: str) -> None:
    """Send the task once the current transaction is committed.

    The row that it is about is what counts: where the broker is gone, the request still answers, and a sweep sends the
    task again when the broker is back.
    """
    transaction.on_commit(lambda: send(task, delay_s=delay_s, **kwargs))


def send(task: Task, *, delay_s: float = 0.0, **kwargs: Any) -> bool:
    """Send the task now; False where the broker cannot be reached."""
    try:
        task.apply_async(kwargs=kwargs, countdown=delay_s)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker_unavailable", task=task.name, error=type(error).__name__, **kwargs)
        return False
    return True
