"""A wire is one module: what a third one needs, and what each of them keeps from the others."""

import sys
from types import ModuleType
from typing import Any

import pytest

from apps.llm import client, streams, wires
from apps.llm.endpoints import Endpoint
from apps.llm.envelope import Reported
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError, Received, answer_of, parse_or_invalid
from apps.llm.sse import StreamReader, parsed
from apps.llm.tests.raw import Raw, http, sse
from apps.llm.tests.test_client import request
from apps.llm.traits import Traits
from apps.llm.wires.base import Wire

PIECES = (b'{"bit": "I smoke "}', b'{"bit": "ten a day."}', b'{"over": true}')


class PlainWire(Wire):
    """A server with words of its own: {"say": text}, and pieces of it as {"bit": text} up to {"over": true}."""

    path = "/talk"

    def body(self, request: ModelRequest, endpoint: Endpoint, traits: Traits) -> dict[str, Any]:
        return {"rules": request.instructions, "said": [turn["content"] for turn in request.messages]}

    def answer(self, received: Received) -> tuple[Answer, str | None]:
        text = parse_or_invalid(lambda: received.json["say"])
        return answer_of(text, received, read="in", written="out"), "stop"

    def stream_reader(self) -> StreamReader:
        return PlainReader()

    def refusal_of(self, status: int, said: Reported) -> ModelError:
        if status == 420:
            return ModelError("rate_limited", "It wants some calm.", retryable=True)
        return super().refusal_of(status, said)


class PlainReader(StreamReader):
    def read(self, name: str, data: bytes) -> str:
        event = parsed(data)
        self.recognised = True
        if event.get("over"):
            self.whole, self.ended = {"say": "".join(self.text)}, True
            return ""
        return self.add(event["bit"])

    def partial(self) -> dict[str, Any]:
        return {"say": "".join(self.text)}


@pytest.fixture
def third(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the module stood beside the two others."""
    module = ModuleType(f"{wires.__name__}.plain")
    module.WIRE = PlainWire()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.OPENAI_API = "plain"


def test_a_third_wire_is_one_module_and_a_name(third: None, settings) -> None:
    whole = http(b'{"say": "I smoke ten a day.", "usage": {"in": 7, "out": 5}}')
    with Raw(whole) as server:
        settings.OPENAI_BASE_URL = server.base_url
        answer = client.complete(request())
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ("I smoke ten a day.", 7, 5)


def test_a_third_wire_streams(third: None, settings) -> None:
    pieces = sse(*(b"data: " + piece + b"\n\n" for piece in PIECES))
    with Raw(pieces) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with streams.stream(request()) as stream:
            assert list(stream) == ["I smoke ", "ten a day."]
    assert stream.answer.text == "I smoke ten a day."


def test_a_third_wire_has_errors_of_its_own(third: None, settings) -> None:
    with Raw(b"HTTP/1.1 420 Calm\r\nContent-Length: 2\r\n\r\n{}") as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as refused:
            client.complete(request())
    assert (refused.value.code, refused.value.retryable) == ("rate_limited", True)


@pytest.mark.parametrize("name", ["responses", "chat_completions"])
def test_each_wire_that_the_setting_takes_is_there(name: str) -> None:
    assert wires.wire_named(name).path.startswith("/")
