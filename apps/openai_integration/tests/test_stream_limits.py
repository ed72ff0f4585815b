"""Limits on open event streams, on the real ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from apps.core.api.open_streams import OPEN_STREAMS
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import Run
from apps.openai_integration.tests.event_reader import Reader, open_reader, read_to_end
from apps.openai_integration.tests.factories import RunFactory
from apps.users.models import User
from apps.users.tokens import access_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs(student: User) -> list[Run]:
    return RunFactory.create_batch(5, thread__student=student)


def run_in_loop(scenario: Callable[[], Any]) -> Any:
    """Run the scenario in an event loop of its own; afterwards, no stream must be counted."""

    async def whole() -> Any:
        result = await asyncio.wait_for(scenario(), 60)
        assert type(OPEN_STREAMS)() == OPEN_STREAMS
        return result

    return asyncio.run(whole())


@contextlib.asynccontextmanager
async def open_streams(*urls: str, **headers: str) -> AsyncIterator[list[Reader]]:
    """Readers whose streams have started, opened one after another."""
    async with contextlib.AsyncExitStack() as opened:
        readers: list[Reader] = []
        for url in urls:
            readers.append(await opened.enter_async_context(open_reader(url, **headers)))
            await readers[-1].until_kind("status")
        yield readers


def assert_refused(reader: Reader, detail: str) -> None:
    assert (reader.status, reader.headers["Content-Type"]) == (429, "application/json")
    assert int(reader.headers["Retry-After"]) >= 1
    body = reader.json()
    assert body.keys() == {"code", "detail"}
    assert body["code"] == "too_many_streams"
    assert detail in body["detail"]
    assert "poll the run" in body["detail"]


def test_a_user_may_have_three_streams_of_a_run(student: User, instructor: User, runs) -> None:
    ticketed, other_run = events_url(runs[0], student), events_url(runs[1], student)
    bare = ticketed.partition("?")[0]
    theirs = {"Authorization": f"Bearer {access_token(student)}"}

    async def scenario() -> None:
        async with open_streams(ticketed, ticketed), open_streams(bare, **theirs):
            # However somebody says who they are.
            assert_refused(await read_to_end(ticketed), "3 event streams of yours for this run")
            assert_refused(await read_to_end(bare, **theirs), "3 event streams of yours for this run")
            async with open_streams(other_run, events_url(runs[0], instructor)):
                pass

    run_in_loop(scenario)


def test_a_user_may_have_ten_streams(student: User, other_student: User, runs) -> None:
    ten = [events_url(run, student) for run in (runs * 3)[:10]]
    another = RunFactory(thread__student=other_student)

    async def scenario() -> None:
        async with open_streams(*ten):
            assert_refused(await read_to_end(events_url(runs[4], student)), "10 event streams of yours are open")
            async with open_streams(events_url(another, other_student)):
                pass

    run_in_loop(scenario)


@pytest.mark.parametrize(("limit", "detail"), [("address", "from your address"), ("process", "here")])
def test_addresses_and_processes_have_limits(student, other_student, runs, settings, limit, detail) -> None:
    settings.STREAM_LIMITS = {**settings.STREAM_LIMITS, limit: 4}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    url = events_url(RunFactory(thread__student=other_student), other_student)
    here, elsewhere = {"X_Forwarded_For": "198.51.100.1"}, {"X_Forwarded_For": "198.51.100.2"}

    async def scenario() -> Reader:
        async with open_streams(*[events_url(run, student) for run in runs[:4]], **here):
            assert_refused(await read_to_end(url, **here), f"4 event streams {detail}")
            async with open_reader(url, **elsewhere) as reader:
                await reader.until(lambda reader: reader.ended or reader.events)
                return reader

    assert run_in_loop(scenario).status == (200 if limit == "address" else 429)


def test_a_closed_or_ended_stream_no_longer_counts(student: User, runs) -> None:
    run, url = runs[0], events_url(runs[0], student)

    async def scenario() -> None:
        async with open_streams(url, url) as kept:
            for _ in range(20):
                async with open_streams(url):
                    pass
            publishing.publish(run, publishing.done_event(1, "completed"))
            for reader in kept:
                await reader.until(lambda reader: reader.ended)
            while OPEN_STREAMS._open:
                await asyncio.sleep(0)

    run_in_loop(scenario)


def test_refused_and_aborted_requests_do_not_count(student: User, runs) -> None:
    url = events_url(runs[0], student)

    async def scenario() -> None:
        for _ in range(20):
            async with open_reader(url):
                pass  # disconnected before the response
        async with open_streams(url, url, url):
            for _ in range(20):
                assert_refused(await read_to_end(url), "")

    run_in_loop(scenario)


def test_a_reconnect_replaces_the_users_oldest_stream(student: User, other_student, runs) -> None:
    """As when the network has dropped connections and the server has not noticed yet."""
    run, url = runs[0], events_url(runs[0], student)

    async def scenario() -> None:
        async with open_streams(url, url, url, events_url(runs[1], student)) as (first, second, third, other):
            publishing.publish(run, publishing.delta_event(1, "Hello."))
            for reader in (first, second, third):
                await reader.until_kind("delta")
            async with open_reader(url, Last_Event_ID=first.events[-1].id) as back:
                await back.until_kind("status")
                await first.until(lambda reader: reader.ended)
                assert_refused(await read_to_end(url), "3 event streams of yours for this run")
                assert [reader.ended for reader in (second, third, other, back)] == [False] * 4
                publishing.publish(run, publishing.delta_event(1, " There."))
                await back.until_kind("delta")
                assert back.text == " There."
                await second.until(lambda reader: reader.text == "Hello. There.")

    run_in_loop(scenario)


def test_a_reconnect_does_not_replace_others_streams(student: User, other_student: User, runs, settings) -> None:
    settings.STREAM_LIMITS = {**settings.STREAM_LIMITS, "process": 3}
    url = events_url(RunFactory(thread__student=other_student), other_student)

    async def scenario() -> None:
        async with open_streams(*[events_url(run, student) for run in runs[:3]]) as others:
            assert_refused(await read_to_end(url, Last_Event_ID="1-0"), "3 event streams here")
            assert not any(reader.ended for reader in others)

    run_in_loop(scenario)


def test_the_count_is_correct_for_a_hundred_streams(student: User, settings) -> None:
    settings.STREAM_LIMITS = dict.fromkeys(settings.STREAM_LIMITS, 100)
    url = events_url(RunFactory(thread__student=student), student)

    async def scenario() -> None:
        async with open_streams(*[url] * 100):
            assert_refused(await read_to_end(url), "100 event streams")
            assert len(OPEN_STREAMS._open) == 100

    run_in_loop(scenario)


def test_a_stopping_process_ends_its_streams(student: User, runs, monkeypatch) -> None:
    url = events_url(runs[0], student)
    monkeypatch.setattr(OPEN_STREAMS, "_stopping", False)

    async def scenario() -> None:
        async with open_streams(url, url) as readers:
            OPEN_STREAMS.stop()
            for reader in readers:
                await reader.until(lambda reader: reader.ended)
            late = await read_to_end(url)
            for reader in (*readers, late):
                assert reader.status == 200
                assert reader.kinds == ["status"]
        OPEN_STREAMS._stopping = False

    run_in_loop(scenario)
