"""Streams of run events, on the real ASGI application and Redis, with committed rows."""

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
from apps.openai_integration.conversation.events import publishing, snapshots
from apps.openai_integration.conversation.events.hub import Subscription
from apps.openai_integration.conversation.events.streams import Position, StreamEntry
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import Message, ModelPause, Run
from apps.openai_integration.serializers.threads import MessageSerializer
from apps.openai_integration.tests.event_reader import Reader, open_reader, read_to_end
from apps.openai_integration.tests.factories import MessageFactory, RunFactory
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
    """A run that a worker has just claimed."""
    now = timezone.now()
    return RunFactory(thread__student=student, status="in_progress", attempts=1, lease_until=now + timedelta(minutes=1))


@pytest.fixture
def url(run: Run, student: User) -> str:
    return events_url(run, student)


def complete(run: Run) -> Message:
    """Complete the run as a worker does."""
    reply = MessageFactory(thread=run.thread, role="assistant", run=run, content=SAID, created_at=timezone.now())
    Run.objects.filter(pk=run.pk).update(status="completed", finished_at=timezone.now(), lease_until=None)
    run.refresh_from_db()
    return reply


def run_in_loop(scenario: Callable[[], Any]) -> Any:
    """Run the scenario in an event loop of its own, which must have no tasks or subscriptions left afterwards."""

    async def whole() -> Any:
        result = await asyncio.wait_for(scenario(), 30)
        hub = hubs.current_hub()
        assert (hub._subscriptions, hub._tasks) == ({}, [])
        assert len(asyncio.all_tasks()) == 1
        return result

    return asyncio.run(whole())


def test_early_late_and_reconnecting_readers_receive_the_same_events(run: Run, url: str) -> None:
    first, second, third = (publishing.delta_event(1, piece) for piece in PIECES)

    async def scenario() -> list[Reader]:
        async with open_reader(url, Origin="https://elsewhere.example") as early:
            await early.until_kind("status")
            assert publishing.publish(run, publishing.status_event(1, "in_progress"), first)
            await early.until_kind("delta")
            async with open_reader(url) as lost:  # connects late, and is cut off
                await lost.until_kind("delta")
            assert publishing.publish(run, second)
            async with contextlib.AsyncExitStack() as opened:
                ids = ("x", "1-", "9" * 30 + "-1", "-1-2", lost.events[-1].id)
                *rubbish, back = [
                    await opened.enter_async_context(open_reader(url, Last_Event_ID=text)) for text in ids
                ]
                late = await opened.enter_async_context(open_reader(url))
                for reader in (*rubbish, back, late):
                    await reader.until_kind("delta")
                reply = await run_in_thread(complete, run)
                assert publishing.publish(
                    run, third, *publishing.end_events(run, reply), publishing.delta_event(1, "late")
                )
                for reader in (early, *rubbish, back, late):
                    await reader.until(lambda reader: reader.ended)
            last = early.events[-1].id
            after = [await read_to_end(url, **headers) for headers in ({}, {"Last_Event_ID": last})]
            return [early, lost, back, *after, late, *rubbish]

    early, lost, back, after, again, *late = run_in_loop(scenario)
    assert early.status == 200
    assert early.headers["Content-Type"] == "text/event-stream"
    assert early.headers["Cache-Control"] == "no-cache, no-transform"
    assert (early.headers["X-Accel-Buffering"], early.headers["Content-Encoding"]) == ("no", "identity")
    assert early.writes[0].startswith("retry: 1000\n\nid: 0-0\nevent: status\n")
    assert early.kinds == ["status", "status", *["delta"] * 3, "message", "done"]
    assert [event.data["attempt"] for event in early.events] == [1] * 7
    assert early.text == "".join(PIECES)
    reply = Message.objects.get(run=run)
    assert early.events[-2].data == {"attempt": 1, "message": MessageSerializer(reply).data}
    assert early.events[-1].data == {"attempt": 1, "status": "completed"}
    ids = [tuple(map(int, event.id.split("-"))) for event in early.events]
    assert ids == sorted(set(ids))
    # A reader that reconnects receives only the rest. Late readers and malformed ids receive everything.
    assert lost.text + back.text == early.text
    assert back.events[0].id == lost.events[-1].id
    assert back.events[1:] == early.events[3:]
    assert [reader.events[1:] for reader in late] == [early.events[1:]] * 5
    assert [(reader.status, reader.body) for reader in (after, again)] == [(204, b"")] * 2


@pytest.mark.parametrize("redis_is", ["there", "gone"])
def test_the_row_supplies_the_end_if_the_stream_lacks_it(run: Run, url: str, redis_is: str, settings) -> None:
    """The worker was killed between its commit and its last events, or Redis is down."""
    if redis_is == "gone":
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    async def scenario() -> list[Reader]:
        async with open_reader(url) as reader:
            await reader.until_kind("status")
            published = await run_in_thread(publishing.publish, run, publishing.delta_event(1, PIECES[0]))
            assert published == (redis_is == "there")
            if published:
                await reader.until_kind("delta")
            await run_in_thread(complete, run)
            await reader.until(lambda reader: reader.ended)
        return [reader, await read_to_end(url)]

    reader, late = run_in_loop(scenario)
    deltas = ["delta"] if redis_is == "there" else []
    assert reader.kinds == ["status", *deltas, "message", "done"]
    assert reader.events[-2].data["message"]["message"] == SAID
    assert late.status == 204


def test_an_unresponsive_redis_rarely_delays_a_worker(run: Run, settings) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        silent.setblocking(False)
        settings.REDIS_URL, settings.REDIS_TIMEOUT_S = f"redis://127.0.0.1:{silent.getsockname()[1]}/0", 0.2
        assert [publishing.publish(run, publishing.reset_event(1)) for _ in range(100)] == [False] * 100
        settings.REDIS_URL = django_settings.REDIS_URL
        waiting_connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                silent.accept()[0].close()
                waiting_connections += 1
    # In the seconds after a timeout, callers do not wait for another one.
    assert 1 <= waiting_connections < 50


def test_changes_of_the_row_reach_readers(student: User) -> None:
    run = RunFactory(thread__student=student)
    url = events_url(run, student)

    async def scenario() -> Reader:
        async with open_reader(url) as reader:
            await reader.until_kind("status")
            await run_in_thread(ModelPause.objects.create, began_at=timezone.now(), began_by="a test")
            await reader.until(lambda reader: len(reader.events) == 2)
            async with open_reader(url) as other:
                await other.until_kind("status")
            await run_in_thread(Run.objects.filter(pk=run.pk).update, deadline_at=timezone.now() - timedelta(hours=2))
            await run_in_thread(ModelPause.objects.all().delete)
            await reader.until(lambda reader: reader.ended)
        assert other.events == [reader.events[1]]
        return reader

    reader = run_in_loop(scenario)
    assert [event.data for event in reader.events if event.kind == "status"] == [
        {"attempt": 0, "status": "queued", "paused": False},
        {"attempt": 0, "status": "queued", "paused": True},
    ]
    assert reader.kinds[-3:] == ["failure", "error", "done"]
    assert reader.events[-2].data["code"] == "deadline_exceeded"
    assert reader.events[-1].data["status"] == "expired"


def test_a_silent_stream_has_keepalives_and_ends_when_its_run_is_deleted(
    run: Run, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than the interval of snapshots, as in production.
    monkeypatch.setattr(views, "KEEPALIVE_INTERVAL_S", 1.2 * hubs.SNAPSHOT_INTERVAL_S)

    async def scenario() -> Reader:
        async with open_reader(url) as reader:
            await reader.until(lambda reader: reader.comments >= 2)
            await run_in_thread(Run.objects.filter(pk=run.pk).delete)
            await reader.until(lambda reader: reader.ended)
        return reader

    assert run_in_loop(scenario).kinds == ["status"]


def test_readers_hold_no_thread_or_connection_and_leak_nothing(run: Run, url: str) -> None:
    threads, many = threading.active_count(), 40

    async def scenario() -> None:
        async with contextlib.AsyncExitStack() as opened:
            readers = [await opened.enter_async_context(open_reader(url)) for _ in range(many)]
            for reader in readers:
                await reader.until_kind("status")
            publishing.publish(run, publishing.delta_event(1, PIECES[0]))
            for reader in readers:
                await reader.until_kind("delta")
            # The process has a few threads of its own, one of which may be using the database.
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
        run_in_loop(scenario)
        assert threading.active_count() <= threads + STEPS_AT_ONCE + 1
        wait_until(lambda: clients() == 0, "Redis has noticed that they have gone")
        wait_until(lambda: connections() <= held, "the database has noticed that they have gone")


def _database_url() -> str:
    database = connection.settings_dict
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.conninfo.make_conninfo(**{name: database[key] for name, key in names.items()})


def test_the_end_in_the_row_waits_for_that_of_the_stream_which_has_the_last_pieces_too(run: Run) -> None:
    opened = snapshots.RunSnapshot(publishing.status_event(1, "in_progress"))
    done = publishing.done_event(1, "completed")
    ended = snapshots.RunSnapshot(publishing.status_event(1, "completed"), (done,))
    late, lost = Subscription(run.pk, opened), Subscription(run.pk, opened)
    for subscription in (late, lost):
        subscription.on_snapshot(ended)
        assert not subscription.ended
    events = publishing.delta_event(1, "and that is all."), done
    late.on_entries([StreamEntry(event.kind, event.as_json(), Position(1, n)) for n, event in enumerate(events)])
    late.on_snapshot(ended)
    assert [entry.kind for entry in late.entries] == ["delta", "done"]
    lost.on_snapshot(ended)
    assert [entry.kind for entry in lost.entries] == ["done"]
