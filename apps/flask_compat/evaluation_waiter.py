"""Waiting for a worker in an async view, without a thread and without a database connection."""

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

LOOK_EVERY_S = 0.25


class EvaluationWaiter:
    """Those who wait in one event loop: one look at the database every quarter of a second serves all of them."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], UUID] = {}
        self._looking: asyncio.Task[None] | None = None

    async def until_ended(self, evaluation_id: UUID, *, timeout_s: float) -> None:
        """Return when the evaluation has ended, or when the time is up."""
        ended = asyncio.get_running_loop().create_future()
        self._waiting[ended] = evaluation_id
        if self._looking is None:
            # In a context of its own: it is nobody's in particular, and outlives the one who came first.
            self._looking = asyncio.create_task(self._look(), context=Context())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await ended
        finally:
            del self._waiting[ended]
            if not self._waiting and (looking := self._looking):
                # Waited for, since a loop that ends during a look would never end.
                self._looking = None
                await end_tasks(looking)

    async def _look(self) -> None:
        while True:
            try:
                over = await run_in_thread(_ended, set(self._waiting.values()))
            except Error as error:  # it may be back before their time is up
                log.warning("look_failed", error=type(error).__name__)
                over = set()
            for future, evaluation_id in self._waiting.items():
                if evaluation_id in over and not future.done():
                    future.set_result(None)
            await asyncio.sleep(LOOK_EVERY_S)


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, EvaluationWaiter] = WeakKeyDictionary()


def evaluation_waiter() -> EvaluationWaiter:
    """That of the running event loop. A process of async has one; under WSGI each request has its own."""
    return _rooms.setdefault(asyncio.get_running_loop(), EvaluationWaiter())


def _ended(evaluation_ids: set[UUID]) -> set[UUID]:
    """Those of them that are not being worked on; one that was deleted is not."""
    still = Evaluation.objects.filter(pk__in=evaluation_ids, status__in=Evaluation.OPEN)
    return evaluation_ids - set(still.values_list("pk", flat=True))
