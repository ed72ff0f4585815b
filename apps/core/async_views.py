"""Blocking work in async views. A request that only waits holds neither a thread nor a database connection."""

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

# Each worker thread holds a connection while it runs.
STEPS_AT_ONCE = 4
CANCEL_EVERY_S = 0.1


# Each token stands for a free thread. Under WSGI and in tests asgiref uses the request's thread and ignores them.
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
    """Run blocking work in a thread and return its result; thread and database connection are released afterwards."""
    async with _thread():
        return await sync_to_async(_without_connection(work))(*args, **kwargs)


@asynccontextmanager
async def in_turn(request: HttpRequest) -> AsyncIterator[None]:
    """Serialise the authentication step among requests that carry the same token or ticket.

    There are few worker threads; hundreds of simultaneous requests of one person would delay everyone else.
    """
    locks = _locks.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    who = request.headers.get("Authorization") or request.GET.get("ticket", "")
    async with locks.setdefault(who, asyncio.Lock()):
        yield


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel these tasks and return when they have ended.

    A library that waits with a timeout may swallow a cancellation that coincides with its result, so it is repeated.
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
            if not connection.in_atomic_block:  # a test inside a transaction keeps its connection
                connection.close()

    return done
