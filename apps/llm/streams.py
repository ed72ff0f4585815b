"""An answer that is read while it is written."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress

import httpx2

from apps.llm import transport
from apps.llm.client import Call, GivenUp, first_that_answers, held, whole
from apps.llm.deadlines import Bounds
from apps.llm.endings import LONGEST_REPLY, goes_in_circles
from apps.llm.endpoints import Endpoint
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received
from apps.llm.sse import StreamReader, events, limited
from apps.llm.thoughts import ThoughtFilter

# A whole answer has come: for so long is its connection waited for, so that the next call can have it.
_DRAIN_S = 0.5
# Characters between two looks whether a text goes round in circles.
_LOOK_EVERY = 40


def stream(request: ModelRequest, *, given_up: GivenUp = None) -> TextStream:
    """Ask for an answer that is read while it is written. Nothing is sent before the first piece is asked for."""
    return TextStream(request, given_up)


class TextStream:
    """The pieces of an answer's text, in their order; `answer` is the whole of it once they have ended.

    An answer that is too long, or that goes round in circles, ends there: its `text` is then shorter than the pieces,
    and `cut`. Iterating raises ModelError, also where the answer comes to its end and is no use (refused, empty). To be
    used in a `with` block, by one thread: leaving early closes the connection, so that the provider stops writing.
    """

    def __init__(self, request: ModelRequest, given_up: GivenUp) -> None:
        self._request = request
        self._given_up = given_up
        self._answer: Answer | None = None
        self._call: Call | None = None
        self._reader: StreamReader | None = None
        self._response: httpx2.Response | None = None
        self.first_text_ms: int | None = None
        self._pieces = self._read()

    @property
    def answer(self) -> Answer:
        """The whole answer of a stream that has been read to its end."""
        if self._answer is None:
            raise ValueError("The stream has not been read to its end.")
        return self._answer

    @property
    def partial(self) -> Answer | None:
        """What has come of an answer that was left, with about the tokens it took; None before the first text."""
        if self._call is None or self._reader is None or not self._reader.text:
            return None
        received = Received(self._reader.partial(), "", self._call.bounds.passed_ms())
        answer, _ = self._call.wire.answer(received)
        return self._call.estimated(answer)

    def __enter__(self) -> TextStream:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def __iter__(self) -> TextStream:
        return self

    def __next__(self) -> str:
        if self._call is None:
            return first_that_answers(self._request, self._begin)
        return self._next()

    def close(self) -> None:
        """Let go of the connection; an answer that is still being written is abandoned."""
        self._pieces.close()
        self._let_go()

    def _begin(self, to: Endpoint) -> str:
        """The first piece, from this endpoint."""
        self._let_go()
        self._reader = None
        self._call = Call.to(to, self._request, self._given_up, streamed=True)
        self._pieces = self._read()
        return self._next()

    def _next(self) -> str:
        assert self._call is not None
        try:
            with held(self._call):
                piece = next(self._pieces)
        except ModelError as error:
            # What was written until then has been paid for.
            error.answer = error.answer or self.partial
            raise
        if self.first_text_ms is None:
            self.first_text_ms = self._call.bounds.passed_ms()
        return piece

    def _let_go(self) -> None:
        if self._response is not None:
            with suppress(httpx2.HTTPError):
                self._response.close()

    def _read(self) -> Generator[str, None, None]:
        if self._call is None:
            return
        call, wire = self._call, self._call.wire
        self._response = response = call.post(wire.stream_body, wire.path)
        if "json" in response.headers.get("content-type", ""):  # a server that does not stream
            self._answer = whole(call, transport.received(response, call.bounds))
            yield self._answer.text
            return
        self._reader = reader = wire.stream_reader()
        pieces = _Shown(call, reader)
        yield from self._texts(pieces, response)
        if rest := pieces.close():
            yield rest
        body = reader.partial() if pieces.ending else reader.close()
        received = Received(body, transport.request_id(response), call.bounds.passed_ms())
        answer, ending = wire.answer(received)
        call.learn_thinking("apart" if reader.thought else "aloud" if pieces.thought else "")
        self._answer = call.settle(answer, pieces.ending or ending)
        if not reader.text:
            yield self._answer.text

    def _texts(self, pieces: _Shown, response: httpx2.Response) -> Iterator[str]:
        incoming = response.iter_bytes()
        try:
            for name, data in events(limited(incoming)):
                if piece := pieces.read(name, data):
                    yield piece
                if pieces.ended:
                    break
        except httpx2.TimeoutException:
            raise
        except httpx2.HTTPError as error:
            raise ModelError("interrupted", "The model's server broke its answer off.", retryable=True) from error
        if pieces.ending:
            self._let_go()
            return
        with suppress(httpx2.HTTPError), Bounds(_DRAIN_S).hold():
            for _ in incoming:
                pass


class _Shown:
    """What may be shown of a stream: no thoughts, and nothing once it has become too long or goes round in circles."""

    def __init__(self, call: Call, reader: StreamReader) -> None:
        self._call = call
        self._reader = reader
        self._text = ""
        self._looked_at = 0
        self._thoughts = ThoughtFilter(hold=call.traits.thinks in {"", "aloud"})
        # "length" once it was ended here.
        self.ending = ""

    @property
    def ended(self) -> bool:
        return self._reader.ended or bool(self.ending)

    @property
    def thought(self) -> bool:
        return self._thoughts.thought

    def read(self, name: str, data: bytes) -> str:
        """The text to show of an event."""
        written = self._reader.read(name, data)
        if written or self._reader.thought:
            self._call.bounds.begun()
        return self._watched(self._thoughts.feed(written)) if written else ""

    def close(self) -> str:
        """What is left to show at the end."""
        return "" if self.ending else self._watched(self._thoughts.close())

    def _watched(self, text: str) -> str:
        if self._thoughts.leaked:
            self._call.learn_thinking("aloud")
            raise ModelError("thought_aloud", "The model's thoughts came as its answer.", retryable=True)
        if self._call.request.schema is not None:
            return text
        self._text += text
        if len(self._text) - self._looked_at >= _LOOK_EVERY:
            self._looked_at = len(self._text)
            if len(self._text) > LONGEST_REPLY or goes_in_circles(self._text):
                self.ending = "length"
        return text
