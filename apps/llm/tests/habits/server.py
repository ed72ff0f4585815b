"""A server of models with a habit: it answers each request by what stands in it, on both wires, whole and streamed."""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from apps.llm import traits

TEXT = "I smoke ten a day."
PIECES = ("I smoke ", "ten ", "a day.")
# What a habit gives in place of bytes: the connection is reset, or left open without a word.
RESET, SILENCE = object(), object()
Reply = Iterable[Any]
_USAGE = {"prompt_tokens": 40, "completion_tokens": 6, "input_tokens": 40, "output_tokens": 6, "total_tokens": 46}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


@dataclass(frozen=True)
class Asked:
    """One request that has come in, and the ways to answer it. `number` counts from 1."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def on_responses(self) -> bool:
        return self.path.split("?")[0].endswith("/responses")

    @property
    def streamed(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def limit(self) -> int:
        """The most tokens that the answer may have; 0 where the request does not say."""
        names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
        return next((self.body[name] for name in names if name in self.body), 0)

    @property
    def roles(self) -> list[str]:
        return [one["role"] for one in self.body.get("messages") or self.body.get("input") or []]

    @property
    def format(self) -> str:
        """The type of JSON that is asked for, "" where none is."""
        text = (
            self.body.get("text", {}).get("format", {}) if self.on_responses else self.body.get("response_format", {})
        )
        return str(text.get("type", ""))

    def say(self, *pieces: str, ending: str = "stop", usage: bool = True, **message: Any) -> Reply:
        """An answer as it was asked for. `message` are further fields of it, or of each piece of it."""
        pieces = pieces or PIECES
        if not self.streamed:
            return ok(self.whole("".join(pieces), ending=ending, usage=usage, **message))
        return sse(*(event(one) for one in self.events(*pieces, ending=ending, usage=usage, **message)))

    def whole(self, content: Any, *, ending: str | None = "stop", usage: bool = True, **message: Any) -> dict[str, Any]:
        """The object of an answer that is not streamed."""
        took = {"usage": _USAGE} if usage else {}
        if not self.on_responses:
            said = {"role": "assistant", "content": content, **message}
            choice = {"index": 0, "message": said, "finish_reason": ending}
            return {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [choice], **took}
        status = "completed" if ending == "stop" else "incomplete" if ending in _INCOMPLETE else ending
        details = {"incomplete_details": {"reason": _INCOMPLETE[ending]}} if ending in _INCOMPLETE else {}
        part = {"type": "output_text", "text": content, "annotations": []}
        item = {"type": "message", "role": "assistant", "content": [part], **message}
        return {
            "id": "resp_1",
            "object": "response",
            "status": status,
            "model": "m",
            "output": [item],
            **details,
            **took,
        }

    def events(self, *pieces: str, ending: str = "stop", usage: bool = True, **delta: Any) -> list[Any]:
        """The objects of a streamed answer, the mark of its end among them."""
        if self.on_responses:
            whole = self.whole("".join(pieces), ending=ending, usage=usage)
            last = {"type": f"response.{whole['status']}", "response": whole}
            return [{"type": "response.created", "response": {"status": "in_progress"}}, *self.texts(*pieces), last]
        chunks = [chunk(role="assistant", content=""), *self.texts(*pieces, **delta), chunk(ending)]
        return [*chunks, *([{"choices": [], "usage": _USAGE}] if usage else []), "[DONE]"]

    def texts(self, *pieces: str, **delta: Any) -> list[Any]:
        """The objects of a stream that have its text, and no end."""
        if self.on_responses:
            return [{"type": "response.output_text.delta", "delta": piece} for piece in pieces]
        return [chunk(content=piece, **delta) for piece in pieces]


def chunk(ending: str | None = None, **delta: Any) -> dict[str, Any]:
    """A piece of a chat completion."""
    choice = {"index": 0, "delta": delta, "finish_reason": ending}
    return {"object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def event(content: Any) -> bytes:
    """A server-sent event."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def sse(*parts: Any, head: str = "Content-Type: text/event-stream") -> Reply:
    """A stream that ends with its connection."""
    return [f"HTTP/1.1 200 OK\r\n{head}\r\nConnection: close\r\n\r\n".encode(), *parts]


def ok(body: Any, **headers: str) -> Reply:
    return reply(200, body, **headers)


def reply(status: int, body: Any, **headers: str) -> Reply:
    """A whole response: JSON, or a text as it is."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "application/json" if not isinstance(body, str | bytes) else "text/html"
    lines = {"Content-Type": kind, "Content-Length": str(len(raw)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return [f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + raw]


class Server:
    """Listens on a port of its own and answers each request by the habit. `asked` are the requests so far."""

    def __init__(self, habit: Callable[[Asked], Reply]) -> None:
        self._habit = habit
        self.asked: list[Asked] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        # Another test's server may have had this port.
        traits.forget(self.base_url)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, contextlib.suppress(OSError):
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reader:
            path = reader.readline().split()[1].decode()
            lines = iter(lambda: reader.readline().decode().strip(), "")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            raw = reader.read(int(headers.get("content-length", 0)))
        asked = Asked(len(self.asked) + 1, path, headers, json.loads(raw) if raw else {})
        self.asked.append(asked)
        for part in self._habit(asked):
            if part is RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if part is SILENCE:
                _wait_until_left(connection)
                return
            connection.sendall(part)


def _wait_until_left(connection: socket.socket) -> None:
    """Wait until the client has closed the connection."""
    connection.settimeout(30)
    with contextlib.suppress(OSError):
        connection.recv(1)
