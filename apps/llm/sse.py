"""Reading an answer while it is written: server-sent events, cheaply.

Of the hundreds of bytes that come with each word only the word is parsed; the vendor's own stream objects take several
times as long.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from apps.core.text import strip_unstorable
from apps.llm.responses import ModelError

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# An answer is some kilobytes, its last event holds the instructions too; what is longer is no answer.
MAX_BYTES = 16 * 1024 * 1024


def limited(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; invalid_answer where they never end."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise ModelError("invalid_answer", "The model's server sent too much.", retryable=True)
        yield chunk


def events(chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The (name, data) of each server-sent event; the name is empty where the server gives none."""
    name, data = "", list[bytes]()
    for line in _lines(chunks):
        if not line:
            yield from _event(name, data)
            name, data = "", []
        elif line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"event:"):
            name = line[6:].strip().decode("utf-8", "replace")
    yield from _event(name, data)


def _event(name: str, data: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The event of these lines. Some servers forget the empty line between two events: each line is an object then."""
    if len(data) > 1 and all(_is_whole(line) for line in data):
        yield from ((name, line) for line in data)
    elif data:
        yield name, b"\n".join(data)


def _is_whole(line: bytes) -> bool:
    line = line.strip()
    return line == b"[DONE]" or (line.startswith(b"{") and line.endswith(b"}"))


def sniffed(chunks: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Whether a body is JSON rather than events, whatever its Content-Type says; and its chunks, none of them lost."""
    rest, begun = iter(chunks), b""
    for chunk in rest:
        begun = (begun + chunk).removeprefix(_BYTE_ORDER_MARK).lstrip()
        if begun and not _BYTE_ORDER_MARK.startswith(begun):
            break
    return begun.startswith((b"{", b"[")), chain([begun], rest)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for chunk in chunks:
        if b"\n" not in chunk:
            begun.append(chunk)
            continue
        *whole, rest = (b"".join(begun) + chunk).split(b"\n")
        begun = [rest]
        yield from (line.removesuffix(b"\r") for line in whole)
    yield b"".join(begun)


class StreamReader(ABC):
    """Gathers one streamed answer: give it the events in their order, and it gives the text that each one adds.

    `whole` is then the object that the same call would have answered without a stream.
    """

    def __init__(self) -> None:
        self.whole: dict[str, Any] | None = None
        self.text: list[str] = []
        self.recognised = False
        # Nothing that counts comes after this.
        self.ended = False
        # The text has come to its end; the tokens that it took may still come.
        self.finished = False
        # Whether the model's thoughts came apart from its answer.
        self.thought = False

    @abstractmethod
    def read(self, name: str, data: bytes) -> str:
        """The text of this event, often none; raises ModelError for one that tells of a failure."""

    @abstractmethod
    def partial(self) -> dict[str, Any]:
        """What has come so far, as an answer without a good ending."""

    def close(self) -> dict[str, Any]:
        """The whole answer once no event is left; raises ModelError where the end is missing."""
        if self.whole is None and self.recognised:
            raise ModelError("interrupted", "The model's server broke its answer off.", retryable=True)
        if self.whole is None:
            raise ModelError("invalid_answer", "The model's server answered with rubbish.", retryable=True)
        return self.whole

    def add(self, text: Any) -> str:
        """Keep a piece of the text, and return it as it may be stored."""
        if not isinstance(text, str):
            raise ModelError("invalid_answer", "The model's server answered in an unknown shape.", retryable=True)
        clean = strip_unstorable(text)
        self.text.append(clean)
        return clean


def parsed(data: bytes) -> dict[str, Any]:
    """The object in an event's data; raises ModelError, or ValueError where it is no JSON."""
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ModelError("invalid_answer", "The model's server answered in an unknown shape.", retryable=True)
    return event
