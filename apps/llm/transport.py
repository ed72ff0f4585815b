"""Requests to a model's server, and the errors of the way there. The only importer of `openai`.

The vendor's package makes the requests and names the errors. Its objects for what is sent and what comes back are not
used: they take more processor time than all the rest of a turn.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import httpx2

from apps.llm.deadlines import Bounds, CallGivenUpError, bind
from apps.llm.endpoints import LOOPBACK, Endpoint, parsed_field
from apps.llm.envelope import Reported, reported_in, retry_after
from apps.llm.responses import ModelError, Received
from apps.llm.sse import limited

# Loading it takes as long as loading all the rest, and most processes never ask a model: see `load`.
if TYPE_CHECKING:
    import openai
    from openai._types import RequestOptions

# More calls than any worker process makes at once. Each idle connection is looked at in every call, which takes as long
# as a handshake once there are a few hundred.
LIMITS = httpx2.Limits(max_connections=2000, max_keepalive_connections=32, keepalive_expiry=15)
CONNECT_TIMEOUT_S = 5.0


class StatusError(Exception):
    """A response with a status of 300 or more: what its body says, and its headers' words on when to come back."""

    def __init__(self, status: int, said: Reported, pause_s: float | None, request_id: str) -> None:
        super().__init__(str(status))
        self.status = status
        self.said = said
        self.pause_s = pause_s
        self.request_id = request_id


def post(endpoint: Endpoint, path: str, bounds: Bounds, body: dict[str, Any]) -> httpx2.Response:
    """The response with its body still to be read; raises StatusError, or what `translated` translates."""
    import openai

    try:
        unread = client_of(endpoint).post(
            path,
            cast_to=httpx2.Response,
            body=body,
            options=_options(bounds),
            stream=True,
            stream_cls=openai.Stream[object],
        )
    except openai.APIStatusError as error:
        raise _status_error(error) from error
    bounds.must_have_been_kept()
    return cast(httpx2.Response, unread)


def get(endpoint: Endpoint, path: str, bounds: Bounds) -> Received:
    """The JSON at a path; raises as `post` does."""
    import openai

    try:
        response = client_of(endpoint).get(path, cast_to=httpx2.Response, options=_options(bounds))
    except openai.APIStatusError as error:
        raise _status_error(error) from error
    return received(response, bounds)


def delete(endpoint: Endpoint, path: str, bounds: Bounds) -> None:
    """Delete what is at a path; raises as `post` does."""
    import openai

    try:
        client_of(endpoint).delete(path, cast_to=httpx2.Response, options=_options(bounds))
    except openai.APIStatusError as error:
        raise _status_error(error) from error
    bounds.must_have_been_kept()


def raw_body(response: httpx2.Response, bounds: Bounds, chunks: Iterable[bytes] | None = None) -> bytes:
    """The bytes of a response, read to its end; `chunks` are those bytes where they have been begun."""
    try:
        raw = b"".join(limited(response.iter_bytes() if chunks is None else chunks))
    except httpx2.TimeoutException:
        raise
    except httpx2.HTTPError as error:
        raise interrupted() from error
    finally:
        response.close()
    bounds.must_have_been_kept()
    return raw


def received(response: httpx2.Response, bounds: Bounds, raw: bytes | None = None) -> Received:
    """The JSON of a response; `raw` are its bytes where they have been read."""
    text = (raw_body(response, bounds) if raw is None else raw).decode().removeprefix("\ufeff").lstrip()
    # What stands behind the object is none of it.
    return Received(json.JSONDecoder().raw_decode(text)[0], request_id(response), bounds.passed_ms())


def interrupted() -> ModelError:
    """The error of an answer that was begun and broken off."""
    return ModelError("interrupted", "The model's server broke its answer off.", retryable=True)


def request_id(response: httpx2.Response) -> str:
    """The provider's id of a request, "" where it gives none."""
    return str(response.headers.get("x-request-id", ""))


@contextmanager
def translated() -> Iterator[None]:
    """Turn every error of the way to the server into a ModelError, with nothing of the request in it."""
    import openai

    try:
        yield
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        raise _way_error(error) from error
    except CallGivenUpError as error:
        raise ModelError("given_up", "Nobody waited for the answer any more.") from error
    # A body that is not JSON, or not what its type says, or nested without end.
    except (openai.APIError, ValueError, RecursionError) as error:
        raise ModelError("invalid_answer", "The model's server answered with rubbish.", retryable=True) from error


def _way_error(error: BaseException) -> ModelError:
    # The package's own errors have the client's as their cause.
    cause = error if isinstance(error, httpx2.HTTPError) else error.__cause__
    never_there = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)
    if isinstance(cause, httpx2.TimeoutException) and not never_there:
        return ModelError("timeout", "The model's server did not answer in time.", retryable=True)
    return ModelError(
        "unreachable",
        "The model's server could not be reached.",
        retryable=True,
        absent=True,  # as far as can be seen: a server that restarts lets go of its connections
        said=_cause(error),
    )


def _cause(error: BaseException) -> str:
    """Why a connection failed, in the words of who noticed."""
    while True:
        if isinstance(error, ssl.SSLError):
            return f"TLS: {getattr(error, 'verify_message', '') or error.reason or error}"
        inner = error.__cause__ or error.__context__
        if inner is None:
            return str(error)
        error = inner


def _status_error(error: openai.APIStatusError) -> StatusError:
    try:
        said = reported_in(error.response.content)
    except httpx2.HTTPError:  # its body did not come whole
        said = Reported()
    headers = error.response.headers
    pause = retry_after(headers.get("retry-after"))
    return StatusError(error.status_code, said, said.retry_after if pause is None else pause, error.request_id or "")


def _options(bounds: Bounds) -> RequestOptions:
    return {"timeout": httpx2.Timeout(bounds.left(), connect=CONNECT_TIMEOUT_S)}


# By process and by what they were made for: its connections must not be shared across a fork.
_clients: dict[tuple[int, str, str, str], openai.OpenAI] = {}
# Servers that one process asks: two purposes, each with a fallback, and what a test changes.
_MOST_CLIENTS = 8
_making = threading.Lock()


def client_of(endpoint: Endpoint) -> openai.OpenAI:
    """The vendor's client for a server."""
    wanted = (os.getpid(), endpoint.base_url, endpoint.api_key, endpoint.headers)
    with _making:
        if wanted not in _clients:
            if len(_clients) >= _MOST_CLIENTS or any(key[0] != wanted[0] for key in _clients):
                close()
            _clients[wanted] = _new_client(endpoint)
        return _clients[wanted]


def close() -> None:
    """Let go of all connections; the next question opens new ones."""
    while _clients:
        _clients.popitem()[1].close()


@cache
def _trusted() -> ssl.SSLContext:
    """By which certificates servers are trusted. To read them takes longer than all else that a client needs."""
    return httpx2.create_ssl_context()


def _new_client(endpoint: Endpoint) -> openai.OpenAI:
    import openai

    # The package's client would take a question to wherever its server points; and no proxy is asked for a server of
    # this machine.
    http = openai.DefaultHttpxClient(
        verify=_trusted(), limits=LIMITS, follow_redirects=False, trust_env=endpoint.host not in LOOPBACK
    )
    bind(http)
    # The package would retry twice in silence, and on quota errors too; who retries here is the task.
    made = openai.OpenAI(
        base_url=endpoint.address,
        api_key=endpoint.api_key or "none",
        max_retries=0,
        http_client=http,
        default_headers=parsed_field(endpoint.headers),
        default_query=dict(endpoint.query),
    )
    if not endpoint.is_openai:
        # What the environment says of an account at OpenAI is for no other server.
        made.organization = made.project = None
    return made
