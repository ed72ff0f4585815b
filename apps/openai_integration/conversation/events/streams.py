"""The format of the Redis streams that hold a run's events, and blocking reads of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.redis import FailOpenRedis

EVENTS = FailOpenRedis("events")


@dataclass(frozen=True, order=True)
class Position:
    """A stream entry's id: milliseconds, and a sequence number within the millisecond."""

    ms: int
    number: int

    def __str__(self) -> str:
        return f"{self.ms}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """Parse a `ms-number` id; START if it is not one."""
        ms, _, number = text.partition("-")
        if not all(part.isascii() and part.isdigit() and len(part) <= len(str(HIGHEST)) for part in (ms, number)):
            return START
        found = cls(int(ms), int(number))
        return found if found.ms <= HIGHEST and found.number <= HIGHEST else START


HIGHEST = 2**64 - 1
START = Position(0, 0)


@dataclass(frozen=True)
class StreamEntry:
    """A published event. `data` is its JSON. An entry without a position is sent once and cannot be resumed from."""

    kind: str
    data: bytes
    at: Position | None = None


def stream_key(run_id: UUID) -> str:
    """The Redis key of a run's stream."""
    return f"run-events:{run_id}"


def stored_entries(run_id: UUID) -> list[StreamEntry]:
    """The entries of the run's stream up to `done`; empty if Redis is unavailable."""
    nothing: Any = []
    found = EVENTS.ask(lambda client: client.xrange(stream_key(run_id)), otherwise=nothing)
    return until_done([parse_entry(*raw) for raw in found])


def parse_entry(at: bytes, fields: dict[bytes, bytes]) -> StreamEntry:
    """Parse an entry in the form that redis-py returns."""
    return StreamEntry(kind=fields[b"kind"].decode(), data=fields[b"data"], at=Position.parse(at.decode()))


def until_done(entries: list[StreamEntry]) -> list[StreamEntry]:
    """Drop what a worker published after the run had ended."""
    for number, entry in enumerate(entries):
        if entry.kind == "done":
            return entries[: number + 1]
    return entries
