"""What the model is sent: one question, as each wire puts it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class ModelRequest:
    """One question. `messages` are {role: user|assistant, content}, oldest first; `schema` asks for JSON.

    The whole call, from the first byte sent to the last one read, takes `timeout_s` at most.
    """

    instructions: str
    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    schema_name: str = ""
    timeout_s: float = 30.0


def question(request: ModelRequest) -> tuple[str, dict[str, Any]]:
    """Where a question goes and what is sent there, on the wire that is configured."""
    if settings.OPENAI_API == "responses":
        return "/responses", {**responses_body(request), "store": False}
    return "/chat/completions", _chat_body(request)


def responses_body(request: ModelRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": settings.OPENAI_MODEL,
        "instructions": request.instructions,
        "input": request.messages,
    }
    if settings.OPENAI_REASONING_EFFORT:
        body["reasoning"] = {"effort": settings.OPENAI_REASONING_EFFORT}
    if request.schema:
        body["text"] = {
            "format": {"type": "json_schema", "strict": True, "name": request.schema_name, "schema": request.schema}
        }
    return body


def _chat_body(request: ModelRequest) -> dict[str, Any]:
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
