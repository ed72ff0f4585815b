"""Tasks that resist cancellation are ended, and one person's requests are serialised."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from apps.core.async_views import end_tasks, in_turn, run_in_thread


@pytest.mark.parametrize("swallowed", [0, 1, 3])
def test_a_task_that_swallows_a_cancellation_is_ended_all_the_same(swallowed: int) -> None:
    """A client whose result and cancellation arrive at the same moment behaves like this."""

    async def stubborn() -> None:
        left = swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if not left:
                    raise
                left -= 1

    async def scenario() -> bool:
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)  # let it start
        async with asyncio.timeout(10):
            await end_tasks(task)
        return task.cancelled()

    assert asyncio.run(scenario())


def test_tasks_that_have_ended_are_not_waited_for() -> None:
    async def fails() -> None:
        raise ValueError

    async def scenario() -> None:
        task = asyncio.create_task(fails())
        with contextlib.suppress(ValueError):
            await task
        await end_tasks()
        await end_tasks(task)

    asyncio.run(scenario())


@pytest.mark.parametrize("sent", [{"headers": {"Authorization": "Bearer hers"}}, {"data": {"ticket": "hers"}}])
def test_requests_of_one_person_delay_nobody_else(sent: dict[str, Any]) -> None:
    hers, his = RequestFactory().get("/", **sent), RequestFactory().get("/", headers={"Authorization": "Bearer his"})
    may_end = threading.Event()

    async def ask(request: HttpRequest, work: Callable[[], Any]) -> Any:
        async with in_turn(request):
            return await run_in_thread(work)

    async def scenario() -> None:
        hundred = [asyncio.create_task(ask(hers, may_end.wait)) for _ in range(100)]
        try:
            await asyncio.sleep(0)  # let them start
            assert await asyncio.wait_for(ask(his, lambda: "answered"), 30) == "answered"
        finally:
            may_end.set()
        assert await asyncio.gather(*hundred) == [True] * 100

    asyncio.run(scenario())
