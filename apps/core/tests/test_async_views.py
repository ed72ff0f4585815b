"""Ending tasks that do not want to."""

import asyncio
import contextlib

import pytest

from apps.core.async_views import end_tasks


@pytest.mark.parametrize("swallowed", [0, 1, 3])
def test_a_task_that_swallows_a_cancellation_is_ended_all_the_same(swallowed: int) -> None:
    """As a client does whose answer and whose cancellation come at the same moment."""

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
        await asyncio.sleep(0)  # it has begun
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
