"""What a route wants done with the connection."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Plain:
    """A whole answer: JSON, or `raw` bytes that need not be."""

    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class Stream:
    """Server-sent events. Those before the first text, number `text_at`, come at once; then half of `seconds` passes
    until the first text, as a model reads before it writes, and the other half while the rest comes."""

    events: tuple[bytes, ...]
    text_at: int
    seconds: float
    stopping: Event

    def lines(self) -> Iterator[bytes]:
        rest = self.events[self.text_at :]
        pause = self.seconds / 2 / max(len(rest) - 1, 1)
        yield from self.events[: self.text_at]
        for number, event in enumerate(rest):
            wait = pause if number else self.seconds / 2
            if wait:
                self.stopping.wait(wait)
            yield event


@dataclass(frozen=True)
class CutShort:
    """An answer that breaks off half-way: that of a `stream`, or the first half of `body`."""

    body: Json
    stream: Stream | None = None


@dataclass(frozen=True)
class Hang:
    seconds: float | None


@dataclass(frozen=True)
class Reset:
    pass


def named_events(events: Iterable[Json]) -> tuple[bytes, ...]:
    """Events of the responses wire."""
    return tuple(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def bare_events(chunks: Iterable[Json]) -> tuple[bytes, ...]:
    """Events of the chat completions wire, with the end mark."""
    return (*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks), b"data: [DONE]\n\n")
