"""Blocking work in async views, whose waits hold neither a thread nor a database connection."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import connection

P = ParamSpec("P")
Result = TypeVar("Result")

# Each step has a thread and a connection of its own for as long as it lasts.
STEPS_AT_ONCE = 4

_steps: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def step(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What blocking work of a request returns; its database connection and its thread are given back afterwards."""
    give_back_thread()  # of the middleware: many may wait for their step
    async with _steps.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(STEPS_AT_ONCE)):
        try:
            return await sync_to_async(_without_connection(work))(*args, **kwargs)
        finally:
            give_back_thread()


async def look(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """The same for work that is no request's."""
    async with ThreadSensitiveContext():
        return await sync_to_async(_without_connection(work))(*args, **kwargs)


def give_back_thread() -> None:
    """asgiref keeps a thread for each request until its answer; work that comes later is given a new one."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor:
        executor.shutdown(wait=False)


def _without_connection(work: Callable[P, Result]) -> Callable[P, Result]:
    def done(*args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:  # a test inside a transaction keeps its own
                connection.close()

    return done
