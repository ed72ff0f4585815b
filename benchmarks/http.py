"""HTTP/1.1 and server-sent events over asyncio's streams; the load generator must take little CPU."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

CONNECTIONS_LOST = (OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.LimitOverrunError)


class UnansweredError(Exception):
    """There was no answer, or only a part of it; the request may have been carried out or not."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    head: bytes
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def retry_after(self) -> float | None:
        """The header Retry-After in seconds."""
        value = header(self.head, b"retry-after")
        return float(value) if value.isdigit() else None


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event as received; `at` is wall-clock time."""

    id: str
    kind: str
    data: dict[str, Any]
    at: float


def header(head: bytes, name: bytes) -> bytes:
    """Return a header's value in lower case; empty without that header."""
    _, found, rest = head.lower().partition(b"\r\n" + name + b":")
    return rest.split(b"\r\n", 1)[0].strip() if found else b""


class Connection:
    """One connection to a server, kept open between requests and reopened if it was closed."""

    def __init__(self, host: str, port: int, *, timeout_s: float = 65) -> None:
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Return the whole answer; UnansweredError if the connection broke or timed out."""
        try:
            async with asyncio.timeout(self._timeout_s):
                reader = await self._send(method, path, body, headers or {})
                head = await reader.readuntil(b"\r\n\r\n")
                content = await _body(reader, head)
        except CONNECTIONS_LOST as error:
            self.close()
            raise UnansweredError(f"{method} {path}: {error!r}") from error
        if header(head, b"connection") == b"close":
            self.close()
        return HttpAnswer(_status(head), head, content)

    async def events(self, path: str, headers: Mapping[str, str] | None = None) -> AsyncGenerator[StreamEvent, None]:
        """Yield the events of a stream to its end; RefusedError for any status but 200."""
        try:
            reader = await self._send("GET", path, None, {"Accept": "text/event-stream", **(headers or {})})
            async with asyncio.timeout(self._timeout_s):
                head = await reader.readuntil(b"\r\n\r\n")
            if _status(head) != 200:
                raise RefusedError(_status(head))
            pending = b""
            async for part in _parts(reader, head, self._timeout_s):
                *whole, pending = (pending + part).split(b"\n\n")
                for block in whole:
                    if event := _event(block):
                        yield event
        except CONNECTIONS_LOST as error:
            raise UnansweredError(f"events {path}: {error!r}") from error
        finally:
            self.close()

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> asyncio.StreamReader:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            async with asyncio.timeout(self._timeout_s):
                self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(content)}"]
        if body is not None:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        return reader


class RefusedError(Exception):
    """A stream was refused with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the stream was answered with {status}")
        self.status = status


def _status(head: bytes) -> int:
    return int(head[9:12])


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if length := header(head, b"content-length"):
        return await reader.readexactly(int(length))
    if _status(head) == 204:
        return b""
    return b"".join([part async for part in _parts(reader, head, None)])


async def _parts(reader: asyncio.StreamReader, head: bytes, timeout_s: float | None) -> AsyncIterator[bytes]:
    """Yield the pieces of a body without a length; each has to arrive in time."""
    chunked = header(head, b"transfer-encoding") == b"chunked"
    while True:
        async with asyncio.timeout(timeout_s):
            if not chunked:
                part = await reader.read(65536)
            else:
                size = int(await reader.readuntil(b"\r\n"), 16)
                part = (await reader.readexactly(size + 2))[:-2]
        if not part:
            return
        yield part


def _event(block: bytes) -> StreamEvent | None:
    """None for a comment."""
    fields = {"id": "", "event": "", "data": ""}
    for line in block.decode().split("\n"):
        name, _, value = line.partition(": ")
        if name in fields:
            fields[name] = value
    return (
        StreamEvent(fields["id"], fields["event"], json.loads(fields["data"]), time.time()) if fields["data"] else None
    )
