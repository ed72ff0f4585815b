"""Parses the JSON of a request into a ModelCall; ApiError with the 400 that OpenAI would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from openai_emulator.wire.errors import ApiError
from openai_emulator.wire.json_schema import check_format

Json = dict[str, Any]
TEXT, NUMBER, WHOLE, FLAG, OBJECT, ARRAY = "a string", "a number", "an integer", "a boolean", "an object", "an array"
TYPES: Mapping[str, tuple[type, ...]] = {
    TEXT: (str,),
    NUMBER: (int, float),
    WHOLE: (int,),
    FLAG: (bool,),
    OBJECT: (dict,),
    ARRAY: (list,),
}
SHARED = {
    "model": (TEXT,), "metadata": (OBJECT,), "parallel_tool_calls": (FLAG,), "prompt_cache_key": (TEXT,),
    "prompt_cache_options": (OBJECT,), "prompt_cache_retention": (TEXT,), "safety_identifier": (TEXT,),
    "service_tier": (TEXT,), "store": (FLAG,), "stream": (FLAG,), "stream_options": (OBJECT,),
    "temperature": (NUMBER,), "tool_choice": (TEXT, OBJECT), "tools": (ARRAY,), "top_logprobs": (WHOLE,),
    "top_p": (NUMBER,), "user": (TEXT,),
}  # fmt: skip
RESPONSES = SHARED | {
    "background": (FLAG,), "conversation": (TEXT, OBJECT), "include": (ARRAY,), "input": (TEXT, ARRAY),
    "instructions": (TEXT,), "max_output_tokens": (WHOLE,), "max_tool_calls": (WHOLE,),
    "previous_response_id": (TEXT,), "prompt": (OBJECT,), "reasoning": (OBJECT,), "text": (OBJECT,),
    "truncation": (TEXT,),
}  # fmt: skip
CHAT_COMPLETIONS = SHARED | {
    "frequency_penalty": (NUMBER,), "logit_bias": (OBJECT,), "logprobs": (FLAG,), "max_completion_tokens": (WHOLE,),
    "max_tokens": (WHOLE,), "messages": (ARRAY,), "modalities": (ARRAY,), "n": (WHOLE,), "presence_penalty": (NUMBER,),
    "reasoning_effort": (TEXT,), "response_format": (OBJECT,), "seed": (WHOLE,), "stop": (TEXT, ARRAY),
    "verbosity": (TEXT,),
}  # fmt: skip
UNSUPPORTED = ("conversation", "previous_response_id", "prompt", "tools", "functions", "logprobs")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
SPEAKERS = ("user", "assistant")
DIRECTORS = ("system", "developer")


@dataclass(frozen=True)
class HistoryMessage:
    role: str
    text: str


@dataclass(frozen=True)
class ModelCall:
    """A call to the model over either API. `schema_name` is None for plain text."""

    wire: Literal["responses", "chat_completions"]
    instructions: str
    history: tuple[HistoryMessage, ...]
    body: Json = field(repr=False)
    schema_name: str | None = None
    schema: Json | None = None
    stream: bool = False
    background: bool = False
    store: bool = False
    include_usage: bool = False
    max_output_tokens: int | None = None

    @property
    def purpose(self) -> str:
        if self.schema_name in (None, "patient_reply"):
            return "patient"
        return "marking" if self.schema_name == "marking" else "other"

    @property
    def all_text(self) -> str:
        return "\n".join([self.instructions, *(message.text for message in self.history)])


def responses_call(body: Json) -> ModelCall:
    _check_parameters(body, RESPONSES, required=("model", "input"))
    background, store = bool(body.get("background")), body.get("store") is not False
    if background and not store:
        raise ApiError(400, "Background responses need 'store' to be true.", param="store")
    if background and body.get("stream"):
        raise ApiError(400, "The emulator does not stream background responses.", param="stream")
    _check_reasoning(body, (body.get("reasoning") or {}).get("effort"), "reasoning.effort")
    items = body["input"] if isinstance(body["input"], list) else [{"role": "user", "content": body["input"]}]
    directions, history = _messages(items, "input")
    name, schema = check_format((body.get("text") or {}).get("format"), "text.format")
    return ModelCall(
        wire="responses",
        instructions="\n\n".join([body.get("instructions") or "", *directions]).strip(),
        history=history,
        body=body,
        schema_name=name,
        schema=schema,
        stream=bool(body.get("stream")),
        background=background,
        store=store,
        max_output_tokens=_positive(body, "max_output_tokens"),
    )


def chat_call(body: Json) -> ModelCall:
    _check_parameters(body, CHAT_COMPLETIONS, required=("model", "messages"))
    if body.get("n") not in (None, 1):
        raise ApiError(400, "The emulator gives one choice: 'n' must be 1.", param="n")
    options = body.get("stream_options")
    if options is not None and not body.get("stream"):
        raise ApiError(400, "'stream_options' is only allowed when 'stream' is enabled.", param="stream_options")
    _check_reasoning(body, body.get("reasoning_effort"), "reasoning_effort")
    directions, history = _messages(body["messages"], "messages")
    name, schema = check_format(_flat_format(body.get("response_format")), "response_format")
    limit = _positive(body, "max_completion_tokens") or _positive(body, "max_tokens")
    return ModelCall(
        wire="chat_completions",
        instructions="\n\n".join(directions),
        history=history,
        body=body,
        schema_name=name,
        schema=schema,
        stream=bool(body.get("stream")),
        include_usage=bool((options or {}).get("include_usage")),
        max_output_tokens=limit,
    )


def _flat_format(value: Json | None) -> Json | None:
    """The format of a chat completion, flattened to that of a response."""
    if value is None or value.get("type") != "json_schema":
        return value
    inner = value.get("json_schema")
    if not isinstance(inner, dict):
        raise ApiError(400, "Missing required parameter: 'response_format.json_schema'.", param="response_format")
    return {"type": "json_schema", **inner}


def _check_parameters(body: Json, known: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> None:
    for name in required:
        if body.get(name) is None:
            message = f"Missing required parameter: '{name}'."
            raise ApiError(400, message, param=name, code="missing_required_parameter")
    for name, value in body.items():
        if name not in known:
            raise ApiError(400, f"Unknown parameter: '{name[:80]}'.", param=name[:80], code="unknown_parameter")
        if value is not None:
            _check_type(name, value, known[name])
    if body["model"] == "":
        raise ApiError(400, "You must provide a model.", param="model")
    for name in UNSUPPORTED:
        if body.get(name):
            raise ApiError(400, f"The emulator does not support '{name}'.", param=name, code="unsupported_parameter")
    if any(not isinstance(value, str) for value in (body.get("metadata") or {}).values()):
        raise ApiError(400, "Values of 'metadata' must be strings.", param="metadata", code="invalid_type")


def _check_type(name: str, value: Any, expected: tuple[str, ...]) -> None:
    for wanted in expected:
        if isinstance(value, TYPES[wanted]) and (wanted == FLAG or not isinstance(value, bool)):
            return
    message = f"Invalid type for '{name}': expected {' or '.join(expected)}, but got {_type_name(value)} instead."
    raise ApiError(400, message, param=name, code="invalid_type")


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return FLAG
    return next(name for name, types in TYPES.items() if isinstance(value, types))


def _positive(body: Json, name: str) -> int | None:
    value: int | None = body.get(name)
    if value is not None and value < 1:
        message = f"Invalid '{name}': integer below minimum value. Expected a value >= 1, but got {value} instead."
        raise ApiError(400, message, param=name, code="integer_below_min_value")
    return value


def _check_reasoning(body: Json, effort: Any, param: str) -> None:
    if effort is not None and effort not in EFFORTS:
        raise ApiError(400, f"Invalid value for '{param}'.", param=param, code="invalid_value")
    if effort in (None, "none"):
        return
    for name in ("temperature", "top_p"):
        if body.get(name) is not None:
            message = f"Unsupported parameter: '{name}' is not supported with reasoning effort '{effort}'."
            raise ApiError(400, message, param=name, code="unsupported_parameter")


def _messages(items: list[Any], param: str) -> tuple[list[str], tuple[HistoryMessage, ...]]:
    """The texts of system and developer messages, and the messages of user and assistant."""
    if not items:
        raise ApiError(400, f"Invalid '{param}': expected at least one item.", param=param, code="empty_array")
    directions: list[str] = []
    history: list[HistoryMessage] = []
    for number, item in enumerate(items):
        at = f"{param}[{number}]"
        if not isinstance(item, dict):
            raise ApiError(400, f"Invalid type for '{at}': expected an object.", param=at, code="invalid_type")
        if item.get("type", "message") != "message":
            raise ApiError(
                400, f"The emulator takes messages only: '{at}.type'.", param=f"{at}.type", code="invalid_value"
            )
        role, text = item.get("role"), _content(item, at)
        if role in DIRECTORS:
            directions.append(text)
        elif role in SPEAKERS:
            history.append(HistoryMessage(str(role), text))
        else:
            raise ApiError(400, f"Invalid value for '{at}.role'.", param=f"{at}.role", code="invalid_value")
    return directions, tuple(history)


def _content(item: Json, at: str) -> str:
    content = item.get("content")
    if isinstance(content, str):
        return content
    if content is None and item.get("role") == "assistant":
        return str(item.get("refusal") or "")
    if not isinstance(content, list):
        message = f"Invalid type for '{at}.content': expected a string or an array."
        raise ApiError(400, message, param=f"{at}.content", code="invalid_type")
    return "".join(_part_text(part, f"{at}.content[{number}]") for number, part in enumerate(content))


def _part_text(part: Any, at: str) -> str:
    text = None
    if isinstance(part, dict) and part.get("type") in ("input_text", "output_text", "text"):
        text = part.get("text")
    elif isinstance(part, dict) and part.get("type") == "refusal":
        text = part.get("refusal")
    if not isinstance(text, str):
        raise ApiError(400, f"The emulator takes text only: '{at}'.", param=at, code="invalid_value")
    return text
