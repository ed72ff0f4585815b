"""POST /v1/chat/completions: what nearly every other server of models speaks."""

from typing import Any

from django.conf import settings

from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, Received, answer_of, cut_off, parse_or_invalid, usable
from apps.llm.sse import StreamReader, parsed
from apps.llm.wires.base import Wire, reported_failure


class ChatCompletionsWire(Wire):
    """The instructions go first, as the system's message."""

    path = "/chat/completions"

    def body(self, request: ModelRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": settings.OPENAI_MODEL,
            "messages": [{"role": "system", "content": request.instructions}, *request.messages],
        }
        if settings.OPENAI_REASONING_EFFORT:
            body["reasoning_effort"] = settings.OPENAI_REASONING_EFFORT
        if request.schema:
            schema = {"name": request.schema_name, "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def stream_body(self, request: ModelRequest) -> dict[str, Any]:
        return {**super().stream_body(request), "stream_options": {"include_usage": True}}

    def answer(self, received: Received) -> Answer:
        answer = parse_or_invalid(lambda: _answer(received))
        choice = received.json["choices"][0]
        ended = str(choice.get("finish_reason"))
        if ended in {"length", "content_filter"}:
            raise cut_off("max_output_tokens" if ended == "length" else ended, answer)
        return usable(answer, refused=bool(choice["message"].get("refusal")))

    def stream_reader(self) -> StreamReader:
        return CompletionReader()


WIRE = ChatCompletionsWire()


def _answer(received: Received) -> Answer:
    text = received.json["choices"][0]["message"].get("content")
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    return answer_of(text or "", received, read="prompt_tokens", written="completion_tokens")


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
        chunk = parsed(data)
        return parse_or_invalid(lambda: self._chunk(chunk))

    def _chunk(self, chunk: dict[str, Any]) -> str:
        if chunk.get("error"):
            raise reported_failure(chunk["error"])
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
        return self.add(delta["content"]) if delta.get("content") else ""

    def close(self) -> dict[str, Any]:
        if self._finish or (self.ended and self.recognised):
            message = {"content": "".join(self.text), "refusal": "".join(self._refusal)}
            choices = [{"message": message, "finish_reason": self._finish or "stop"}]
            self.whole = {"model": self._model, "choices": choices, "usage": self._usage}
        return super().close()
