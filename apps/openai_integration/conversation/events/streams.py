"""Redis streams of events, one a run, as they lie in Redis; the blocking side."""

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

# After a failure Redis is left alone for a while: one that swallows packets costs a worker one time-out in five
# seconds, and not each batch of text.
PAUSE_S = 5.0
SOCKET_TIMEOUT_S = 1.0
# Threads of a process that publish at the same moment; each holds a connection for a fraction of a millisecond.
CONNECTIONS = 8


@dataclass(frozen=True, order=True)
class Position:
    """The id of an entry: milliseconds, and a number within them."""

    ms: int
    number: int

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """START for what is no id."""
        ms, _, number = text.partition("-")
        if not all(part.isascii() and part.isdigit() and len(part) <= len(str(HIGHEST)) for part in (ms, number)):
            return START
        found = cls(int(ms), int(number))
        return found if found.ms <= HIGHEST and found.number <= HIGHEST else START


HIGHEST = 2**64 - 1
START = Position(0, 0)


@dataclass(frozen=True)
class Entry:
    """An event as it was published: `data` is the text of its JSON. One without a position is told once."""

    kind: str
    data: bytes
    at: Position | None = None


class Failures:
    """When Redis failed, for all threads of the process."""

    paused_until = 0.0

    @classmethod
    def paused(cls) -> bool:
        return time.monotonic() < cls.paused_until

    @classmethod
    def note(cls, error: redis.RedisError) -> None:
        cls.paused_until = time.monotonic() + PAUSE_S
        log.warning("events_unavailable", error=type(error).__name__)


def key_of(run_id: UUID) -> str:
    """The name of a run's stream."""
    return f"run-events:{run_id}"


_making = threading.Lock()


def client() -> redis.Redis:
    """The process's own, with a bounded number of connections."""
    with _making:
        return _client(settings.REDIS_URL)


@lru_cache(maxsize=1)
def _client(url: str) -> redis.Redis:
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=SOCKET_TIMEOUT_S,
        socket_timeout=SOCKET_TIMEOUT_S,
        socket_connect_timeout=SOCKET_TIMEOUT_S,
        # A second try might add a piece of text twice.
        retry=Retry(NoBackoff(), 0),
    )
    return redis.Redis(connection_pool=pool)


def stored(run_id: UUID) -> list[Entry]:
    """What the run's stream holds, up to its end; nothing where Redis does not answer."""
    if Failures.paused():
        return []
    try:
        found: Any = client().xrange(key_of(run_id))
    except redis.RedisError as error:
        Failures.note(error)
        return []
    return up_to_the_end([entry_of(*raw) for raw in found])


def entry_of(at: bytes, fields: dict[bytes, bytes]) -> Entry:
    """An entry of a stream, as redis-py reads it."""
    return Entry(kind=fields[b"kind"].decode(), data=fields[b"data"], at=Position.parse(at.decode()))


def up_to_the_end(entries: list[Entry]) -> list[Entry]:
    """Without what a worker still said after the run had ended."""
    for number, entry in enumerate(entries):
        if entry.kind == "done":
            return entries[: number + 1]
    return entries
