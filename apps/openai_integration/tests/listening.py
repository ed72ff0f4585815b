"""A reader of a run's events, on the real ASGI application in the running event loop."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.asgi import application


@dataclass(frozen=True)
class Heard:
    """One event as it came."""

    id: str
    kind: str
    data: dict[str, Any]


class Reader:
    """One connection; what came is in `heard`, `comments` and, for other answers than a stream, `body`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.heard: list[Heard] = []
        self.writes: list[str] = []
        self.comments = 0
        self.body = b""
        self.ended = False
        self.gone = asyncio.Event()
        self._asked = False
        self._news = asyncio.Condition()

    async def receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
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
        async with self._news:
            self._news.notify_all()

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
                self.heard.append(Heard(fields["id"], fields["event"], json.loads(fields["data"])))

    async def until(self, holds: Any) -> None:
        """Return once what has come is enough; fail after ten seconds."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(lambda: holds(self))

    async def until_kind(self, kind: str) -> None:
        await self.until(lambda reader: kind in reader.kinds)

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.heard]

    @property
    def text(self) -> str:
        """The pieces of the reply, in their order."""
        return "".join(event.data["text"] for event in self.heard if event.kind == "delta")

    def json(self) -> Any:
        return json.loads(self.body)


@contextlib.asynccontextmanager
async def listening(url: str, *, method: str = "GET", **headers: str) -> AsyncIterator[Reader]:
    """A connection, which is lost at the end of the block. Underscores of header names are dashes."""
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


async def heard_to_the_end(url: str, **headers: str) -> Reader:
    """All of an answer that ends by itself."""
    async with listening(url, **headers) as reader:
        await reader.until(lambda reader: reader.ended)
    return reader
