"""The Celery application: three queues, every task named and sent to one of them."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Queue
from kombu.transport import redis


class UnackedMessages(redis.QoS):
    """Those of a broken connection that Celery has let go of are neither acknowledged nor given back over it.

    kombu 5.7 tries to, and the AttributeError ends a worker that was answering while Redis went away. What they were
    about is a row: a task that is done once more changes nothing, and what is not done the sweep sends again.
    """

    def ack(self, delivery_tag: str) -> None:
        if self._is_connected:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if self._is_connected:
            super().reject(delivery_tag, requeue)

    def restore_unacked(self, client: Any = None) -> Any:
        return super().restore_unacked(client) if self._is_connected else []

    @property
    def _is_connected(self) -> bool:
        connection = self.channel.connection
        return connection is not None and bool(connection.client)


redis.Channel.QoS = UnackedMessages
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue("runs"), Queue("evaluations"), Queue("maintenance")]
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """Keep Django's logging: Celery does not configure any if this signal has a receiver."""


@worker_init.connect
def name_the_model(**kwargs: object) -> None:
    """Log at start-up which model this worker calls."""
    import structlog

    structlog.get_logger(__name__).info(
        "model_configured",
        base_url=settings.OPENAI_BASE_URL,
        model=settings.OPENAI_MODEL,
        api=settings.OPENAI_API,
        mode=settings.OPENAI_RUN_MODE,
        emulated=settings.OPENAI_EMULATED,
    )


@worker_init.connect
def be_ready_to_ask(**kwargs: object) -> None:
    """Import the vendor's package at start-up: it takes a second, which the first student would wait."""
    from apps.llm import client

    client.load()
