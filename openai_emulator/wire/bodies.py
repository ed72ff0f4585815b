"""The shapes of the answers, as OpenAI documents them and as the `openai` package's strict mode checks them."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from openai_emulator.wire.validation import ModelCall

Json = dict[str, Any]

# Every answer says who made it, whatever model was asked for, so that nobody takes it for a real one.
MODEL = "openai-emulator"
# Listed too, so that a client which looks its configured model up finds it.
LISTED_MODELS = (MODEL, "gpt-6-luna")
MODELS_CREATED = 1767225600


@dataclass(frozen=True)
class Answer:
    """What the model has to say, before it is put on a wire. `reason` goes with status "incomplete"."""

    text: str = ""
    refusal: str | None = None
    status: Literal["queued", "completed", "incomplete", "failed"] = "completed"
    reason: Literal["max_output_tokens", "content_filter"] | None = None
    error: Json | None = None


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"


def tokens(text: str) -> int:
    """A plausible number of tokens: four characters each."""
    return (len(text) + 3) // 4


def models() -> Json:
    return {"object": "list", "data": [model(name) for name in LISTED_MODELS]}


def model(name: str) -> Json:
    return {"id": name, "object": "model", "created": MODELS_CREATED, "owned_by": MODEL}


def response(call: ModelCall, answer: Answer, response_id: str) -> Json:
    """The object of POST and GET /v1/responses."""
    body = call.body
    now = int(time.time())
    done = answer.status not in ("queued", "in_progress")
    return {
        "id": response_id,
        "object": "response",
        "created_at": now,
        "status": answer.status,
        "background": call.background,
        "completed_at": now if answer.status == "completed" else None,
        "error": answer.error,
        "incomplete_details": {"reason": answer.reason} if answer.reason else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": MODEL,
        "output": _output(answer),
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "none", "summary": None, **(body.get("reasoning") or {})},
        "service_tier": "default",
        "store": call.store,
        "temperature": _or(body.get("temperature"), 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium", **(body.get("text") or {})},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": _or(body.get("top_p"), 1.0),
        "truncation": body.get("truncation") or "disabled",
        "usage": response_usage(call, answer) if done and answer.status != "failed" else None,
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _output(answer: Answer) -> list[Json]:
    if answer.status in ("queued", "failed"):
        return []
    return [_message(answer, new_id("msg"), [_part(answer)])]


def _message(answer: Answer, message_id: str, content: list[Json], status: str | None = None) -> Json:
    status = status or ("incomplete" if answer.status == "incomplete" else "completed")
    return {"type": "message", "id": message_id, "status": status, "role": "assistant", "content": content}


def _part(answer: Answer, *, empty: bool = False) -> Json:
    if answer.refusal is not None:
        return {"type": "refusal", "refusal": "" if empty else answer.refusal}
    return {"type": "output_text", "text": "" if empty else answer.text, "annotations": [], "logprobs": []}


def response_usage(call: ModelCall, answer: Answer) -> Json:
    read, written = tokens(call.all_text), tokens(answer.refusal or answer.text)
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }


def response_events(call: ModelCall, answer: Answer, final: Json) -> Iterator[Json]:
    """The events of a streamed response in their order; `final` is the object that the last one carries."""
    started = {**final, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
    started |= {"error": None, "incomplete_details": None}
    message_id = final["output"][0]["id"] if final["output"] else None
    events: list[Json] = [
        {"type": "response.created", "response": started},
        {"type": "response.in_progress", "response": started},
    ]
    if message_id:
        events += _message_events(answer, message_id)
    events.append({"type": f"response.{final['status']}", "response": final})
    for number, event in enumerate(events):
        yield {"type": event["type"], "sequence_number": number, **event}


def _message_events(answer: Answer, message_id: str) -> list[Json]:
    at = {"item_id": message_id, "output_index": 0, "content_index": 0}
    kind, field, full = "output_text", "text", answer.text
    extra: Json = {"logprobs": []}
    if answer.refusal is not None:
        kind, field, full, extra = "refusal", "refusal", answer.refusal, {}
    opened = _message(answer, message_id, [], "in_progress")
    closed = _message(answer, message_id, [_part(answer)])
    return [
        {"type": "response.output_item.added", "output_index": 0, "item": opened},
        {"type": "response.content_part.added", **at, "part": _part(answer, empty=True)},
        *({"type": f"response.{kind}.delta", **at, "delta": piece, **extra} for piece in pieces(full)),
        {"type": f"response.{kind}.done", **at, field: full, **extra},
        {"type": "response.content_part.done", **at, "part": _part(answer)},
        {"type": "response.output_item.done", "output_index": 0, "item": closed},
    ]


def pieces(text: str) -> list[str]:
    """The text in deltas of a word each."""
    return re.findall(r"\s*\S+|\s+$", text)


def completion(call: ModelCall, answer: Answer) -> Json:
    """The object of POST /v1/chat/completions."""
    content = None if answer.refusal is not None else answer.text
    message: Json = {"role": "assistant", "content": content, "refusal": answer.refusal, "annotations": []}
    return {
        "id": f"chatcmpl-{secrets.token_hex(16)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}],
        "usage": completion_usage(call, answer),
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _finish(answer: Answer) -> str:
    if answer.status != "incomplete":
        return "stop"
    return "content_filter" if answer.reason == "content_filter" else "length"


def completion_usage(call: ModelCall, answer: Answer) -> Json:
    read, written = tokens(call.all_text), tokens(answer.refusal or answer.text)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def completion_chunks(call: ModelCall, answer: Answer) -> Iterator[Json]:
    """The chunks of a streamed chat completion, without the final [DONE]."""
    frame: Json = {
        "id": f"chatcmpl-{secrets.token_hex(16)}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
        "service_tier": "default",
        "system_fingerprint": None,
    }
    if call.include_usage:
        frame["usage"] = None

    def chunk(delta: Json, finish: str | None = None) -> Json:
        return {**frame, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    field, full = ("refusal", answer.refusal) if answer.refusal is not None else ("content", answer.text)
    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(full or ""):
        yield chunk({field: piece})
    yield chunk({}, _finish(answer))
    if call.include_usage:
        yield {**frame, "choices": [], "usage": completion_usage(call, answer)}
