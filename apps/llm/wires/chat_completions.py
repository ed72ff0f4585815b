"""POST /v1/chat/completions: what nearly every other server of models speaks."""

from typing import Any

from apps.llm.endpoints import Endpoint
from apps.llm.envelope import reported_in
from apps.llm.failures import failure
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received, answer_of, parse_or_invalid
from apps.llm.shaping import optional_fields, schema_form, with_instructions
from apps.llm.sse import StreamReader, parsed
from apps.llm.traits import Traits
from apps.llm.wires.base import Wire, extra_fields, has_thoughts, limit_field, refuse_reported, text_of


class ChatCompletionsWire(Wire):
    """The instructions go first, as the system's message unless the server wants them elsewhere."""

    path = "/chat/completions"

    def body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        role = "system" if traits.instructions == "native" else traits.instructions
        optional = {"reasoning_effort": endpoint.reasoning_effort, "temperature": endpoint.temperature}
        return {
            "model": endpoint.model,
            "messages": with_instructions(request, role),
            **limit_field("max_completion_tokens" if endpoint.is_openai else "max_tokens", endpoint, traits),
            **optional_fields(optional, traits),
            **_format(request, traits),
            **extra_fields(endpoint),
        }

    def stream_body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        options = optional_fields({"stream_options": {"include_usage": True}}, traits)
        return {**super().stream_body(request, endpoint, traits), **options}

    def answer(self, received: Received) -> tuple[Answer, str | None]:
        refuse_reported(received.json)
        answer, choice = parse_or_invalid(lambda: _answer(received))
        refuse_reported(choice, answer)
        if choice["message"].get("refusal"):
            raise ModelError("refused", "The model refused to answer.", answer=answer)
        ending = choice.get("finish_reason")
        return answer, None if ending is None else str(ending)

    def stream_reader(self) -> StreamReader:
        return CompletionReader()


WIRE = ChatCompletionsWire()


def _format(request: ModelRequest, traits: Traits) -> dict[str, Any]:
    form = schema_form(request, traits)
    if not form:
        return {}
    if form == "json_object":
        return {"response_format": {"type": "json_object"}}
    schema = {"name": request.schema_name, "strict": True, "schema": request.schema}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _answer(received: Received) -> tuple[Answer, dict[str, Any]]:
    choice = received.json["choices"][0]
    message = choice["message"]
    text, thought = text_of(message.get("content"))
    thought = thought or has_thoughts(message)
    return answer_of(text, received, read="prompt_tokens", written="completion_tokens", thought=thought), choice


class CompletionReader(StreamReader):
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
        if name == "error":
            raise failure(None, reported_in(data))
        chunk = parsed(data)
        return parse_or_invalid(lambda: self._chunk(chunk))

    def _chunk(self, chunk: dict[str, Any]) -> str:
        refuse_reported(chunk)
        self._usage = chunk.get("usage") or self._usage
        if "choices" not in chunk:
            return ""
        self.recognised = True
        self._model = chunk.get("model") or self._model
        choice = next((one for one in chunk["choices"] or [] if not one.get("index")), None)
        if choice is None:
            return ""
        refuse_reported(choice)
        # Some servers send the last piece as a message, as they would without a stream.
        delta = choice.get("delta") or ({} if self.text else choice.get("message")) or {}
        self._finish = choice.get("finish_reason") or self._finish
        self.finished = bool(self._finish)
        if delta.get("refusal"):
            self._refusal.append(delta["refusal"])
        text, thought = text_of(delta.get("content"))
        self.thought = self.thought or thought or has_thoughts(delta)
        return self.add(text) if text else ""

    def partial(self) -> dict[str, Any]:
        message = {"content": "".join(self.text), "refusal": "".join(self._refusal), "reasoning": self.thought}
        choices = [{"message": message, "finish_reason": self._finish}]
        return {"model": self._model, "choices": choices, "usage": self._usage}

    def close(self) -> dict[str, Any]:
        if self._finish or (self.ended and self.recognised):
            self.whole = self.partial()
        return super().close()
