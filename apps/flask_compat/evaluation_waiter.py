"""Waits for evaluations in async views, without holding a thread or a database connection."""

import asyncio
import contextlib
from contextvars import Context
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.db import Error

from apps.core.async_views import end_tasks, run_in_thread
from apps.openai_integration.models import Evaluation

log = structlog.get_logger(__name__)

POLL_EVERY_S = 0.25


class EvaluationWaiter:
    """All waiting requests of one event loop. They share one query every POLL_EVERY_S seconds."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], UUID] = {}
        self._polling: asyncio.Task[None] | None = None

    async def until_ended(self, evaluation_id: UUID, *, timeout_s: float) -> None:
        """Return when the evaluation has ended, or after `timeout_s`."""
        ended = asyncio.get_running_loop().create_future()
        self._waiting[ended] = evaluation_id
        if self._polling is None:
            # In its own context: it serves all requests, and outlives the one that started it.
            self._polling = asyncio.create_task(self._poll(), context=Context())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await ended
        finally:
            del self._waiting[ended]
            if not self._waiting and (polling := self._polling):
                # Awaited, because a loop that closes during a query would hang.
                self._polling = None
                await end_tasks(polling)

    async def _poll(self) -> None:
        while True:
            try:
                ended = await run_in_thread(_ended_among, set(self._waiting.values()))
            except Error as error:  # the database may be back before the timeouts
                log.warning("look_failed", error=type(error).__name__)
                ended = set()
            for future, evaluation_id in self._waiting.items():
                if evaluation_id in ended and not future.done():
                    future.set_result(None)
            await asyncio.sleep(POLL_EVERY_S)


_waiters: WeakKeyDictionary[asyncio.AbstractEventLoop, EvaluationWaiter] = WeakKeyDictionary()


def evaluation_waiter() -> EvaluationWaiter:
    """The waiter of the running event loop. An ASGI process has one loop; under WSGI each request has its own."""
    return _waiters.setdefault(asyncio.get_running_loop(), EvaluationWaiter())


def _ended_among(evaluation_ids: set[UUID]) -> set[UUID]:
    """The ids of evaluations that are finished or deleted."""
    open_evaluations = Evaluation.objects.filter(pk__in=evaluation_ids, status__in=Evaluation.OPEN)
    return evaluation_ids - set(open_evaluations.values_list("pk", flat=True))
