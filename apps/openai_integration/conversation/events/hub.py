"""Shares one Redis reader and one database poller among all event streams of an event loop."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator
from contextvars import Context
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import redis.asyncio
import structlog
from django.conf import settings
from django.db import Error
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from apps.core.async_views import end_tasks, run_in_thread
from apps.openai_integration.conversation.events.snapshots import RunSnapshot, fetch_snapshots, missing_end_entries
from apps.openai_integration.conversation.events.streams import (
    START,
    Position,
    StreamEntry,
    parse_entry,
    stream_key,
)

log = structlog.get_logger(__name__)

READ_INTERVAL_S = 0.05
# Reading hundreds of streams takes milliseconds, so they are read less often: 300 streams every 0.14 s.
READ_INTERVAL_PER_STREAM_S = 0.0003
SNAPSHOT_INTERVAL_S = 1.0
# Pause after a Redis error.
REDIS_RETRY_S = 1.0
# Per stream and read, so that a long stream does not delay the others.
MAX_ENTRIES_PER_READ = 200


class Subscription:
    """A run that at least one reader follows."""

    def __init__(self, run_id: UUID, snapshot: RunSnapshot) -> None:
        self.run_id = run_id
        self.entries: list[StreamEntry] = []
        self.last_position = START
        self.last_entry_at = time.monotonic()
        self.status = snapshot.status.data
        self.ended = False
        # A snapshot had the run's end, which is published only after its commit.
        self.end_awaited = False
        self.readers: set[asyncio.Event] = set()

    def on_entries(self, entries: list[StreamEntry]) -> None:
        """Store new stream entries and wake the readers."""
        self.last_entry_at = time.monotonic()
        for entry in entries:
            if self.ended:
                break
            self.last_position = entry.at or self.last_position
            self.ended = entry.kind == "done"
            if entry.kind == "status":
                payload = json.loads(entry.data)
                self.status = {"status": payload["status"], "paused": payload["paused"]}
            self.entries.append(entry)
        self.wake()

    def on_snapshot(self, snapshot: RunSnapshot | None) -> None:
        """Add what the row has and the stream lacks, and wake the readers. None: the run was deleted.

        An end is added only by the second snapshot that has it, so that the stream can give its own first, with the
        last pieces of the reply.
        """
        if snapshot is None:
            self.ended = True
        elif snapshot.end and not self.end_awaited:
            self.end_awaited = True
            return
        elif snapshot.end:
            self.on_entries(missing_end_entries(snapshot.end, self.entries))
        elif snapshot.status.data != self.status:
            self.status = snapshot.status.data
            self.entries.append(StreamEntry(snapshot.status.kind, snapshot.status.as_json()))
        else:
            return
        self.wake()

    def wake(self) -> None:
        for reader in self.readers:
            reader.set()


class Hub:
    """All readers of run events in one event loop."""

    def __init__(self) -> None:
        self._subscriptions: dict[UUID, Subscription] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def follow(
        self, run_id: UUID, snapshot: RunSnapshot, *, after: Position, quiet_s: float
    ) -> AsyncGenerator[tuple[Position, StreamEntry] | None]:
        """Yield the run's entries after a position, each with the reader's new position, until the run ends.

        `snapshot` is the run's current row. Yields None whenever `quiet_s` seconds have passed without an entry.
        """
        subscription = self._subscriptions.get(run_id) or self._subscriptions.setdefault(
            run_id, Subscription(run_id, snapshot)
        )
        woken = asyncio.Event()
        subscription.readers.add(woken)
        self._start()
        known, number, last_sent_at = len(subscription.entries), 0, time.monotonic()
        try:
            while True:
                woken.clear()
                while number < len(subscription.entries):
                    entry, number = subscription.entries[number], number + 1
                    if entry.at and entry.at > after:
                        after = entry.at
                    elif entry.at or number <= known:
                        continue
                    yield after, entry
                    last_sent_at = time.monotonic()
                if subscription.ended:
                    return
                # Measured from the last yield: a reader may be woken without a new entry.
                if not await _set_within(woken, last_sent_at + quiet_s - time.monotonic()):
                    yield None
                    last_sent_at = time.monotonic()
        finally:
            subscription.readers.discard(woken)
            if not subscription.readers and self._subscriptions.get(run_id) is subscription:
                del self._subscriptions[run_id]
            if not self._subscriptions:
                await self._stop()

    def _start(self) -> None:
        if not self._tasks:
            # In a context of their own: they serve all readers, and outlive the request that started them.
            self._tasks = [
                asyncio.create_task(work, context=Context()) for work in (self._read_streams(), self._poll_snapshots())
            ]

    async def _stop(self) -> None:
        # Awaited, because an event loop that closes during a read would hang.
        tasks, self._tasks = self._tasks, []
        await end_tasks(*tasks)

    async def _read_streams(self) -> None:
        async with _redis() as client:
            while True:
                wanted = {stream_key(run.run_id): run for run in self._subscriptions.values() if not run.ended}
                wait_s = READ_INTERVAL_S + READ_INTERVAL_PER_STREAM_S * len(wanted)
                try:
                    found = await _fetch_entries(client, wanted)
                except RedisError as error:
                    log.warning("events_unreadable", error=type(error).__name__)
                    found, wait_s = {}, REDIS_RETRY_S
                for key, entries in found.items():
                    wanted[key].on_entries(entries)
                await asyncio.sleep(wait_s)

    async def _poll_snapshots(self) -> None:
        while True:
            await asyncio.sleep(SNAPSHOT_INTERVAL_S)
            began = time.monotonic()
            quiet = [
                run
                for run in self._subscriptions.values()
                if not run.ended and run.last_entry_at < began - SNAPSHOT_INTERVAL_S
            ]
            if not quiet:
                continue
            try:
                snapshots = await run_in_thread(fetch_snapshots, [run.run_id for run in quiet])
            except Error as error:  # the database may be back before the runs' deadlines
                log.warning("look_failed", error=type(error).__name__)
                continue
            for run in quiet:
                if run.last_entry_at < began:  # otherwise the stream is newer than the row
                    run.on_snapshot(snapshots.get(run.run_id))


def _redis() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        max_connections=1,
        socket_timeout=settings.REDIS_TIMEOUT_S,
        socket_connect_timeout=settings.REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )


async def _fetch_entries(client: redis.asyncio.Redis, wanted: dict[str, Subscription]) -> dict[str, list[StreamEntry]]:
    """The new entries of each stream."""
    if not wanted:
        return {}
    positions: Any = {key: str(run.last_position) for key, run in wanted.items()}
    found: Any = await client.xread(positions, count=MAX_ENTRIES_PER_READ)
    return {key.decode(): [parse_entry(*raw) for raw in raws] for key, raws in found}


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current_hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
