"""Redis streams of events, one a run, as they lie in Redis; the blocking side."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.redis import FailOpenRedis

EVENTS = FailOpenRedis("events")


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


def key_of(run_id: UUID) -> str:
    """The name of a run's stream."""
    return f"run-events:{run_id}"


def stored(run_id: UUID) -> list[Entry]:
    """What the run's stream holds, up to its end; nothing where Redis does not answer."""
    nothing: Any = []
    found = EVENTS.ask(lambda client: client.xrange(key_of(run_id)), otherwise=nothing)
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
