"""The model, behind functions that answer or raise ModelError.

How a question is put and an answer is read, the wire of the endpoint knows; what this server takes of it, its traits.
Full history and instructions go with every call; nothing is kept at the provider but a background answer, and that is
deleted there once it is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import httpx2
import structlog

from apps.llm import transport, wires
from apps.llm.adapting import MAX_TRIES, changed_trait, context_size, next_guess
from apps.llm.deadlines import Bounds
from apps.llm.endings import LENGTH, goes_in_circles, settled, without_circles
from apps.llm.endpoints import Endpoint, Purpose, endpoint, fallback
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received, parse_or_invalid, usable, with_estimate
from apps.llm.shaping import estimated_tokens
from apps.llm.thoughts import without_thoughts
from apps.llm.traits import Traits, learn, traits_of
from apps.llm.transport import StatusError
from apps.llm.wires.responses import WIRE as BACKGROUND
from apps.llm.wires.responses import identity_of, status_of

log = structlog.get_logger(__name__)

Got = TypeVar("Got")
GivenUp = Callable[[], bool] | None
MakeBody = Callable[[ModelRequest, Endpoint, Traits], dict[str, Any]]
# Failures of a server for which another one is asked.
_FALL_BACK = frozenset(
    {"unreachable", "unavailable", "loading", "rate_limited", "upstream_error", "timeout", "quota_exhausted",
     "credentials_refused", "model_not_found", "redirected"}
)  # fmt: skip


@dataclass
class Call:
    """One question to one endpoint: what is known of it, and the time for it."""

    request: ModelRequest
    endpoint: Endpoint
    bounds: Bounds
    traits: Traits

    @classmethod
    def to(cls, endpoint: Endpoint, request: ModelRequest, given_up: GivenUp, *, streamed: bool = False) -> Call:
        timeout_s = min(request.timeout_s, endpoint.timeout_s)
        first_s = endpoint.first_text_timeout_s if streamed else 0.0
        return cls(request, endpoint, Bounds(timeout_s, given_up, first_s), traits_of(endpoint))

    @property
    def wire(self) -> wires.Wire:
        return wires.wire_named(self.endpoint.api)

    @property
    def kind(self) -> str:
        return "json" if self.request.schema else "text"

    def post(self, make_body: MakeBody, path: str) -> httpx2.Response:
        """The response, once the server takes the request. What it does not take is left out, or put otherwise."""
        known, guesses = self.traits, self.kind not in self.traits.proven
        for _ in range(MAX_TRIES):
            body = make_body(self.request, self.endpoint, self.traits)
            try:
                response = transport.post(self.endpoint, path, self.bounds, body)
            except StatusError as error:
                self.traits = self._adapted(error, body, guesses=guesses)
                continue
            self._learn_from(known)
            return response
        raise ModelError("request_refused", "The model's server refused the request in every form of it.")

    def _adapted(self, error: StatusError, body: dict[str, Any], *, guesses: bool) -> Traits:
        """What to try next after a refusal; raises ModelError where nothing else would help."""
        said = error.said
        refusal = self.refusal(error)
        if refusal.code == "context_exceeded":
            sent = estimated_tokens(self.request.instructions, *(one["content"] for one in self.request.messages))
            learn(self.endpoint, context_tokens=context_size(said, sent))
            raise refusal
        if refusal.code not in {"request_refused", "upstream_error", "model_not_found"}:
            raise refusal
        change = changed_trait(said, self.traits, body)
        if not change and guesses and error.status in {400, 422}:
            change = next_guess(self.traits, body)
        if not change or replace(self.traits, **change) == self.traits:
            raise refusal
        return replace(self.traits, **change)

    def refusal(self, error: StatusError) -> ModelError:
        """The ModelError of a status."""
        refusal = self.wire.refusal_of(error.status, error.said)
        refusal.retry_after = error.pause_s
        refusal.request_id = error.request_id
        return refusal

    def _learn_from(self, known: Traits) -> None:
        changed = {
            name: value
            for name, value in vars(self.traits).items()
            if value != getattr(known, name) and name != "context_tokens"
        }
        if self.kind not in known.proven:
            changed["proven"] = (*known.proven, self.kind)
        if changed:
            self.traits = learn(self.endpoint, **changed)

    def settle(self, answer: Answer, ending: str | None) -> Answer:
        """The answer as it may be used, without thoughts; raises ModelError where it may not."""
        text, thought = answer.text, False
        if not (self.request.schema and text.lstrip().startswith("{")):
            text, thought = without_thoughts(text)
        if self.traits.thinks == "aloud" and not thought and (ending or "").lower() in LENGTH:
            text = ""  # cut off before its thoughts had an end
        answer = self.estimated(replace(answer, text=text))
        self.learn_thinking("aloud" if thought else "")
        answer = settled(answer, ending, sentences=self.request.schema is None)
        return usable(answer)

    def learn_thinking(self, how: str) -> None:
        """Keep that the model thinks "aloud" or "apart"; "": neither, where nothing was known."""
        known = self.traits.thinks
        if how and how != known and known != "aloud":
            self.traits = learn(self.endpoint, thinks=how)
        elif not known:
            self.traits = learn(self.endpoint, thinks="no")

    def estimated(self, answer: Answer) -> Answer:
        """The answer, with about the tokens that it took where the server has not counted them."""
        return with_estimate(answer, sent=self.sent)

    @property
    def sent(self) -> tuple[str, ...]:
        """The texts of the request."""
        return (self.request.instructions, *(one["content"] for one in self.request.messages))


def complete(request: ModelRequest, *, given_up: GivenUp = None) -> Answer:
    """Ask and wait for the answer; raises ModelError. Once `given_up` says so, the call is dropped ("given_up")."""

    def ask(to: Endpoint) -> Answer:
        call = Call.to(to, request, given_up)
        with held(call):
            return whole(call, transport.received(call.post(call.wire.body, call.wire.path), call.bounds))

    return first_that_answers(request, ask)


def first_that_answers(request: ModelRequest, ask: Callable[[Endpoint], Got]) -> Got:
    """What the first endpoint gives, or the fallback where the first one is no help."""
    try:
        return ask(endpoint(request.purpose))
    except ModelError as error:
        other = fallback(request.purpose)
        if other is None or error.code not in _FALL_BACK:
            raise
        log.warning("model_fallback", purpose=request.purpose, code=error.code)
        return ask(other)


def whole(call: Call, received: Received) -> Answer:
    """The answer in a body that has come whole."""
    answer, ending = call.wire.answer(received)
    if call.request.schema is None and goes_in_circles(answer.text):
        answer, ending = replace(answer, text=without_circles(answer.text)), "length"
    return call.settle(answer, ending)


@contextmanager
def held(call: Call) -> Iterator[None]:
    """Hold the block to the call's time, with every error as a ModelError."""
    with transport.translated(), call.bounds.hold():
        yield


def start(request: ModelRequest, *, given_up: GivenUp = None) -> str | Answer:
    """Begin a background answer at the provider and return its id, or the answer where the server has given it at once;
    raises ModelError. Responses wire only."""
    call = Call.to(endpoint(request.purpose), request, given_up)
    with held(call):
        response = call.post(BACKGROUND.background_body, BACKGROUND.path)
        received = transport.received(response, call.bounds)
        if status_of(received.json) in {"queued", "in_progress"}:
            return identity_of(received.json)
        return whole(call, received)


def fetch(
    upstream_id: str, *, timeout_s: float, purpose: Purpose = "patient", given_up: GivenUp = None
) -> Answer | None:
    """A background answer once it is there, else None; raises ModelError where it has ended without one."""
    call = Call.to(endpoint(purpose), ModelRequest("", [], timeout_s=timeout_s, purpose=purpose), given_up)
    with held(call), _refusals(call):
        received = transport.get(call.endpoint, BACKGROUND.background_path(upstream_id), call.bounds)
        return None if status_of(received.json) in {"queued", "in_progress"} else whole(call, received)


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
    known = traits_of(to).context_tokens
    return max(256, known - min(to.max_tokens, known // 3)) if known else 0


def load() -> None:
    """Have the vendor's package and the client ready, for a process that will ask."""
    transport.client_of(endpoint("patient"))


close = transport.close
