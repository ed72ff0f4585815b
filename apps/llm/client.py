"""The model, behind functions that answer or raise ModelError. The only importer of `openai`.

How a question is put and an answer is read, the wire that is configured knows. Full history and instructions go with
every call; nothing is kept at the provider but a background answer, and that is deleted there once it is fetched.

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

import httpx2
from django.conf import settings

from apps.llm import wires
from apps.llm.deadlines import Bounds, CallGivenUpError, bind
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received
from apps.llm.sse import StreamReader, events, limited
from apps.llm.wires.responses import WIRE as BACKGROUND
from apps.llm.wires.responses import identity_of, status_of

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
    wire, bounds = wires.configured(), Bounds(request.timeout_s, given_up)
    with _translated(wire), bounds.hold():
        return wire.answer(_received(_post(wire.path, bounds, wire.body(request)), bounds))


def start(request: ModelRequest, *, given_up: GivenUp = None) -> str:
    """Begin a background answer at the provider and return its id; raises ModelError. Responses wire only."""
    bounds = Bounds(request.timeout_s, given_up)
    with _translated(BACKGROUND), bounds.hold():
        response = _post(BACKGROUND.path, bounds, BACKGROUND.background_body(request))
        return identity_of(_received(response, bounds).json)


def fetch(upstream_id: str, *, timeout_s: float, given_up: GivenUp = None) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one."""
    bounds = Bounds(timeout_s, given_up)
    with _translated(BACKGROUND), bounds.hold():
        path = BACKGROUND.background_path(upstream_id)
        received = _received(_client().get(path, cast_to=httpx2.Response, options=_options(bounds)), bounds)
        return None if status_of(received.json) in {"queued", "in_progress"} else BACKGROUND.answer(received)


def discard(upstream_id: str, *, timeout_s: float = 5.0) -> None:
    """Delete a background answer at the provider; raises ModelError."""
    bounds = Bounds(timeout_s)
    with _translated(BACKGROUND), bounds.hold():
        path = BACKGROUND.background_path(upstream_id)
        _client().delete(path, cast_to=httpx2.Response, options=_options(bounds))
        bounds.must_have_been_kept()


def stream(request: ModelRequest, *, given_up: GivenUp = None) -> TextStream:
    """Ask for an answer that is read while it is written. Nothing is sent before the first piece is asked for."""
    return TextStream(request, given_up)


class TextStream:
    """The pieces of an answer's text, in their order; `answer` is the whole of it once they have ended.

    Iterating raises ModelError, also where the answer comes to its end and is no use (cut off, refused, empty). To be
    used in a `with` block, by one thread: leaving early closes the connection, so that the provider stops writing.
    """

    def __init__(self, request: ModelRequest, given_up: GivenUp) -> None:
        self._wire = wires.configured()
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
        with _translated(self._wire), self._bounds.hold():
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
        wire = self._wire
        self._response = response = _post(wire.path, self._bounds, wire.stream_body(request))
        if "json" in response.headers.get("content-type", ""):  # a server that does not stream
            self._answer = wire.answer(_received(response, self._bounds))
            yield self._answer.text
            return
        reader = wire.stream_reader()
        yield from self._texts(reader, response)
        self._answer = wire.answer(Received(reader.close(), _request_id(response), self._bounds.passed_ms()))
        if not reader.text:
            yield self._answer.text

    def _texts(self, reader: StreamReader, response: httpx2.Response) -> Iterator[str]:
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
    bounds.must_have_been_kept()
    return cast(httpx2.Response, unread)


def _options(bounds: Bounds) -> RequestOptions:
    return {"timeout": httpx2.Timeout(bounds.left(), connect=CONNECT_TIMEOUT_S)}


def _received(response: httpx2.Response, bounds: Bounds) -> Received:
    try:
        raw = b"".join(limited(response.iter_bytes()))
    finally:
        response.close()
    bounds.must_have_been_kept()
    return Received(json.loads(raw), _request_id(response), bounds.passed_ms())


def _request_id(response: httpx2.Response) -> str:
    return response.headers.get("x-request-id", "")


@contextmanager
def _translated(wire: wires.Wire) -> Iterator[None]:
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
        raise _from_status(wire, error) from error
    # A body that is not JSON, or not what its type says, or nested without end.
    except (openai.APIError, ValueError, RecursionError) as error:
        raise ModelError("invalid_answer", "The model's server answered with rubbish.", retryable=True) from error


def _from_status(wire: wires.Wire, error: openai.APIStatusError) -> ModelError:
    """What the wire makes of a refusal, with what the envelope said."""
    refusal = wire.refusal_of(error.status_code, {"code": error.code, "type": error.type})
    refusal.retry_after = _seconds(error.response.headers.get("retry-after"))
    refusal.request_id = error.request_id or ""
    return refusal


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

    # The package's client would take a question to wherever its server points.
    http = openai.DefaultHttpxClient(limits=LIMITS, follow_redirects=False)
    bind(http)
    # The package would retry twice in silence, and on quota errors too; who retries here is the task.
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=http)
