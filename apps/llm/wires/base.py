"""What every wire can do."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from apps.llm.endpoints import Endpoint, parsed_field
from apps.llm.envelope import Reported, reported_in
from apps.llm.failures import failure
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received
from apps.llm.shaping import output_limit
from apps.llm.sse import StreamReader
from apps.llm.traits import Traits


class Wire(ABC):
    """How one question is put, and how what comes back is read. It holds nothing of a call: one object serves all."""

    path: ClassVar[str]

    @abstractmethod
    def body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        """What is sent for a whole answer."""

    def stream_body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        """What is sent for an answer that is read while it is written."""
        return {**self.body(request, endpoint, traits), "stream": True}

    @abstractmethod
    def answer(self, received: Received) -> tuple[Answer, str | None]:
        """The answer in a whole body, streamed or not, and the server's word for its ending; raises ModelError where
        there is none."""

    @abstractmethod
    def stream_reader(self) -> StreamReader:
        """A new reader, for one streamed answer."""

    def refusal_of(self, status: int, said: Reported) -> ModelError:
        """The error of a call that was answered with a status of 300 or more; `said` is what its body tells."""
        return failure(status, said)


def limit_field(own: str, endpoint: Endpoint, traits: Traits) -> dict[str, int]:
    """The field that bounds the answer; `own` is the wire's name for it."""
    name = own if traits.limit == "native" else traits.limit
    return {name: output_limit(endpoint.max_tokens, traits)} if name else {}


def extra_fields(endpoint: Endpoint) -> dict[str, Any]:
    """What the operator adds to every request."""
    return parsed_field(endpoint.extra_body)


def refuse_reported(body: Any, answer: Answer | None = None) -> None:
    """Raises the ModelError of an error that stands inside of an answer; returns where `body` tells of none."""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        body = body[0]
    if not isinstance(body, dict):
        return
    if error := body.get("error"):
        # What stands beside an error belongs to the answer; only its own words count.
        raise failure(None, reported_in({"error": error}), answer)
    if "error" in (body.get("object"), body.get("type")) or ("detail" in body and len(body) == 1):
        raise failure(None, reported_in(body), answer)


def text_of(content: Any) -> tuple[str, bool]:
    """The text of a message's content, which is a text, a list of parts or nothing; and whether there were thoughts in
    a part of their own. Raises TypeError for what is none of it."""
    if content is None or isinstance(content, str):
        return content or "", False
    if not isinstance(content, list):
        raise TypeError("content is no text")
    texts, thought = [], False
    for part in content:
        if isinstance(part, str):
            texts.append(part)
            continue
        kind = part.get("type") or "text"
        if kind in {"text", "output_text"}:
            inner = part.get("text") or ""
            texts.append(inner if isinstance(inner, str) else inner["value"])
        thought = thought or kind in {"thinking", "reasoning", "thought", "reasoning_text", "redacted_thinking"}
    return "".join(texts), thought


def has_thoughts(message: dict[str, Any]) -> bool:
    """Whether a message, or a piece of one, has thoughts in a field of their own."""
    return any(message.get(name) for name in ("reasoning_content", "reasoning", "reasoning_details", "thinking"))
