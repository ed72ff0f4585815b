"""How many streams may be open at a time, on the real ASGI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from apps.core.api.open_streams import OPEN_STREAMS
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import Run
from apps.openai_integration.tests.factories import RunFactory
from apps.openai_integration.tests.listening import Reader, heard_to_the_end, listening
from apps.users.models import User
from apps.users.tokens import access_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs(student: User) -> list[Run]:
    return RunFactory.create_batch(5, thread__student=student)


def listen(scenario: Callable[[], Any]) -> Any:
    """Run it in an event loop of its own; afterwards nothing is counted any more."""

    async def whole() -> Any:
        heard = await asyncio.wait_for(scenario(), 60)
        assert type(OPEN_STREAMS)() == OPEN_STREAMS
        return heard

    return asyncio.run(whole())


@contextlib.asynccontextmanager
async def open_streams(*urls: str, **headers: str) -> AsyncIterator[list[Reader]]:
    """Streams that have begun, one after the other."""
    async with contextlib.AsyncExitStack() as opened:
        readers: list[Reader] = []
        for url in urls:
            readers.append(await opened.enter_async_context(listening(url, **headers)))
            await readers[-1].until_kind("status")
        yield readers


def assert_refused(reader: Reader, words: str) -> None:
    assert (reader.status, reader.headers["Content-Type"]) == (429, "application/json")
    assert int(reader.headers["Retry-After"]) >= 1
    body = reader.json()
    assert body.keys() == {"code", "detail"}
    assert body["code"] == "too_many_streams"
    assert words in body["detail"]
    assert "poll the run" in body["detail"]


def test_a_person_has_three_of_a_run_and_the_others_have_theirs(student: User, instructor: User, runs) -> None:
    ticketed, other_run = events_url(runs[0], student), events_url(runs[1], student)
    bare = ticketed.partition("?")[0]
    theirs = {"Authorization": f"Bearer {access_token(student)}"}

    async def scenario() -> None:
        async with open_streams(ticketed, ticketed), open_streams(bare, **theirs):
            # However somebody says who they are.
            assert_refused(await heard_to_the_end(ticketed), "3 event streams of yours for this run")
            assert_refused(await heard_to_the_end(bare, **theirs), "3 event streams of yours for this run")
            async with open_streams(other_run, events_url(runs[0], instructor)):
                pass

    listen(scenario)


def test_a_person_has_ten_of_all_runs(student: User, other_student: User, runs) -> None:
    ten = [events_url(run, student) for run in (runs * 3)[:10]]
    another = RunFactory(thread__student=other_student)

    async def scenario() -> None:
        async with open_streams(*ten):
            assert_refused(await heard_to_the_end(events_url(runs[4], student)), "10 event streams of yours are open")
            async with open_streams(events_url(another, other_student)):
                pass

    listen(scenario)


@pytest.mark.parametrize(("limit", "words"), [("address", "from your address"), ("process", "here")])
def test_an_address_and_the_process_have_so_many(student, other_student, runs, settings, limit, words) -> None:
    settings.STREAM_LIMITS = {**settings.STREAM_LIMITS, limit: 4}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    url = events_url(RunFactory(thread__student=other_student), other_student)
    here, elsewhere = {"X_Forwarded_For": "198.51.100.1"}, {"X_Forwarded_For": "198.51.100.2"}

    async def scenario() -> Reader:
        async with open_streams(*[events_url(run, student) for run in runs[:4]], **here):
            assert_refused(await heard_to_the_end(url, **here), f"4 event streams {words}")
            async with listening(url, **elsewhere) as reader:
                await reader.until(lambda reader: reader.ended or reader.heard)
                return reader

    assert listen(scenario).status == (200 if limit == "address" else 429)


def test_a_place_is_free_as_soon_as_its_client_has_gone_or_its_stream_has_ended(student: User, runs) -> None:
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

    listen(scenario)


def test_a_refusal_and_a_request_that_is_broken_off_take_no_place(student: User, runs) -> None:
    url = events_url(runs[0], student)

    async def scenario() -> None:
        for _ in range(20):
            async with listening(url):
                pass  # gone before the first answer
        async with open_streams(url, url, url):
            for _ in range(20):
                assert_refused(await heard_to_the_end(url), "")

    listen(scenario)


def test_who_comes_back_takes_the_place_of_their_own_oldest_connection(student: User, other_student, runs) -> None:
    """The network has lost the earlier ones, and nobody has noticed yet."""
    run, url = runs[0], events_url(runs[0], student)

    async def scenario() -> None:
        async with open_streams(url, url, url, events_url(runs[1], student)) as (first, second, third, other):
            publishing.publish(run, publishing.delta_event(1, "Hello."))
            for reader in (first, second, third):
                await reader.until_kind("delta")
            async with listening(url, Last_Event_ID=first.heard[-1].id) as back:
                await back.until_kind("status")
                await first.until(lambda reader: reader.ended)
                assert_refused(await heard_to_the_end(url), "3 event streams of yours for this run")
                assert [reader.ended for reader in (second, third, other, back)] == [False] * 4
                publishing.publish(run, publishing.delta_event(1, " There."))
                await back.until_kind("delta")
                assert back.text == " There."
                await second.until(lambda reader: reader.text == "Hello. There.")

    listen(scenario)


def test_coming_back_takes_nobody_elses_place(student: User, other_student: User, runs, settings) -> None:
    settings.STREAM_LIMITS = {**settings.STREAM_LIMITS, "process": 3}
    url = events_url(RunFactory(thread__student=other_student), other_student)

    async def scenario() -> None:
        async with open_streams(*[events_url(run, student) for run in runs[:3]]) as others:
            assert_refused(await heard_to_the_end(url, Last_Event_ID="1-0"), "3 event streams here")
            assert not any(reader.ended for reader in others)

    listen(scenario)


def test_a_hundred_are_counted_and_counted_down_again(student: User, settings) -> None:
    settings.STREAM_LIMITS = dict.fromkeys(settings.STREAM_LIMITS, 100)
    url = events_url(RunFactory(thread__student=student), student)

    async def scenario() -> None:
        async with open_streams(*[url] * 100):
            assert_refused(await heard_to_the_end(url), "100 event streams")
            assert len(OPEN_STREAMS._open) == 100

    listen(scenario)


def test_a_process_that_stops_ends_its_streams_and_those_to_come_and_they_can_go_on_elsewhere(
    student: User, runs, monkeypatch
) -> None:
    url = events_url(runs[0], student)
    monkeypatch.setattr(OPEN_STREAMS, "_stopping", False)

    async def scenario() -> None:
        async with open_streams(url, url) as readers:
            OPEN_STREAMS.stop()
            for reader in readers:
                await reader.until(lambda reader: reader.ended)
            late = await heard_to_the_end(url)
            for reader in (*readers, late):
                assert reader.status == 200
                assert reader.kinds == ["status"]
        OPEN_STREAMS._stopping = False

    listen(scenario)
