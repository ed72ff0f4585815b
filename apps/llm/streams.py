"""An answer that is read while it is written."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace

import httpx2

from apps.llm import transport
from apps.llm.calls import Call, GivenUp, held, whole
from apps.llm.client import first_that_answers
from apps.llm.deadlines import Bounds
from apps.llm.endings import LONGEST_REPLY, LOOKED_AT, goes_in_circles
from apps.llm.endpoints import Endpoint
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received
from apps.llm.shown_field import ShownField
from apps.llm.sse import StreamReader, events, limited, sniffed
from apps.llm.thoughts import ThoughtFilter, without_thoughts

# A whole answer has come: for so long is its connection waited for, so that the next call can have it.
_DRAIN_S = 0.5
# The text has ended: for so long the number of its tokens is waited for, which some servers never send.
_TOKENS_WITHIN_S = 2.0
# Characters of a reply with the thoughts before it: their tokens are four times those of a reply.
_LONGEST_WITH_THOUGHTS = 5 * LONGEST_REPLY
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
        try:
            answer, _ = self._call.wire.answer(received)
        except ModelError as error:  # it had refused
            return error.answer
        answer = self._call.estimated(answer)
        return replace(answer, text=without_thoughts(answer.text)[0])

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

    def _begin(self, to: Endpoint, request: ModelRequest) -> str:
        """The first piece, from this endpoint."""
        self._let_go()
        self._reader = None
        self._call = Call.to(to, request, self._given_up, streamed=True)
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
            error.absent = error.absent and error.answer is None
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
        try:
            is_json, chunks = sniffed(limited(response.iter_bytes()))
        except httpx2.TransportError as error:
            raise _broken_off(error) from error
        if is_json:  # a server that does not stream
            raw = transport.raw_body(response, call.bounds, chunks)
            self._answer = whole(call, transport.received(response, call.bounds, raw))
            yield self._answer.text
            return
        self._reader = reader = wire.stream_reader()
        pieces = _Shown(call, reader)
        yield from self._texts(pieces, chunks)
        rest = pieces.close()
        body = reader.partial() if pieces.ending else reader.close()
        received = Received(body, transport.request_id(response), call.bounds.passed_ms())
        answer, ending = wire.answer(received)
        call.has_served()
        if pieces.begun and rest:
            yield rest
        self._answer = call.settle(answer, pieces.ending or ending)
        if not pieces.begun:
            yield self._answer.text

    def _texts(self, pieces: _Shown, chunks: Iterator[bytes]) -> Iterator[str]:
        try:
            for name, data in events(chunks):
                if piece := pieces.read(name, data):
                    yield piece
                if pieces.ended:
                    break
        except httpx2.TransportError as error:
            # One that had come to its end lacks its tokens at most.
            if not pieces.finished:
                raise _broken_off(error) from error
            self._let_go()
            return
        if pieces.ending:
            self._let_go()
            return
        with suppress(httpx2.HTTPError), Bounds(_DRAIN_S).hold():
            for _ in chunks:
                pass


def _broken_off(error: httpx2.TransportError) -> Exception:
    return error if isinstance(error, httpx2.TimeoutException) else transport.interrupted()


class _Shown:
    """What may be shown of a stream: no thoughts, and nothing once it has become too long or goes round in circles."""

    def __init__(self, call: Call, reader: StreamReader) -> None:
        self._call = call
        self._reader = reader
        self._end_of_text = ""
        self._written = self._given = self._looked_at = 0
        self._thoughts = ThoughtFilter(hold=call.traits.thinks in {"", "aloud"})
        self._field = ShownField(call.request.shown) if call.request.shown else None
        # Whether the answer is JSON, which has no thoughts in it; None before its first character.
        self._is_json: bool | None = None if self._field else False
        # "length" once it was ended here.
        self.ending = ""

    @property
    def ended(self) -> bool:
        return self._reader.ended or bool(self.ending)

    @property
    def finished(self) -> bool:
        return self._reader.finished

    @property
    def begun(self) -> bool:
        """Whether some text has been given."""
        return self._given > 0

    def read(self, name: str, data: bytes) -> str:
        """The text to show of an event."""
        was_finished = self._reader.finished
        written = self._reader.read(name, data)
        if written or self._reader.thought:
            self._call.bounds.begun()
        if self._reader.finished and not was_finished:
            self._call.bounds.end_within(_TOKENS_WITHIN_S)
        if not written:
            return ""
        shown = self._shown(written)
        self._given += len(shown)
        self._watch(written)
        return shown

    def close(self) -> str:
        """What is left to show at the end."""
        if self.ending:
            return ""
        rest = "" if self._is_json else self._unleaked(self._thoughts.close())
        return self._field.feed(rest) + self._field.close() if self._field else rest

    def _shown(self, written: str) -> str:
        if self._is_json is None and written.strip():
            self._is_json = written.lstrip().startswith("{")
        text = written if self._is_json else self._unleaked(self._thoughts.feed(written))
        return self._field.feed(text) if self._field else text

    def _unleaked(self, text: str) -> str:
        if self._thoughts.leaked:
            self._call.note_thoughts()
            raise ModelError("thought_aloud", "The model's thoughts came as its answer.", retryable=True)
        return text

    def _watch(self, written: str) -> None:
        """End an answer that is too long. Thoughts may be longer, but go round in circles as well."""
        if self._call.request.schema is not None and self._field is None:
            return
        self._end_of_text = (self._end_of_text + written)[-LOOKED_AT:]
        self._written += len(written)
        if self._written - self._looked_at >= _LOOK_EVERY:
            self._looked_at = self._written
            if (
                self._given > LONGEST_REPLY
                or self._written > _LONGEST_WITH_THOUGHTS
                or goes_in_circles(self._end_of_text)
            ):
                self.ending = "length"
