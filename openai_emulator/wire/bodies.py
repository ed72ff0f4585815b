"""Response bodies as OpenAI documents them and as the `openai` package's strict mode checks them."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from openai_emulator.wire.validation import ModelCall

Json = dict[str, Any]

# Every response names the emulator, whatever model was requested, so that nobody takes it for a real model's.
MODEL = "openai-emulator"
# The second is listed for clients that look up their configured model.
LISTED_MODELS = (MODEL, "gpt-6-luna")
MODELS_CREATED = 1767225600


@dataclass(frozen=True)
class ModelOutput:
    """The model's output, independent of the API. `reason` goes with the status "incomplete"."""

    text: str = ""
    refusal: str | None = None
    status: Literal["queued", "completed", "incomplete", "failed"] = "completed"
    reason: Literal["max_output_tokens", "content_filter"] | None = None
    error: Json | None = None


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(24)}"


def estimate_tokens(text: str) -> int:
    """A plausible number of tokens: one for every four characters."""
    return (len(text) + 3) // 4


def models() -> Json:
    return {"object": "list", "data": [model(name) for name in LISTED_MODELS]}


def model(name: str) -> Json:
    return {"id": name, "object": "model", "created": MODELS_CREATED, "owned_by": MODEL}


def response(call: ModelCall, output: ModelOutput, response_id: str) -> Json:
    """The object of POST and GET /v1/responses."""
    body = call.body
    now = int(time.time())
    done = output.status not in ("queued", "in_progress")
    return {
        "id": response_id,
        "object": "response",
        "created_at": now,
        "status": output.status,
        "background": call.background,
        "completed_at": now if output.status == "completed" else None,
        "error": output.error,
        "incomplete_details": {"reason": output.reason} if output.reason else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "model": MODEL,
        "output": _output(output),
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": "none", "summary": None, **(body.get("reasoning") or {})},
        "service_tier": "default",
        "store": call.store,
        "temperature": _default_if_none(body.get("temperature"), 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium", **(body.get("text") or {})},
        "tool_choice": "auto",
        "tools": [],
        "top_logprobs": 0,
        "top_p": _default_if_none(body.get("top_p"), 1.0),
        "truncation": body.get("truncation") or "disabled",
        "usage": response_usage(call, output) if done and output.status != "failed" else None,
        "user": body.get("user"),
        "metadata": body.get("metadata") or {},
    }


def _default_if_none(value: Any, default: Any) -> Any:
    return default if value is None else value


def _output(output: ModelOutput) -> list[Json]:
    if output.status in ("queued", "failed"):
        return []
    return [_message(output, new_id("msg"), [_content_part(output)])]


def _message(output: ModelOutput, message_id: str, content: list[Json], status: str | None = None) -> Json:
    status = status or ("incomplete" if output.status == "incomplete" else "completed")
    return {"type": "message", "id": message_id, "status": status, "role": "assistant", "content": content}


def _content_part(output: ModelOutput, *, empty: bool = False) -> Json:
    if output.refusal is not None:
        return {"type": "refusal", "refusal": "" if empty else output.refusal}
    return {"type": "output_text", "text": "" if empty else output.text, "annotations": [], "logprobs": []}


def response_usage(call: ModelCall, output: ModelOutput) -> Json:
    read, written = estimate_tokens(call.all_text), estimate_tokens(output.refusal or output.text)
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }


def response_events(call: ModelCall, output: ModelOutput, final: Json) -> Iterator[Json]:
    """The events of a streamed response in their order; `final` is the object that the last one carries."""
    started = {**final, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
    started |= {"error": None, "incomplete_details": None}
    message_id = final["output"][0]["id"] if final["output"] else None
    events: list[Json] = [
        {"type": "response.created", "response": started},
        {"type": "response.in_progress", "response": started},
    ]
    if message_id:
        events += _message_events(output, message_id)
    events.append({"type": f"response.{final['status']}", "response": final})
    for number, event in enumerate(events):
        yield {"type": event["type"], "sequence_number": number, **event}


def _message_events(output: ModelOutput, message_id: str) -> list[Json]:
    at = {"item_id": message_id, "output_index": 0, "content_index": 0}
    kind, field, full = "output_text", "text", output.text
    extra: Json = {"logprobs": []}
    if output.refusal is not None:
        kind, field, full, extra = "refusal", "refusal", output.refusal, {}
    opened = _message(output, message_id, [], "in_progress")
    closed = _message(output, message_id, [_content_part(output)])
    return [
        {"type": "response.output_item.added", "output_index": 0, "item": opened},
        {"type": "response.content_part.added", **at, "part": _content_part(output, empty=True)},
        *({"type": f"response.{kind}.delta", **at, "delta": piece, **extra} for piece in pieces(full)),
        {"type": f"response.{kind}.done", **at, field: full, **extra},
        {"type": "response.content_part.done", **at, "part": _content_part(output)},
        {"type": "response.output_item.done", "output_index": 0, "item": closed},
    ]


def pieces(text: str) -> list[str]:
    """The text in deltas of one word each."""
    return re.findall(r"\s*\S+|\s+$", text)


def completion(call: ModelCall, output: ModelOutput) -> Json:
    """The object of POST /v1/chat/completions."""
    content = None if output.refusal is not None else output.text
    message: Json = {"role": "assistant", "content": content, "refusal": output.refusal, "annotations": []}
    return {
        "id": f"chatcmpl-{secrets.token_hex(16)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(output)}],
        "usage": completion_usage(call, output),
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _finish_reason(output: ModelOutput) -> str:
    if output.status != "incomplete":
        return "stop"
    return "content_filter" if output.reason == "content_filter" else "length"


def completion_usage(call: ModelCall, output: ModelOutput) -> Json:
    read, written = estimate_tokens(call.all_text), estimate_tokens(output.refusal or output.text)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def completion_chunks(call: ModelCall, output: ModelOutput) -> Iterator[Json]:
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

    field, full = ("refusal", output.refusal) if output.refusal is not None else ("content", output.text)
    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in pieces(full or ""):
        yield chunk({field: piece})
    yield chunk({}, _finish_reason(output))
    if call.include_usage:
        yield {**frame, "choices": [], "usage": completion_usage(call, output)}
