"""Reads a run's events from the real ASGI application in the running event loop."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.asgi import application
from tests.conformance import validator_at


@dataclass(frozen=True)
class ReceivedEvent:
    """One received event."""

    id: str
    kind: str
    data: dict[str, Any]


class Reader:
    """One connection. It collects `events`, the number of `comments` and, for other responses, the `body`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.events: list[ReceivedEvent] = []
        self.writes: list[str] = []
        self.comments = 0
        self.body = b""
        self.ended = False
        self.gone = asyncio.Event()
        self._requested = False
        self._received = asyncio.Condition()

    async def receive(self) -> dict[str, Any]:
        if not self._requested:
            self._requested = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().title(): value.decode() for name, value in message["headers"]}
        elif self.headers.get("Content-Type", "").startswith("text/event-stream"):
            self._read(message.get("body", b"").decode())
        else:
            self.body += message.get("body", b"")
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        async with self._received:
            self._received.notify_all()

    def _read(self, text: str) -> None:
        if not text:
            return
        assert text.endswith("\n\n"), text
        self.writes.append(text)
        for block in text.removesuffix("\n\n").split("\n\n"):
            if block.startswith(":"):
                self.comments += 1
            elif not block.startswith("retry:"):
                fields = dict(line.split(": ", 1) for line in block.split("\n"))
                assert fields.keys() == {"id", "event", "data"}
                data = json.loads(fields["data"])
                validator_at("components", "schemas", "RunEvent").validate({**fields, "data": data})
                self.events.append(ReceivedEvent(fields["id"], fields["event"], data))

    async def until(self, holds: Any) -> None:
        """Wait until `holds(self)` is true; fail after ten seconds."""
        async with asyncio.timeout(10), self._received:
            await self._received.wait_for(lambda: holds(self))

    async def until_kind(self, kind: str) -> None:
        await self.until(lambda reader: kind in reader.kinds)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def text(self) -> str:
        """The pieces of the reply, joined."""
        return "".join(event.data["text"] for event in self.events if event.kind == "delta")

    def json(self) -> Any:
        return json.loads(self.body)


@contextlib.asynccontextmanager
async def open_reader(url: str, *, method: str = "GET", **headers: str) -> AsyncIterator[Reader]:
    """A connection, which is dropped at the end of the block. Underscores in header names become dashes."""
    reader, parts = Reader(), urlsplit(url)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [
            (b"host", b"localhost"),
            *((name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    answering = asyncio.create_task(application(scope, reader.receive, reader.send))
    try:
        yield reader
    finally:
        reader.gone.set()
        await answering


async def read_to_end(url: str, **headers: str) -> Reader:
    """A response that ends by itself, read completely."""
    async with open_reader(url, **headers) as reader:
        await reader.until(lambda reader: reader.ended)
    return reader
