"""POST /v1/responses: OpenAI's own, and the only one with answers that are made in the background."""

from typing import Any
from urllib.parse import quote

from apps.core.text import strip_unstorable
from apps.llm.endpoints import Endpoint
from apps.llm.envelope import reported_in
from apps.llm.failures import failure
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received, answer_of, parse_or_invalid
from apps.llm.shaping import messages_of, optional_fields, schema_form, with_instructions
from apps.llm.sse import StreamReader, parsed
from apps.llm.traits import Traits
from apps.llm.wires.base import Wire, extra_fields, has_thoughts, limit_field, refuse_reported, text_of


class ResponsesWire(Wire):
    """Nothing is kept at the provider (`store`), but a background answer until it has been fetched."""

    path = "/responses"

    def body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        effort = {"effort": endpoint.reasoning_effort} if endpoint.reasoning_effort else None
        optional = {"store": False, "reasoning": effort, "temperature": endpoint.temperature}
        return {
            "model": endpoint.model,
            **_input(request, traits),
            **limit_field("max_output_tokens", endpoint, traits),
            **optional_fields(optional, traits),
            **_format(request, traits),
            **extra_fields(endpoint),
        }

    def background_body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        """What is sent for an answer that is made in the background, and fetched by its id."""
        return {**self.body(request, endpoint, traits), "store": True, "background": True}

    def background_path(self, upstream_id: str) -> str:
        """Where a background answer is fetched and deleted."""
        return f"{self.path}/{quote(upstream_id, safe='')}"

    def answer(self, received: Received) -> tuple[Answer, str | None]:
        body = received.json
        status = status_of(body)
        if status != "failed":
            refuse_reported(body)
        answer = parse_or_invalid(lambda: _answer(received))
        if status == "failed":
            raise failure(None, reported_in({"error": body.get("error") or {}}), answer)
        if parse_or_invalid(lambda: any(part.get("type") == "refusal" for part in _parts_of(body))):
            raise ModelError("refused", "The model refused to answer.", answer=answer)
        if status == "incomplete":
            return answer, parse_or_invalid(
                lambda: str((body.get("incomplete_details") or {}).get("reason") or "length")
            )
        return answer, status

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


def _input(request: ModelRequest, traits: Traits) -> dict[str, Any]:
    if traits.instructions == "native":
        return {"instructions": request.instructions, "input": messages_of(request)}
    return {"input": with_instructions(request, traits.instructions)}


def _format(request: ModelRequest, traits: Traits) -> dict[str, Any]:
    form = schema_form(request, traits)
    if not form:
        return {}
    if form == "json_object":
        return {"text": {"format": {"type": "json_object"}}}
    schema = {"type": "json_schema", "strict": True, "name": request.schema_name, "schema": request.schema}
    return {"text": {"format": schema}}


def _answer(received: Received) -> Answer:
    text, thought = text_of(_parts_of(received.json))
    thought = thought or any(item["type"] == "reasoning" for item in received.json["output"])
    return answer_of(text, received, read="input_tokens", written="output_tokens", thought=thought)


def _parts_of(body: Any) -> list[Any]:
    """The parts of an object's messages; reasoning items come before them and have no text of the answer."""
    parts: list[Any] = []
    for item in body["output"]:
        if item["type"] == "message":
            content = item.get("content") or []
            parts.extend([{"type": "output_text", "text": content}] if isinstance(content, str) else content)
    return parts


class ResponsesReader(StreamReader):
    """`response.*` events; the last one has the whole answer and its usage."""

    _ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
    _READ = frozenset({"response.output_text.delta", "error", "response.error", *_ENDS})

    def read(self, name: str, data: bytes) -> str:
        self.recognised = self.recognised or name.startswith("response.")
        self.thought = self.thought or "reasoning" in name
        if name and name not in self._READ:
            return ""
        if data.strip() == b"[DONE]":
            return ""
        if name == "error" and not data.lstrip().startswith(b"{"):
            raise failure(None, reported_in(data))
        event = parsed(data)
        kind = parse_or_invalid(lambda: event.get("type", name))
        self.recognised = self.recognised or str(kind).startswith("response.")
        self.thought = self.thought or "reasoning" in str(kind) or has_thoughts(event)
        if kind == "response.output_text.delta":
            return self.add(event.get("delta"))
        if kind in {"error", "response.error"} or event.get("error"):
            # Nested {"type": "error", "error": {...}}, or flat {"type": "error", "code", "message"}.
            told = event.get("error") or {name: event.get(name) for name in ("code", "message", "status")}
            raise failure(None, reported_in({"error": told}))
        if kind in self._ENDS:
            self.whole = parse_or_invalid(lambda: self._completed(event["response"], kind))
            self.ended = self.finished = True
        return ""

    def partial(self) -> dict[str, Any]:
        return self._completed({}, "response.cancelled")

    def _completed(self, response: dict[str, Any], kind: str) -> dict[str, Any]:
        """The last object with the status that its event names, and the text as it came: some leave it out there."""
        whole = {"output": [], **response, "status": kind.removeprefix("response.")}
        if self.thought:
            whole["output"] = [*whole["output"], {"type": "reasoning"}]
        if self.text:
            said = {"type": "output_text", "text": "".join(self.text)}
            refusals = [part for part in _parts_of(whole) if part["type"] == "refusal"]
            reasoning = [item for item in whole["output"] if item["type"] == "reasoning"]
            whole["output"] = [*reasoning, {"type": "message", "content": [*refusals, said]}]
        return whole
