"""Replies that routes return: what the server does with the connection."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class WholeReply:
    """A complete response: JSON, or `raw` bytes of any kind."""

    status: int
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class EventStreamReply:
    """Server-sent events. Those before the first text, number `text_at`, are sent at once. Half of `seconds` passes
    before the first text, as a model reads before it writes, and the other half during the rest.
    """

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
class CutReply:
    """A response that breaks off half-way: a `stream`, or the first half of `body`."""

    body: Json
    stream: EventStreamReply | None = None


@dataclass(frozen=True)
class HangingReply:
    seconds: float | None


@dataclass(frozen=True)
class ResetReply:
    pass


def named_events(events: Iterable[Json]) -> tuple[bytes, ...]:
    """Encoded events of the Responses API."""
    return tuple(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def unnamed_events(chunks: Iterable[Json]) -> tuple[bytes, ...]:
    """Encoded events of the Chat Completions API, with the final [DONE]."""
    return (*(f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks), b"data: [DONE]\n\n")
