"""The model, behind functions that answer or raise ModelError.

How a question is put and an answer is read, the wire of the endpoint knows; what this server takes of it, its traits.
Full history and instructions go with every call; nothing is kept at the provider but a background answer, and that is
deleted there once it is fetched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import structlog

from apps.llm import transport
from apps.llm.calls import Call, GivenUp, body_received, held, whole
from apps.llm.endpoints import Endpoint, Purpose, endpoint, fallback
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, parse_or_invalid
from apps.llm.shaping import input_limit
from apps.llm.traits import traits_of
from apps.llm.transport import StatusError
from apps.llm.wires.responses import WIRE as BACKGROUND
from apps.llm.wires.responses import identity_of, status_of

log = structlog.get_logger(__name__)

Got = TypeVar("Got")
# Failures of a server for which another one is asked.
_FALL_BACK = frozenset(
    {"unreachable", "unavailable", "loading", "rate_limited", "upstream_error", "timeout", "quota_exhausted",
     "credentials_refused", "model_not_found", "redirected", "request_refused", "invalid_answer"}
)  # fmt: skip
_PENDING = frozenset({"queued", "in_progress"})


def complete(request: ModelRequest, *, given_up: GivenUp = None) -> Answer:
    """Ask and wait for the answer; raises ModelError. Once `given_up` says so, the call is dropped ("given_up")."""

    def ask(to: Endpoint, asked: ModelRequest) -> Answer:
        call = Call.to(to, asked, given_up)
        with held(call):
            return whole(call, body_received(call, call.post(call.wire.body, call.wire.path)))

    return first_that_answers(request, ask)


def first_that_answers(request: ModelRequest, ask: Callable[[Endpoint, ModelRequest], Got]) -> Got:
    """What the first endpoint gives, or in what is left of the time the fallback, where the first one is no help."""
    begun = time.monotonic()
    try:
        return ask(endpoint(request.purpose), request)
    except ModelError as error:
        other = fallback(request.purpose)
        left = request.timeout_s - (time.monotonic() - begun)
        if other is None or error.code not in _FALL_BACK or left <= 0:
            raise
        log.warning("model_fallback", purpose=request.purpose, code=error.code)
        return ask(other, replace(request, timeout_s=left))


def start(request: ModelRequest, *, given_up: GivenUp = None) -> str | Answer:
    """Begin a background answer at the provider and return its id, or the answer where the server has given it at once;
    raises ModelError. Responses wire only."""
    call = Call.to(endpoint(request.purpose), request, given_up)
    with held(call):
        response = call.post(BACKGROUND.background_body, BACKGROUND.path)
        begun = body_received(call, response)
        if status_of(begun.json) in _PENDING:
            call.has_served()
            return identity_of(begun.json)
        return whole(call, begun)


def fetch(
    upstream_id: str, *, timeout_s: float, purpose: Purpose = "patient", shown: str = "", given_up: GivenUp = None
) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one. `shown` is
    that of the request which began it."""
    request = ModelRequest("", [], timeout_s=timeout_s, purpose=purpose, shown=shown)
    call = Call.to(endpoint(purpose), request, given_up)
    with held(call), _refusals(call):
        there = transport.get(call.endpoint, BACKGROUND.background_path(upstream_id), call.bounds)
        return None if status_of(there.json) in _PENDING else whole(call, there)


def discard(upstream_id: str, *, timeout_s: float = 5.0) -> None:
    """Delete a background answer at the provider; raises ModelError."""
    call = Call.to(endpoint("patient"), ModelRequest("", [], timeout_s=timeout_s), None)
    with held(call), _refusals(call):
        transport.delete(call.endpoint, BACKGROUND.background_path(upstream_id), call.bounds)


def model_names(purpose: Purpose, *, timeout_s: float = 10.0) -> list[str]:
    """The models that the server says it has; raises ModelError."""
    call = Call.to(endpoint(purpose), ModelRequest("", [], timeout_s=timeout_s, purpose=purpose), None)
    with held(call), _refusals(call):
        received = transport.get(call.endpoint, "/models", call.bounds)
        listed = parse_or_invalid(lambda: received.json.get("data") or received.json.get("models"))
        return parse_or_invalid(lambda: [str(one.get("id") or one.get("name")) for one in listed or []])


@contextmanager
def _refusals(call: Call) -> Iterator[None]:
    try:
        yield
    except StatusError as error:
        raise call.refusal(error) from error


def context_tokens(purpose: Purpose) -> int:
    """The tokens that a request may have beside its answer; 0 where it is not known."""
    to = endpoint(purpose)
    return input_limit(to.max_tokens, traits_of(to))


def takes_schema(purpose: Purpose) -> bool:
    """Whether the model's server takes a JSON schema, as far as is known."""
    return traits_of(endpoint(purpose)).schema == "json_schema"


def load() -> None:
    """Have the vendor's package and the client ready, for a process that will ask."""
    transport.client_of(endpoint("patient"))


close = transport.close
