"""The model, behind two functions that answer or raise ModelError. The only importer of `openai`.

Two wires are spoken: `responses` and `chat_completions`. Full history and instructions go with every call; nothing is
kept at the provider but a background answer, and that is deleted there once it is fetched.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import openai
from django.conf import settings
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from apps.openai_integration.texts import storable


@dataclass(frozen=True)
class ModelRequest:
    """One question. `messages` are {role: user|assistant, content}, oldest first; `schema` asks for JSON."""

    instructions: str
    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    schema_name: str = ""
    timeout_s: float = 30.0


@dataclass(frozen=True)
class Answer:
    """What the model said, and what it took. `model` is what the server calls itself, `latency_ms` is of this call."""

    text: str
    model: str
    request_id: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    latency_ms: int


class ModelError(Exception):
    """No usable answer. `code` names the cause; `retryable` says whether the same call may succeed later.

    `retry_after` is what the server asked for, in seconds. Nothing of the request is in `detail`.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        request_id: str = "",
        answer: Answer | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after
        self.request_id = request_id
        self.answer = answer


def complete(request: ModelRequest) -> Answer:
    """Ask and wait for the answer; raises ModelError."""
    begun = time.monotonic()
    with _translated():
        if settings.OPENAI_API == "responses":
            response = _client().responses.create(**_responses_body(request), timeout=request.timeout_s, store=False)
            return _from_response(response, begun)
        completion = _client().chat.completions.create(**_chat_body(request), timeout=request.timeout_s)
        return _from_completion(completion, begun)


def start(request: ModelRequest) -> str:
    """Begin a background answer at the provider and return its id; raises ModelError. Responses wire only."""
    with _translated():
        response = _client().responses.create(
            **_responses_body(request), timeout=request.timeout_s, store=True, background=True
        )
        return _shaped(lambda: response.id)


def fetch(upstream_id: str, *, timeout_s: float) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one."""
    begun = time.monotonic()
    with _translated():
        response = _client().responses.retrieve(upstream_id, timeout=timeout_s)
        if _shaped(lambda: response.status) in {"queued", "in_progress"}:
            return None
        return _from_response(response, begun)


def discard(upstream_id: str, *, timeout_s: float = 5.0) -> None:
    """Delete a background answer at the provider; raises ModelError."""
    with _translated():
        _client().responses.delete(upstream_id, timeout=timeout_s)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn every error of the vendor's package into a ModelError, with nothing of the request in it."""
    try:
        yield
    except openai.APITimeoutError as error:
        raise ModelError("timeout", "The model's server did not answer in time.", retryable=True) from error
    except openai.APIConnectionError as error:
        raise ModelError("unreachable", "The model's server could not be reached.", retryable=True) from error
    except openai.APIStatusError as error:
        raise _from_status(error) from error
    except (openai.APIError, ValueError) as error:  # a body that is not JSON, or not what its type says
        raise ModelError("invalid_answer", "The model's server answered with rubbish.", retryable=True) from error


def _from_status(error: openai.APIStatusError) -> ModelError:
    code, detail, retryable = _STATUS_ERRORS.get(error.status_code, ("", "", False))
    if error.status_code == 429 and error.code == "insufficient_quota":
        code, detail, retryable = "quota_exhausted", "The account at the model's provider has no credit.", False
    if not code and error.status_code >= 500:
        code, detail, retryable = "upstream_error", "The model's server failed.", True
    return ModelError(
        code or "request_refused",
        detail or f"The model's server refused the request ({error.status_code}).",
        retryable=retryable,
        retry_after=_seconds(error.response.headers.get("retry-after")),
        request_id=error.request_id or "",
    )


_STATUS_ERRORS = {
    401: ("credentials_refused", "The model's server does not accept the key.", False),
    403: ("credentials_refused", "The model's server does not accept the key.", False),
    404: ("model_not_found", "The model's server does not know the model, or the answer asked for.", False),
    408: ("timeout", "The model's server did not answer in time.", True),
    409: ("upstream_error", "The model's server was busy with the same thing.", True),
    429: ("rate_limited", "The model's provider is limiting calls.", True),
}


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds; a date or rubbish counts as not given."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _client() -> openai.OpenAI:
    # One a process: it takes 36 ms to make, and its connections must not be shared across a fork.
    return _client_of(os.getpid(), settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)


@lru_cache(maxsize=4)
def _client_of(pid: int, base_url: str, api_key: str) -> openai.OpenAI:
    # The package would retry twice in silence, and on quota errors too; who retries here is the task.
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0)


def _responses_body(request: ModelRequest) -> dict[str, Any]:
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


def _shaped(read: Any) -> Any:
    """What `read` returns; invalid_answer where the server's JSON does not have the shape that it reads."""
    try:
        return read()
    except (AttributeError, TypeError, IndexError, KeyError, ValueError) as error:
        raise ModelError(
            "invalid_answer", "The model's server answered in an unknown shape.", retryable=True
        ) from error


def _from_response(response: Response, begun: float) -> Answer:
    answer = _shaped(lambda: _response_answer(response, begun))
    status = getattr(response, "status", None)
    if status == "failed":
        raise _background_failure(response, answer)
    if status == "incomplete":
        raise _cut_off(getattr(response.incomplete_details, "reason", "") or "", answer)
    if status not in {"completed", None}:
        raise ModelError("upstream_error", "The model's server gave the answer up.", retryable=True, answer=answer)
    refusals = _shaped(lambda: [part for item in response.output for part in _parts(item) if part.type == "refusal"])
    return _usable(answer, refused=bool(refusals))


def _response_answer(response: Response, begun: float) -> Answer:
    usage = response.usage
    text = "".join(part.text for item in response.output for part in _parts(item) if part.type == "output_text")
    return Answer(
        text=storable(text),
        model=storable(str(response.model)),
        request_id=storable(str(response._request_id or "")),
        input_tokens=usage.input_tokens if usage else 0,
        cached_tokens=(usage.input_tokens_details.cached_tokens or 0) if usage and usage.input_tokens_details else 0,
        output_tokens=usage.output_tokens if usage else 0,
        latency_ms=_since(begun),
    )


def _parts(item: Any) -> list[Any]:
    # Reasoning items come first and have no text of the answer.
    return (item.content or []) if item.type == "message" else []


def _background_failure(response: Response, answer: Answer) -> ModelError:
    code = getattr(response.error, "code", "") or ""
    # Quota has no code of its own among those that the package knows for a failed response.
    if "insufficient_quota" in {code, getattr(response.error, "type", "")}:
        return ModelError("quota_exhausted", "The account at the model's provider has no credit.", answer=answer)
    if code == "rate_limit_exceeded":
        return ModelError("rate_limited", "The model's provider is limiting calls.", retryable=True, answer=answer)
    return ModelError("upstream_error", "The model's server failed.", retryable=True, answer=answer)


def _from_completion(completion: ChatCompletion, begun: float) -> Answer:
    answer = _shaped(lambda: _completion_answer(completion, begun))
    choice = completion.choices[0]
    if choice.finish_reason in {"length", "content_filter"}:
        raise _cut_off("max_output_tokens" if choice.finish_reason == "length" else "content_filter", answer)
    return _usable(answer, refused=bool(getattr(choice.message, "refusal", None)))


def _completion_answer(completion: ChatCompletion, begun: float) -> Answer:
    usage = completion.usage
    details = usage.prompt_tokens_details if usage else None
    text = completion.choices[0].message.content
    if text is not None and not isinstance(text, str):
        raise TypeError("content is no text")
    return Answer(
        text=storable(text or ""),
        model=storable(str(completion.model)),
        request_id=storable(str(completion._request_id or "")),
        input_tokens=usage.prompt_tokens if usage else 0,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
        output_tokens=usage.completion_tokens if usage else 0,
        latency_ms=_since(begun),
    )


def _cut_off(reason: str, answer: Answer) -> ModelError:
    if reason == "content_filter":
        return ModelError("content_filtered", "The provider's content filter stopped the answer.", answer=answer)
    return ModelError("truncated", "The answer was cut off at its longest allowed length.", answer=answer)


def _usable(answer: Answer, *, refused: bool) -> Answer:
    if refused:
        raise ModelError("refused", "The model refused to answer.", answer=answer)
    if not answer.text.strip():
        raise ModelError("empty_answer", "The model answered with nothing.", retryable=True, answer=answer)
    return answer


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
