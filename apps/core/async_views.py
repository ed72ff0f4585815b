"""Blocking work in async views, whose waits hold neither a thread nor a database connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import connection
from django.http import HttpRequest

P = ParamSpec("P")
Result = TypeVar("Result")

# Each has a connection for as long as it lasts.
STEPS_AT_ONCE = 4
CANCEL_EVERY_S = 0.1


# Each stands for a thread that is free. Under WSGI and in tests asgiref goes by the thread of the request, and passes
# over them.
_free: list[ThreadSensitiveContext] = []
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, WeakValueDictionary[str, asyncio.Lock]] = WeakKeyDictionary()
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@asynccontextmanager
async def _thread() -> AsyncIterator[None]:
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(STEPS_AT_ONCE)):
        context = _free.pop() if _free else ThreadSensitiveContext()
        token = SyncToAsync.thread_sensitive_context.set(context)
        try:
            yield
        finally:
            SyncToAsync.thread_sensitive_context.reset(token)
            _free.append(context)


async def run_in_thread(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """What blocking work returns; its thread and its database connection are given back afterwards."""
    async with _thread():
        return await sync_to_async(_without_connection(work))(*args, **kwargs)


@asynccontextmanager
async def in_turn(request: HttpRequest) -> AsyncIterator[None]:
    """Around the step that looks at a request: those that come with one token or ticket take it one after the other.

    Steps are few, and hundreds of requests of one person at once would keep all others waiting.
    """
    locks = _locks.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    who = request.headers.get("Authorization") or request.GET.get("ticket", "")
    async with locks.setdefault(who, asyncio.Lock()):
        yield


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel these tasks of ours and return when they have ended.

    A library that waits with a time-out may swallow a cancellation that meets its answer, so it is said again.
    """
    going_on = set(tasks)
    while going_on:
        for task in going_on:
            task.cancel()
        _, going_on = await asyncio.wait(going_on, timeout=CANCEL_EVERY_S)


def _without_connection(work: Callable[P, Result]) -> Callable[P, Result]:
    def done(*args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:  # a test inside a transaction keeps its own
                connection.close()

    return done
