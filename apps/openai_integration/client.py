"""The model, behind two functions that answer or raise ModelError. The only importer of `openai`.

Two wires are spoken: `responses` and `chat_completions`. Full history and instructions go with every call; nothing is
kept at the provider but a background answer, and that is deleted there once it is fetched.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
from django.conf import settings

from apps.openai_integration.answers import (
    Answer,
    ModelError,
    from_completion,
    from_response,
    identity_of,
    status_of,
)

# Loading it takes as long as loading all the rest, and most processes never ask a model: see `load`.
if TYPE_CHECKING:
    import openai


@dataclass(frozen=True)
class ModelRequest:
    """One question. `messages` are {role: user|assistant, content}, oldest first; `schema` asks for JSON."""

    instructions: str
    messages: list[dict[str, str]]
    schema: dict[str, Any] | None = None
    schema_name: str = ""
    timeout_s: float = 30.0


def complete(request: ModelRequest) -> Answer:
    """Ask and wait for the answer; raises ModelError."""
    begun = time.monotonic()
    with _translated():
        if settings.OPENAI_API == "responses":
            response = _client().responses.create(**_responses_body(request), timeout=request.timeout_s, store=False)
            return from_response(response, begun)
        completion = _client().chat.completions.create(**_chat_body(request), timeout=request.timeout_s)
        return from_completion(completion, begun)


def start(request: ModelRequest) -> str:
    """Begin a background answer at the provider and return its id; raises ModelError. Responses wire only."""
    with _translated():
        response = _client().responses.create(
            **_responses_body(request), timeout=request.timeout_s, store=True, background=True
        )
        return identity_of(response)


def fetch(upstream_id: str, *, timeout_s: float) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one."""
    begun = time.monotonic()
    with _translated():
        response = _client().responses.retrieve(upstream_id, timeout=timeout_s)
        if status_of(response) in {"queued", "in_progress"}:
            return None
        return from_response(response, begun)


def discard(upstream_id: str, *, timeout_s: float = 5.0) -> None:
    """Delete a background answer at the provider; raises ModelError."""
    with _translated():
        _client().responses.delete(upstream_id, timeout=timeout_s)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn every error of the vendor's package into a ModelError, with nothing of the request in it."""
    import openai

    try:
        yield
    except openai.APITimeoutError as error:
        raise ModelError("timeout", "The model's server did not answer in time.", retryable=True) from error
    except openai.APIConnectionError as error:
        raise ModelError("unreachable", "The model's server could not be reached.", retryable=True) from error
    except openai.APIStatusError as error:
        raise _from_status(error) from error
    # A body that is not JSON, or not what its type says, or nested without end.
    except (openai.APIError, ValueError, RecursionError) as error:
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


# One a process, by what it was made for: it takes 36 ms to make, and its connections must not be shared across a fork.
_clients: dict[tuple[int, str, str], openai.OpenAI] = {}
_making = threading.Lock()


def _client() -> openai.OpenAI:
    wanted = (os.getpid(), settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY)
    with _making:
        if wanted not in _clients:
            close()
            _clients[wanted] = _new_client(*wanted[1:])
        return _clients[wanted]


def load() -> None:
    """Have the vendor's package and the client ready, for a process that will ask."""
    _client()


def close() -> None:
    """Let go of the connections to the model's server; the next question opens new ones."""
    while _clients:
        _clients.popitem()[1].close()


def _new_client(base_url: str, api_key: str) -> openai.OpenAI:
    import openai

    # The package would retry twice in silence, and on quota errors too; who retries here is the task.
    http = openai.DefaultHttpxClient(event_hooks={"response": [_bound_body]})
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=http)


class _BoundedBody(httpx2.SyncByteStream):
    """A body that must have come by a moment of the monotonic clock.

    The client's own time-out is for each read: a server that sends a byte now and then would hold a worker for ever.
    """

    def __init__(self, stream: httpx2.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            if time.monotonic() > self._until:
                raise httpx2.ReadTimeout("the body took too long")
            yield part

    def close(self) -> None:
        self._stream.close()


def _bound_body(response: httpx2.Response) -> None:
    allowed = response.request.extensions.get("timeout", {}).get("read")
    if allowed and isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _BoundedBody(response.stream, time.monotonic() + allowed)


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
