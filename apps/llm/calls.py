"""One call of a model: what is sent as its server takes it, and what comes back as it may be used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from apps.llm import transport, wires
from apps.llm.adapting import MAX_TRIES, changed_trait, context_size, guesses, is_context_exceeded, limit_is_too_high
from apps.llm.deadlines import Bounds
from apps.llm.endings import goes_in_circles, is_good, is_length, settled, without_circles
from apps.llm.endpoints import Endpoint
from apps.llm.envelope import Reported
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received, usable, with_estimate
from apps.llm.shaping import estimated_tokens, input_limit, output_limit, schema_form
from apps.llm.shown_field import shown_of
from apps.llm.sse import events, sniffed
from apps.llm.thoughts import has_mark_of_thoughts, without_thoughts
from apps.llm.traits import Traits, has_been_fruitless, learn, note_fruitless, suspect, traits_of
from apps.llm.transport import StatusError

GivenUp = Callable[[], bool] | None
MakeBody = Callable[[ModelRequest, Endpoint, Traits], dict[str, Any]]
# Refusals after which the same question may be put otherwise, and their statuses.
_MAY_BE_PUT_OTHERWISE = frozenset({"request_refused", "upstream_error", "model_not_found", "context_exceeded"})
_CHANGEABLE = frozenset({400, 404, 422, 500, 501})
_EVENTS = (b"data:", b"event:", b":", b"id:", b"retry:", b"\xef\xbb\xbfdata:")


@dataclass
class Call:
    """One question to one endpoint: what is known of it, and the time for it."""

    request: ModelRequest
    endpoint: Endpoint
    bounds: Bounds
    traits: Traits
    # What was known before this call tried anything else.
    known: Traits

    @classmethod
    def to(cls, endpoint: Endpoint, request: ModelRequest, given_up: GivenUp, *, streamed: bool = False) -> Call:
        timeout_s = min(request.timeout_s, endpoint.timeout_s)
        first_s = endpoint.first_text_timeout_s if streamed else 0.0
        known = traits_of(endpoint)
        return cls(request, endpoint, Bounds(timeout_s, given_up, first_s), known, known)

    @property
    def wire(self) -> wires.Wire:
        return wires.wire_named(self.endpoint.api)

    @property
    def kind(self) -> str:
        shown_as_text = self.request.shown and not schema_form(self.request, self.traits)
        return "json" if self.request.schema and not shown_as_text else "text"

    def post(self, make_body: MakeBody, path: str) -> httpx2.Response:
        """The response, once the server takes the request. What it does not take is left out, or put otherwise."""
        adapting = Adapting(self)
        while True:
            body = make_body(self.request, self.endpoint, self.traits)
            try:
                return transport.post(self.endpoint, path, self.bounds, body)
            except StatusError as error:
                self.traits = adapting.after(error, body)

    def refusal(self, error: StatusError) -> ModelError:
        """The ModelError of a status."""
        refusal = self.wire.refusal_of(error.status, error.said)
        refusal.retry_after = error.pause_s
        refusal.request_id = error.request_id
        return refusal

    def has_served(self) -> None:
        """Keep what this call has shown of the server, now that it has answered."""
        learned = {
            name: value
            for name, value in vars(self.traits).items()
            if value != getattr(self.known, name) and name != "context_tokens"
        }
        if self.kind not in self.traits.proven:
            learned["proven"] = (self.kind,)
        if learned:
            self.traits = self.known = learn(self.endpoint, **learned)

    def settle(self, answer: Answer, ending: str | None) -> Answer:
        """The answer as it may be used, without thoughts; raises ModelError where it may not."""
        answer = self.estimated(answer)
        text, thought, fields = answer.text, False, None
        sentences = self.request.schema is None or bool(self.request.shown)
        is_json = text.lstrip().startswith("{")
        if sentences and goes_in_circles(text):
            text, ending = without_circles(text), "length"
        if not (is_json and self.request.schema):
            said, thought = without_thoughts(text)
            # Thoughts without an end leave nothing; whoever reads the JSON behind them finds it.
            text = text if not sentences and "{" in text and "{" not in said else said
        if self.request.shown:
            text, fields, closed = shown_of(text, self.request.shown)
            ending = "stop" if closed and (is_length(ending) or not ending) else ending
        if self.traits.thinks == "aloud" and not thought and is_length(ending):
            text = ""  # cut off before its thoughts had an end
        if thought:
            self.note_thoughts()
        elif answer.thought:
            self._learn_thinking("apart")
        answer = usable(settled(replace(answer, text=text, fields=fields), ending, sentences=sentences))
        # One that was cut may have been nothing but thoughts, and a grammar leaves no room for them.
        if sentences and not is_json and not thought and not self.traits.thinks and is_good(ending):
            self._learn_thinking("no", suspected=())
        return answer

    def note_thoughts(self) -> None:
        """Keep that thoughts stood in the answer's text, unless it is known that they do."""
        if self.request.trusted:
            self._learn_thinking("aloud")
        elif self.traits.thinks != "aloud":
            self.traits = self.known = suspect(self.endpoint, self._conversation)

    @property
    def _conversation(self) -> str:
        """A digest of the conversation's beginning; one for all in which somebody has written of thoughts."""
        written = [one["content"] for one in self.request.messages]
        begun = "" if any(map(has_mark_of_thoughts, written)) else f"{self.request.instructions}\0{written[:1]}"
        return hashlib.sha256(begun.encode("utf-8", "replace")).hexdigest()[:16]

    def _learn_thinking(self, how: str, **learned: Any) -> None:
        """Keep that the model thinks "aloud", "apart" or, as far as can be seen, "no"."""
        if self.traits.thinks not in {how, "aloud"}:
            self.traits = self.known = learn(self.endpoint, thinks=how, **learned)

    def estimated(self, answer: Answer) -> Answer:
        """The answer, with about the tokens that it took where the server has not counted them."""
        return with_estimate(answer, sent=self.sent)

    def with_context(self, said: Reported) -> Traits:
        """The traits with the size of the model's context, which is kept, from a refusal for the request's length."""
        sent = estimated_tokens(*self.sent)
        size = context_size(said, sent)
        if sent + output_limit(self.endpoint.max_tokens, self.traits) <= size:
            size = max(256, min(size, sent))  # its tokens are shorter than they are counted here
        learn(self.endpoint, context_tokens=size)
        return replace(self.traits, context_tokens=size)

    @property
    def sent(self) -> tuple[str, ...]:
        """The texts of the request."""
        return (self.request.instructions, *(one["content"] for one in self.request.messages))


class Adapting:
    """The tries of one request, each of which differs from those before."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._tried = {call.traits}
        self._tries = 1
        self._guesses: Iterator[Traits] | None = None
        self._first: ModelError | None = None

    def after(self, error: StatusError, body: dict[str, Any]) -> Traits:
        """What to try next after a refusal; raises ModelError where nothing else would help."""
        refusal = self._call.refusal(error)
        self._first = self._first or refusal
        if refusal.code not in _MAY_BE_PUT_OTHERWISE:
            raise refusal
        self._tries += 1
        traits = self._next(error, refusal, body) if self._tries <= MAX_TRIES else None
        if traits is None:
            raise self._first
        self._tried.add(traits)
        return traits

    def _next(self, error: StatusError, refusal: ModelError, body: dict[str, Any]) -> Traits | None:
        call, said = self._call, error.said
        if refusal.code == "context_exceeded" and not limit_is_too_high(said):
            if not is_context_exceeded(said):  # a gateway's bound on bytes
                return None
            traits = call.with_context(said)
            fits = estimated_tokens(*call.sent) <= input_limit(call.endpoint.max_tokens, traits)
            return traits if fits and traits not in self._tried else None
        if error.status in _CHANGEABLE:
            change = changed_trait(said, call.traits, body, failed=error.status >= 500)
            traits = replace(call.traits, **change)
            if "limit" in change and traits in self._tried:
                traits = replace(call.traits, limit="")  # it takes none of them
            if traits not in self._tried:
                return traits
        if refusal.code == "request_refused" and error.status in {400, 422}:
            return self._guess(body)
        return None

    def _guess(self, body: dict[str, Any]) -> Traits | None:
        call = self._call
        if self._guesses is None:
            if call.kind in call.known.proven or has_been_fruitless(call.endpoint, call.kind):
                return None
            self._guesses = guesses(call.traits, body)
        guess = next(self._guesses, None)
        if guess is None:
            note_fruitless(call.endpoint, call.kind)
        return guess


def body_received(call: Call, response: httpx2.Response) -> Received:
    """The body of a whole answer. Some servers stream one that was not asked to be."""
    raw = transport.raw_body(response, call.bounds)
    is_json, chunks = sniffed([raw])
    if is_json or not raw.lstrip().startswith(_EVENTS):
        return transport.received(response, call.bounds, raw)
    reader = call.wire.stream_reader()
    for name, data in events(chunks):
        reader.read(name, data)
        if reader.ended:
            break
    return Received(reader.close(), transport.request_id(response), call.bounds.passed_ms())


def whole(call: Call, received: Received) -> Answer:
    """The answer in a body that has come whole."""
    answer, ending = call.wire.answer(received)
    call.has_served()
    return call.settle(answer, ending)


@contextmanager
def held(call: Call) -> Iterator[None]:
    """Hold the block to the call's time, with every error as a ModelError."""
    try:
        with transport.translated(), call.bounds.hold():
            yield
    except ModelError as error:
        # It may have stood inside of an answer.
        said = Reported(message=error.said)
        if (
            error.code == "context_exceeded"
            and is_context_exceeded(said)
            and call.traits.context_tokens == call.known.context_tokens
        ):
            call.with_context(said)
        raise
