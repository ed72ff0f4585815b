"""Following a run on the real ASGI application, with the real Redis and rows that are committed."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from apps.core.async_views import STEPS_AT_ONCE, run_in_thread
from apps.openai_integration.conversation.events import hub as hubs
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import Message, ModelPause, Run
from apps.openai_integration.serializers.threads import MessageSerializer
from apps.openai_integration.tests.factories import MessageFactory, RunFactory
from apps.openai_integration.tests.listening import Reader, heard_to_the_end, listening
from apps.openai_integration.views import events as views
from apps.users.models import User
from config.settings.api import STREAM_LIMITS
from dev.servers import free_port
from tests.stack import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "It began on Sunday. It is worse at night. I take nothing for it."
PIECES = [f"{sentence}. " for sentence in SAID.rstrip(".").split(". ")]


@pytest.fixture(autouse=True)
def _many_streams(settings) -> None:
    settings.STREAM_LIMITS = dict.fromkeys(STREAM_LIMITS, 100)


@pytest.fixture
def run(student: User) -> Run:
    """One that a worker has just taken."""
    now = timezone.now()
    return RunFactory(thread__student=student, status="in_progress", attempts=1, lease_until=now + timedelta(minutes=1))


@pytest.fixture
def url(run: Run, student: User) -> str:
    return events_url(run, student)


def complete(run: Run) -> Message:
    """What a worker commits at the end."""
    reply = MessageFactory(thread=run.thread, role="assistant", run=run, content=SAID, created_at=timezone.now())
    Run.objects.filter(pk=run.pk).update(status="completed", finished_at=timezone.now(), lease_until=None)
    run.refresh_from_db()
    return reply


def listen(scenario: Callable[[], Any]) -> Any:
    """Run it in an event loop of its own; afterwards nothing of it is left."""

    async def whole() -> Any:
        heard = await asyncio.wait_for(scenario(), 30)
        hub = hubs.current_hub()
        assert (hub._subscriptions, hub._tasks) == ({}, [])
        assert len(asyncio.all_tasks()) == 1
        return heard

    return asyncio.run(whole())


def test_a_reader_hears_the_reply_as_it_is_published_and_the_others_hear_the_same(run: Run, url: str) -> None:
    first, second, third = (publishing.delta_event(1, piece) for piece in PIECES)

    async def scenario() -> list[Reader]:
        async with listening(url, Origin="https://elsewhere.example") as early:
            await early.until_kind("status")
            assert publishing.publish(run, publishing.status_event(1, "in_progress"), first)
            await early.until_kind("delta")
            async with listening(url) as lost:  # which comes late, and is cut off
                await lost.until_kind("delta")
            assert publishing.publish(run, second)
            async with contextlib.AsyncExitStack() as opened:
                ids = ("x", "1-", "9" * 30 + "-1", "-1-2", lost.heard[-1].id)
                *rubbish, back = [await opened.enter_async_context(listening(url, Last_Event_ID=text)) for text in ids]
                late = await opened.enter_async_context(listening(url))
                for reader in (*rubbish, back, late):
                    await reader.until_kind("delta")
                reply = await run_in_thread(complete, run)
                assert publishing.publish(
                    run, third, *publishing.end_events(run, reply), publishing.delta_event(1, "late")
                )
                for reader in (early, *rubbish, back, late):
                    await reader.until(lambda reader: reader.ended)
            last = early.heard[-1].id
            after = [await heard_to_the_end(url, **headers) for headers in ({}, {"Last_Event_ID": last})]
            return [early, lost, back, *after, late, *rubbish]

    early, lost, back, after, again, *late = listen(scenario)
    assert early.status == 200
    assert early.headers["Content-Type"] == "text/event-stream"
    assert early.headers["Cache-Control"] == "no-cache, no-transform"
    assert (early.headers["X-Accel-Buffering"], early.headers["Content-Encoding"]) == ("no", "identity")
    assert early.writes[0].startswith("retry: 1000\n\nid: 0-0\nevent: status\n")
    assert early.kinds == ["status", "status", *["delta"] * 3, "message", "done"]
    assert [event.data["attempt"] for event in early.heard] == [1] * 7
    assert early.text == "".join(PIECES)
    reply = Message.objects.get(run=run)
    assert early.heard[-2].data == {"attempt": 1, "message": MessageSerializer(reply).data}
    assert early.heard[-1].data == {"attempt": 1, "status": "completed"}
    ids = [tuple(map(int, event.id.split("-"))) for event in early.heard]
    assert ids == sorted(set(ids))
    # Who comes back hears the rest and nothing twice; who comes late or sends rubbish hears the whole.
    assert lost.text + back.text == early.text
    assert back.heard[0].id == lost.heard[-1].id
    assert back.heard[1:] == early.heard[3:]
    assert [reader.heard[1:] for reader in late] == [early.heard[1:]] * 5
    assert [(reader.status, reader.body) for reader in (after, again)] == [(204, b"")] * 2


@pytest.mark.parametrize("redis_is", ["there", "gone"])
def test_the_row_tells_the_end_where_the_stream_does_not(run: Run, url: str, redis_is: str, settings) -> None:
    """A worker that was killed between its commit and its last words, and a Redis that is gone."""
    if redis_is == "gone":
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    async def scenario() -> list[Reader]:
        async with listening(url) as reader:
            await reader.until_kind("status")
            published = await run_in_thread(publishing.publish, run, publishing.delta_event(1, PIECES[0]))
            assert published == (redis_is == "there")
            if published:
                await reader.until_kind("delta")
            await run_in_thread(complete, run)
            await reader.until(lambda reader: reader.ended)
        return [reader, await heard_to_the_end(url)]

    reader, late = listen(scenario)
    deltas = ["delta"] if redis_is == "there" else []
    assert reader.kinds == ["status", *deltas, "message", "done"]
    assert reader.heard[-2].data["message"]["message"] == SAID
    assert late.status == 204


def test_a_worker_is_held_up_by_a_redis_that_is_gone_once_in_a_while(run: Run, settings) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        silent.setblocking(False)
        settings.REDIS_URL, settings.REDIS_TIMEOUT_S = f"redis://127.0.0.1:{silent.getsockname()[1]}/0", 0.2
        assert [publishing.publish(run, publishing.reset_event(1)) for _ in range(100)] == [False] * 100
        settings.REDIS_URL = django_settings.REDIS_URL
        held_up = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                silent.accept()[0].close()
                held_up += 1
    # Whoever asks in the seconds after a time-out is not made to wait for another one.
    assert 1 <= held_up < 50


def test_what_changes_in_the_row_alone_is_told(student: User) -> None:
    run = RunFactory(thread__student=student)
    url = events_url(run, student)

    async def scenario() -> Reader:
        async with listening(url) as reader:
            await reader.until_kind("status")
            await run_in_thread(ModelPause.objects.create, began_at=timezone.now(), began_by="a test")
            await reader.until(lambda reader: len(reader.heard) == 2)
            async with listening(url) as other:
                await other.until_kind("status")
            await run_in_thread(Run.objects.filter(pk=run.pk).update, deadline_at=timezone.now() - timedelta(hours=2))
            await run_in_thread(ModelPause.objects.all().delete)
            await reader.until(lambda reader: reader.ended)
        assert other.heard == [reader.heard[1]]
        return reader

    reader = listen(scenario)
    assert [event.data for event in reader.heard if event.kind == "status"] == [
        {"attempt": 0, "status": "queued", "paused": False},
        {"attempt": 0, "status": "queued", "paused": True},
    ]
    assert reader.kinds[-2:] == ["error", "done"]
    assert reader.heard[-2].data["code"] == "deadline_exceeded"
    assert reader.heard[-1].data["status"] == "expired"


def test_a_run_that_is_deleted_ends_its_stream_and_silence_is_filled_with_comments(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than from one look at the database to the next, as it is in earnest.
    monkeypatch.setattr(views, "KEEPALIVE_INTERVAL_S", 1.2 * hubs.SNAPSHOT_INTERVAL_S)

    async def scenario() -> Reader:
        async with listening(url) as reader:
            await reader.until(lambda reader: reader.comments >= 2)
            await run_in_thread(Run.objects.filter(pk=run.pk).delete)
            await reader.until(lambda reader: reader.ended)
        return reader

    assert listen(scenario).kinds == ["status"]


def test_readers_hold_no_thread_and_no_connection_and_leave_nothing_behind(run: Run, url: str) -> None:
    threads, many = threading.active_count(), 40

    async def scenario() -> None:
        async with contextlib.AsyncExitStack() as opened:
            readers = [await opened.enter_async_context(listening(url)) for _ in range(many)]
            for reader in readers:
                await reader.until_kind("status")
            publishing.publish(run, publishing.delta_event(1, PIECES[0]))
            for reader in readers:
                await reader.until_kind("delta")
            # The process's own few; one of them may be looking at the database just now.
            assert threading.active_count() <= threads + STEPS_AT_ONCE + 1
            assert connections() <= held + 1
            assert clients() == 1

    with (
        psycopg.connect(_database_url(), autocommit=True) as server,
        redis.Redis.from_url(django_settings.REDIS_URL) as broker,
    ):

        def connections() -> int:
            found = server.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'virtual-patient' AND datname = %s",
                [connection.settings_dict["NAME"]],
            )
            return int(found.fetchone()[0])

        def clients() -> int:
            ours = str(broker.connection_pool.connection_kwargs["db"])
            return len([one for one in broker.client_list() if (one["cmd"], one["db"]) == ("xread", ours)])

        held = connections()
        listen(scenario)
        assert threading.active_count() <= threads + STEPS_AT_ONCE + 1
        wait_until(lambda: clients() == 0, "Redis has noticed that they have gone")
        wait_until(lambda: connections() <= held, "the database has noticed that they have gone")


def _database_url() -> str:
    database = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.conninfo.make_conninfo(**{name: database[key] for name, key in names.items()})
