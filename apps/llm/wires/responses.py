"""POST /v1/responses: OpenAI's own, and the only one with answers that are made in the background."""

from typing import Any
from urllib.parse import quote

from django.conf import settings

from apps.core.text import strip_unstorable
from apps.llm.requests import ModelRequest
from apps.llm.responses import (
    Answer,
    ModelError,
    Received,
    answer_of,
    cut_off,
    parse_or_invalid,
    usable,
)
from apps.llm.sse import StreamReader, parsed
from apps.llm.wires.base import Wire, reported_failure


class ResponsesWire(Wire):
    """Nothing is kept at the provider (`store`), but a background answer until it has been fetched."""

    path = "/responses"

    def body(self, request: ModelRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": settings.OPENAI_MODEL,
            "instructions": request.instructions,
            "input": request.messages,
            "store": False,
        }
        if settings.OPENAI_REASONING_EFFORT:
            body["reasoning"] = {"effort": settings.OPENAI_REASONING_EFFORT}
        if request.schema:
            schema = {"type": "json_schema", "strict": True, "name": request.schema_name, "schema": request.schema}
            body["text"] = {"format": schema}
        return body

    def background_body(self, request: ModelRequest) -> dict[str, Any]:
        """What is sent for an answer that is made in the background, and fetched by its id."""
        return {**self.body(request), "store": True, "background": True}

    def background_path(self, upstream_id: str) -> str:
        """Where a background answer is fetched and deleted."""
        return f"{self.path}/{quote(upstream_id, safe='')}"

    def answer(self, received: Received) -> Answer:
        body = received.json
        answer = parse_or_invalid(lambda: _answer(received))
        status = status_of(body)
        if status == "failed":
            raise reported_failure(body.get("error"), answer)
        if status == "incomplete":
            raise cut_off(
                parse_or_invalid(lambda: str((body.get("incomplete_details") or {}).get("reason", ""))), answer
            )
        if status != "completed":
            raise ModelError("upstream_error", "The model's server gave the answer up.", retryable=True, answer=answer)
        refused = parse_or_invalid(lambda: any(part["type"] == "refusal" for part in _parts_of(body)))
        return usable(answer, refused=refused)

    def stream_reader(self) -> StreamReader:
        return ResponsesReader()


WIRE = ResponsesWire()


def status_of(body: Any) -> str:
    """The state of the answer; servers that know no other than completed may leave it out."""
    return str(parse_or_invalid(lambda: body.get("status")) or "completed")


def identity_of(body: Any) -> str:
    """The id of a background answer, which has to fit our column."""
    identity = parse_or_invalid(lambda: body.get("id"))
    if not isinstance(identity, str) or not 0 < len(identity) <= 100 or identity != strip_unstorable(identity):
        raise ModelError("invalid_answer", "The model's server gave its answer no usable id.", retryable=True)
    return identity


def _answer(received: Received) -> Answer:
    body = received.json
    text = "".join(part["text"] for part in _parts_of(body) if part["type"] == "output_text")
    return answer_of(text, received, read="input_tokens", written="output_tokens")


def _parts_of(body: Any) -> list[Any]:
    """The parts of an object's messages; reasoning items come before them and have no text of the answer."""
    return [part for item in body["output"] if item["type"] == "message" for part in item.get("content") or []]


class ResponsesReader(StreamReader):
    """`response.*` events; the last one has the whole answer and its usage."""

    _ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
    _READ = frozenset({"response.output_text.delta", "error", *_ENDS})

    def read(self, name: str, data: bytes) -> str:
        self.recognised = self.recognised or name.startswith("response.")
        if name and name not in self._READ:
            return ""
        event = parsed(data)
        kind = parse_or_invalid(lambda: event.get("type", name))
        self.recognised = self.recognised or str(kind).startswith("response.")
        if kind == "response.output_text.delta":
            return self.add(event.get("delta"))
        if kind == "error" or "error" in event:
            # Nested {"type": "error", "error": {...}}, or flat {"type": "error", "code", "message"}.
            raise reported_failure(event.get("error") or event)
        if kind in self._ENDS:
            self.whole = parse_or_invalid(lambda: self._completed(event["response"], kind))
            self.ended = True
        return ""

    def _completed(self, response: dict[str, Any], kind: str) -> dict[str, Any]:
        """The last object with the status that its event names, and the text as it came: some leave it out there."""
        whole = {"output": [], **response, "status": kind.removeprefix("response.")}
        if self.text:
            said = {"type": "output_text", "text": "".join(self.text)}
            refusals = [part for part in _parts_of(whole) if part["type"] == "refusal"]
            whole["output"] = [{"type": "message", "content": [*refusals, said]}]
        return whole
