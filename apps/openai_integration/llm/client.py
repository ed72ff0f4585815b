"""The model, behind functions that answer or raise ModelError. The only importer of `openai`.

Two wires are spoken: `responses` and `chat_completions`. Full history and instructions go with every call; nothing is
kept at the provider but a background answer, and that is deleted there once it is fetched.

The vendor's package makes the requests and names the errors. Its objects for what is sent and what comes back are not
used: they take more processor time than all the rest of a turn.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import httpx2
from django.conf import settings

from apps.openai_integration.llm.deadlines import Bounds, CallGivenUpError, bind
from apps.openai_integration.llm.requests import ModelRequest, question, responses_body
from apps.openai_integration.llm.responses import (
    Answer,
    ModelError,
    Received,
    from_completion,
    from_response,
    identity_of,
    status_of,
)
from apps.openai_integration.llm.sse import CompletionReader, Reader, ResponsesReader, events, limited

# Loading it takes as long as loading all the rest, and most processes never ask a model: see `load`.
if TYPE_CHECKING:
    import openai
    from openai._types import RequestOptions

# More calls than any worker process makes at once. Each idle connection is looked at in every call, which takes as long
# as a handshake once there are a few hundred.
LIMITS = httpx2.Limits(max_connections=2000, max_keepalive_connections=32, keepalive_expiry=15)
CONNECT_TIMEOUT_S = 5.0
# A whole answer has come: for so long is its connection waited for, so that the next call can have it.
_DRAIN_S = 0.5


GivenUp = Callable[[], bool] | None


def complete(request: ModelRequest, *, given_up: GivenUp = None) -> Answer:
    """Ask and wait for the answer; raises ModelError. Once `given_up` says so, the call is dropped ("given_up")."""
    path, body = question(request)
    bounds = Bounds(request.timeout_s, given_up)
    with _translated(), bounds.hold():
        return _answer(_received(_post(path, bounds, body), bounds))


def start(request: ModelRequest, *, given_up: GivenUp = None) -> str:
    """Begin a background answer at the provider and return its id; raises ModelError. Responses wire only."""
    bounds = Bounds(request.timeout_s, given_up)
    body = {**responses_body(request), "store": True, "background": True}
    with _translated(), bounds.hold():
        return identity_of(_received(_post("/responses", bounds, body), bounds).json)


def fetch(upstream_id: str, *, timeout_s: float, given_up: GivenUp = None) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one."""
    bounds = Bounds(timeout_s, given_up)
    with _translated(), bounds.hold():
        got = _client().get(_path(upstream_id), cast_to=httpx2.Response, options=_options(bounds))
        received = _received(got, bounds)
        return None if status_of(received.json) in {"queued", "in_progress"} else from_response(received)


def discard(upstream_id: str, *, timeout_s: float = 5.0) -> None:
    """Delete a background answer at the provider; raises ModelError."""
    bounds = Bounds(timeout_s)
    with _translated(), bounds.hold():
        _client().delete(_path(upstream_id), cast_to=httpx2.Response, options=_options(bounds))


def stream(request: ModelRequest, *, given_up: GivenUp = None) -> TextStream:
    """Ask for an answer that is read while it is written. Nothing is sent before the first piece is asked for."""
    return TextStream(request, given_up)


class TextStream:
    """The pieces of an answer's text, in their order; `answer` is the whole of it once they have ended.

    Iterating raises ModelError, also where the answer comes to its end and is no use (cut off, refused, empty). To be
    used in a `with` block, by one thread: leaving early closes the connection, so that the provider stops writing.
    """

    def __init__(self, request: ModelRequest, given_up: GivenUp) -> None:
        self._answer: Answer | None = None
        self.first_text_ms: int | None = None
        self._bounds = Bounds(request.timeout_s, given_up)
        self._response: httpx2.Response | None = None
        self._pieces = self._read(request)

    @property
    def answer(self) -> Answer:
        """The whole answer of a stream that has been read to its end."""
        if self._answer is None:
            raise ValueError("The stream has not been read to its end.")
        return self._answer

    def __enter__(self) -> TextStream:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def __iter__(self) -> TextStream:
        return self

    def __next__(self) -> str:
        with _translated(), self._bounds.hold():
            piece = next(self._pieces)
        if self.first_text_ms is None:
            self.first_text_ms = self._bounds.passed_ms()
        return piece

    def close(self) -> None:
        """Let go of the connection; an answer that is still being written is abandoned."""
        self._pieces.close()
        if self._response is not None:
            with suppress(httpx2.HTTPError):
                self._response.close()

    def _read(self, request: ModelRequest) -> Generator[str, None, None]:
        path, body = question(request)
        body["stream"] = True
        if settings.OPENAI_API == "chat_completions":
            body["stream_options"] = {"include_usage": True}
        self._response = response = _post(path, self._bounds, body)
        if "json" in response.headers.get("content-type", ""):  # a server that does not stream
            self._answer = _answer(_received(response, self._bounds))
            yield self._answer.text
            return
        reader = ResponsesReader() if settings.OPENAI_API == "responses" else CompletionReader()
        yield from self._texts(reader, response)
        self._answer = _answer(Received(reader.close(), _request_id(response), self._bounds.passed_ms()))
        if not reader.text:
            yield self._answer.text

    def _texts(self, reader: Reader, response: httpx2.Response) -> Iterator[str]:
        incoming = response.iter_bytes()
        try:
            for name, data in events(limited(incoming)):
                if piece := reader.read(name, data):
                    yield piece
                if reader.ended:
                    break
        except httpx2.TimeoutException:
            raise
        except httpx2.HTTPError as error:
            raise ModelError("interrupted", "The model's server broke its answer off.", retryable=True) from error
        with suppress(httpx2.HTTPError), Bounds(_DRAIN_S).hold():
            for _ in incoming:
                pass


def _answer(received: Received) -> Answer:
    return from_response(received) if settings.OPENAI_API == "responses" else from_completion(received)


def _post(path: str, bounds: Bounds, body: dict[str, Any]) -> httpx2.Response:
    """The response with its body still to be read; raises the vendor's errors for a status that is one."""
    import openai

    unread = _client().post(
        path,
        cast_to=httpx2.Response,
        body=body,
        options=_options(bounds),
        stream=True,
        stream_cls=openai.Stream[object],
    )
    return cast(httpx2.Response, unread)


def _options(bounds: Bounds) -> RequestOptions:
    return {"timeout": httpx2.Timeout(bounds.left(), connect=CONNECT_TIMEOUT_S)}


def _path(upstream_id: str) -> str:
    return f"/responses/{quote(upstream_id, safe='')}"


def _received(response: httpx2.Response, bounds: Bounds) -> Received:
    try:
        raw = b"".join(limited(response.iter_bytes()))
    finally:
        response.close()
    return Received(json.loads(raw), _request_id(response), bounds.passed_ms())


def _request_id(response: httpx2.Response) -> str:
    return response.headers.get("x-request-id", "")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn every error of the vendor's package into a ModelError, with nothing of the request in it."""
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        raise ModelError("timeout", "The model's server did not answer in time.", retryable=True) from error
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        raise ModelError("unreachable", "The model's server could not be reached.", retryable=True) from error
    except CallGivenUpError as error:
        raise ModelError("given_up", "Nobody waited for the answer any more.") from error
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

    http = openai.DefaultHttpxClient(limits=LIMITS)
    bind(http)
    # The package would retry twice in silence, and on quota errors too; who retries here is the task.
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=http)
