"""Reading an answer while it is written: server-sent events of either wire, cheaply.

Of the hundreds of bytes that come with each word only the word is parsed; the vendor's own stream objects take several
times as long.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core.text import strip_unstorable
from apps.openai_integration.llm.responses import ModelError, failure, parse_or_invalid, parts_of

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
            if data:
                yield name, b"\n".join(data)
            name, data = "", []
        elif line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"event:"):
            name = line[6:].strip().decode("utf-8", "replace")
    if data:
        yield name, b"\n".join(data)


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


class Reader:
    """Gathers one streamed answer: give it the events in their order, and it gives the text that each one adds.

    `whole` is then the object that the same call would have answered without a stream.
    """

    def __init__(self) -> None:
        self.whole: dict[str, Any] | None = None
        self.text: list[str] = []
        self.recognised = False
        # Nothing that counts comes after this.
        self.ended = False

    def read(self, name: str, data: bytes) -> str:
        """The text of this event, often none; raises ModelError for one that tells of a failure."""
        raise NotImplementedError

    def close(self) -> dict[str, Any]:
        """The whole answer once no event is left; raises ModelError where the end is missing."""
        if self.whole is None and self.recognised:
            raise ModelError("interrupted", "The model's server broke its answer off.", retryable=True)
        if self.whole is None:
            raise ModelError("invalid_answer", "The model's server answered with rubbish.", retryable=True)
        return self.whole

    def _add(self, text: Any) -> str:
        if not isinstance(text, str):
            raise ModelError("invalid_answer", "The model's server answered in an unknown shape.", retryable=True)
        clean = strip_unstorable(text)
        self.text.append(clean)
        return clean


class ResponsesReader(Reader):
    """`response.*` events; the last one has the whole answer and its usage."""

    _ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
    _READ = frozenset({"response.output_text.delta", "error", *_ENDS})

    def read(self, name: str, data: bytes) -> str:
        self.recognised = self.recognised or name.startswith("response.")
        if name and name not in self._READ:
            return ""
        event = _parsed(data)
        kind = parse_or_invalid(lambda: event.get("type", name))
        self.recognised = self.recognised or str(kind).startswith("response.")
        if kind == "response.output_text.delta":
            return self._add(event.get("delta"))
        if kind == "error" or "error" in event:
            # Nested {"type": "error", "error": {...}}, or flat {"type": "error", "code", "message"}.
            raise failure(event.get("error") or event)
        if kind in self._ENDS:
            self.whole = parse_or_invalid(lambda: self._completed(event["response"], kind))
            self.ended = True
        return ""

    def _completed(self, response: dict[str, Any], kind: str) -> dict[str, Any]:
        """The last object with the status that its event names, and the text as it came: some leave it out there."""
        whole = {"output": [], **response, "status": kind.removeprefix("response.")}
        if self.text:
            said = {"type": "output_text", "text": "".join(self.text)}
            refusals = [part for part in parts_of(whole) if part["type"] == "refusal"]
            whole["output"] = [{"type": "message", "content": [*refusals, said]}]
        return whole


class CompletionReader(Reader):
    """`chat.completion.chunk`s up to [DONE]; the usage comes in a chunk of its own, from servers that send it."""

    def __init__(self) -> None:
        super().__init__()
        self._refusal: list[str] = []
        self._finish: str | None = None
        self._model = ""
        self._usage: Any = None

    def read(self, name: str, data: bytes) -> str:
        if data.strip() == b"[DONE]":
            self.ended = True
            return ""
        chunk = _parsed(data)
        return parse_or_invalid(lambda: self._chunk(chunk))

    def _chunk(self, chunk: dict[str, Any]) -> str:
        if chunk.get("error"):
            raise failure(chunk["error"])
        if "choices" not in chunk:
            return ""
        self.recognised = True
        self._model = chunk.get("model") or self._model
        self._usage = chunk.get("usage") or self._usage
        choice = next((one for one in chunk["choices"] or [] if not one.get("index")), None)
        if choice is None:
            return ""
        delta = choice.get("delta") or {}
        self._finish = choice.get("finish_reason") or self._finish
        if delta.get("refusal"):
            self._refusal.append(delta["refusal"])
        return self._add(delta["content"]) if delta.get("content") else ""

    def close(self) -> dict[str, Any]:
        if self._finish or (self.ended and self.recognised):
            message = {"content": "".join(self.text), "refusal": "".join(self._refusal)}
            choices = [{"message": message, "finish_reason": self._finish or "stop"}]
            self.whole = {"model": self._model, "choices": choices, "usage": self._usage}
        return super().close()


def _parsed(data: bytes) -> dict[str, Any]:
    event = json.loads(data)
    if not isinstance(event, dict):
        raise ModelError("invalid_answer", "The model's server answered in an unknown shape.", retryable=True)
    return event
