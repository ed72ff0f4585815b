"""Waiting for a worker in an async view, without a thread and without a database connection."""

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import Context
from typing import ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from asgiref.sync import SyncToAsync, sync_to_async
from django.db import Error, connection

from apps.openai_integration.models import Evaluation

log = structlog.get_logger(__name__)
P = ParamSpec("P")
Result = TypeVar("Result")

LOOK_EVERY_S = 0.25
# Each step has a thread and a connection of its own for as long as it lasts.
STEPS_AT_ONCE = 4


class WaitingRoom:
    """Those who wait in one event loop: one look at the database every quarter of a second serves all of them."""

    def __init__(self) -> None:
        self._steps = asyncio.Semaphore(STEPS_AT_ONCE)
        self._waiting: dict[asyncio.Future[None], UUID] = {}
        self._looking: asyncio.Task[None] | None = None

    async def step(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """What blocking work returns; its database connection and its thread are given back afterwards."""
        async with self._steps:
            try:
                return await sync_to_async(_without_connection(work))(*args, **kwargs)
            finally:
                _give_back_thread()

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
                looking.cancel()
                await asyncio.wait([looking])

    async def _look(self) -> None:
        while True:
            try:
                over = await sync_to_async(_without_connection(_ended))(set(self._waiting.values()))
            except Error as error:  # it may be back before their time is up
                log.warning("look_failed", error=type(error).__name__)
                over = set()
            for future, evaluation_id in self._waiting.items():
                if evaluation_id in over and not future.done():
                    future.set_result(None)
            await asyncio.sleep(LOOK_EVERY_S)


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, WaitingRoom] = WeakKeyDictionary()


def waiting_room() -> WaitingRoom:
    """That of the running event loop. A process of async has one; under WSGI each request has its own."""
    return _rooms.setdefault(asyncio.get_running_loop(), WaitingRoom())


def _ended(evaluation_ids: set[UUID]) -> set[UUID]:
    """Those of them that are not being worked on; one that was deleted is not."""
    still = Evaluation.objects.filter(pk__in=evaluation_ids, status__in=Evaluation.OPEN)
    return evaluation_ids - set(still.values_list("pk", flat=True))


def _without_connection(work: Callable[P, Result]) -> Callable[P, Result]:
    def done(*args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:  # a test inside a transaction keeps its own
                connection.close()

    return done


def _give_back_thread() -> None:
    """asgiref keeps a thread for each request until its answer; work that comes later is given a new one."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor:
        executor.shutdown(wait=False)
