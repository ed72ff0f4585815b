"""All readers of one event loop: one look at Redis, and one at the database, serve every one of them."""

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
from apps.openai_integration.conversation.events.snapshots import RunSnapshot, end_not_heard, fetch_snapshots
from apps.openai_integration.conversation.events.streams import (
    START,
    Entry,
    Position,
    entry_of,
    key_of,
)

log = structlog.get_logger(__name__)

READ_EVERY_S = 0.05
# A look at hundreds of streams costs milliseconds, so they are looked at less often: 300 every 0.15 s.
MORE_FOR_EACH_S = 0.0003
LOOK_EVERY_S = 1.0
# After Redis has failed.
TRY_AGAIN_S = 1.0
# Of one stream at one look, so that a long one does not keep the others waiting.
ENTRIES_AT_ONCE = 200


class Subscription:
    """A run that somebody follows."""

    def __init__(self, run_id: UUID, snapshot: RunSnapshot) -> None:
        self.run_id = run_id
        self.entries: list[Entry] = []
        self.read_until = START
        self.heard_at = time.monotonic()
        self.status = snapshot.status.data
        self.over = False
        self.readers: set[asyncio.Event] = set()

    def on_entries(self, entries: list[Entry]) -> None:
        """Keep what the stream says, and tell the readers."""
        self.heard_at = time.monotonic()
        for entry in entries:
            if self.over:
                break
            self.read_until = entry.at or self.read_until
            self.over = entry.kind == "done"
            if entry.kind == "status":
                said = json.loads(entry.data)
                self.status = {"status": said["status"], "paused": said["paused"]}
            self.entries.append(entry)
        self.wake()

    def on_snapshot(self, snapshot: RunSnapshot | None) -> None:
        """Tell the readers what the row says and the stream has not; a run without a row is over."""
        if snapshot is None:
            self.over = True
        elif snapshot.end:
            self.on_entries(end_not_heard(snapshot.end, self.entries))
        elif snapshot.status.data != self.status:
            self.status = snapshot.status.data
            self.entries.append(Entry(snapshot.status.kind, snapshot.status.as_json()))
        else:
            return
        self.wake()

    def wake(self) -> None:
        for reader in self.readers:
            reader.set()


class Hub:
    """Those who follow runs in one event loop."""

    def __init__(self) -> None:
        self._subscriptions: dict[UUID, Subscription] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def follow(
        self, run_id: UUID, snapshot: RunSnapshot, *, after: Position, quiet_s: float
    ) -> AsyncGenerator[tuple[Position, Entry] | None]:
        """Every entry of the run behind a position, each with the position that a reader has then, until its end; None
        each time that nothing has come for `quiet_s`. `snapshot` is what the run's row says."""
        subscription = self._subscriptions.get(run_id) or self._subscriptions.setdefault(
            run_id, Subscription(run_id, snapshot)
        )
        woken = asyncio.Event()
        subscription.readers.add(woken)
        self._start()
        known, number, said_at = len(subscription.entries), 0, time.monotonic()
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
                    said_at = time.monotonic()
                if subscription.over:
                    return
                # Counted from what was said: a reader may be woken for nothing.
                if not await _set_within(woken, said_at + quiet_s - time.monotonic()):
                    yield None
                    said_at = time.monotonic()
        finally:
            subscription.readers.discard(woken)
            if not subscription.readers and self._subscriptions.get(run_id) is subscription:
                del self._subscriptions[run_id]
            if not self._subscriptions:
                await self._stop()

    def _start(self) -> None:
        if not self._tasks:
            # In contexts of their own: they are nobody's in particular, and outlive the one who came first.
            self._tasks = [asyncio.create_task(work, context=Context()) for work in (self._read(), self._look())]

    async def _stop(self) -> None:
        # Waited for, since a loop that ends during a look would never end.
        tasks, self._tasks = self._tasks, []
        await end_tasks(*tasks)

    async def _read(self) -> None:
        async with _redis() as client:
            while True:
                wanted = {key_of(run.run_id): run for run in self._subscriptions.values() if not run.over}
                wait_s = READ_EVERY_S + MORE_FOR_EACH_S * len(wanted)
                try:
                    found = await _entries(client, wanted)
                except RedisError as error:
                    log.warning("events_unreadable", error=type(error).__name__)
                    found, wait_s = {}, TRY_AGAIN_S
                for key, entries in found.items():
                    wanted[key].on_entries(entries)
                await asyncio.sleep(wait_s)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            began = time.monotonic()
            quiet = [
                run for run in self._subscriptions.values() if not run.over and run.heard_at < began - LOOK_EVERY_S
            ]
            if not quiet:
                continue
            try:
                snapshots = await run_in_thread(fetch_snapshots, [run.run_id for run in quiet])
            except Error as error:  # it may be back before their time is up
                log.warning("look_failed", error=type(error).__name__)
                continue
            for run in quiet:
                if run.heard_at < began:  # else the stream is newer than the row that was read
                    run.on_snapshot(snapshots.get(run.run_id))


def _redis() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        max_connections=1,
        socket_timeout=settings.REDIS_TIMEOUT_S,
        socket_connect_timeout=settings.REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )


async def _entries(client: redis.asyncio.Redis, wanted: dict[str, Subscription]) -> dict[str, list[Entry]]:
    """What is new in these streams."""
    if not wanted:
        return {}
    behind: Any = {key: str(run.read_until) for key, run in wanted.items()}
    found: Any = await client.xread(behind, count=ENTRIES_AT_ONCE)
    return {key.decode(): [entry_of(*raw) for raw in raws] for key, raws in found}


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """That of the running event loop; a process of async has one."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
