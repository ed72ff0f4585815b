"""Answers that are read while they are written: each way that a stream can go, on both wires."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.llm import client, streams
from apps.llm.responses import Answer, ModelError
from apps.llm.tests.raw import Raw, http, sse
from apps.llm.tests.test_client import WHOLE, WIRES, request
from tests.mocks.openai_mock import Emulator
from tests.stack import wait_until


@pytest.fixture(params=WIRES)
def wire(request, settings, emulator: Emulator) -> Emulator:
    settings.OPENAI_API = request.param
    return emulator


def read(**fields) -> tuple[list[str], Answer]:
    with streams.stream(request(**fields)) as pieces:
        return list(pieces), pieces.answer


def test_the_pieces_make_the_answer_and_it_says_what_it_took(wire: Emulator) -> None:
    wire.settings(latency_s=0.4)
    with streams.stream(request()) as stream:
        pieces = list(stream)
    assert len(pieces) > 3
    assert stream.answer.text == "".join(pieces)
    assert "ten a day" in stream.answer.text
    assert stream.answer.model == "openai-emulator"
    assert stream.answer.request_id
    assert stream.answer.input_tokens > 0 < stream.answer.output_tokens
    assert stream.first_text_ms is not None
    assert 150 < stream.first_text_ms < stream.answer.latency_ms
    wait_until(lambda: wire.requests()[-1]["ended_at"], "the server has noted its end")
    sent = wire.requests()[-1]
    assert sent["json"]["stream"] is True
    assert 0.15 < sent["first_text_at"] - sent["received_at"] < sent["ended_at"] - sent["received_at"]


@pytest.mark.parametrize(
    ("fault", "code", "retryable"),
    [
        ("rate_limit", "rate_limited", True),
        ("insufficient_quota", "quota_exhausted", False),
        ("server_error", "upstream_error", True),
        ("unauthorized", "credentials_refused", False),
        ("reset", "unreachable", True),
        ("garbage", "invalid_answer", True),
        ("empty_body", "invalid_answer", True),
        ("cut_stream", "interrupted", True),
        ("failed_after_queued", "upstream_error", True),
        ("empty_text", "empty_answer", True),
        ("refusal", "refused", False),
        ("incomplete", "truncated", False),
        ("content_filter", "content_filtered", False),
    ],
)
def test_each_fault_of_a_stream_has_a_name(wire: Emulator, fault: str, code: str, retryable: bool) -> None:
    wire.fault(fault)
    with pytest.raises(ModelError) as raised:
        read()
    assert (raised.value.code, raised.value.retryable) == (code, retryable)
    assert len(wire.requests()) == 1


def event(kind: str, **fields) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def unnamed(**fields) -> bytes:
    return f"data: {json.dumps(fields)}\n\n".encode()


def chunk(finish: str | None = None, **delta) -> bytes:
    return unnamed(model="m", choices=[{"index": 0, "delta": delta, "finish_reason": finish}])


TEN, A_DAY = (event("response.output_text.delta", delta=text) for text in ("Ten ", "a day."))
REFUSAL = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}
QUOTA = {"code": "rate_limit_exceeded", "type": "insufficient_quota", "message": "No credit."}
DONE = b"data: [DONE]\n\n"
RESPONSES = {
    "whole": ([TEN, A_DAY, event("response.completed", response=WHOLE)], "Ten a day."),
    "unknown events": ([b": hello\n\n", event("response.new", x=1), TEN, A_DAY, event("response.completed",
                       response=WHOLE)], "Ten a day."),
    "no text at its end": ([TEN, A_DAY, event("response.completed", response={"model": "m"})], "Ten a day."),
    "text only at its end": ([event("response.completed", response=WHOLE)], "Ten a day."),
    "without names": ([unnamed(type="response.output_text.delta", delta="Ten a day."),
                       unnamed(type="response.completed", response=WHOLE)], "Ten a day."),
    "other line ends": ([part.replace(b"\n", b"\r\n") for part in (TEN, A_DAY, event("response.completed",
                         response=WHOLE))], "Ten a day."),
    "error, nested": ([TEN, event("error", error=QUOTA)], "quota_exhausted"),
    "error, flat": ([TEN, event("error", code="rate_limit_exceeded", message="Slow down.")], "rate_limited"),
    "failed": ([TEN, event("response.failed", response={"model": "m", "error": {"code": "server_error"}})],
               "upstream_error"),
    "incomplete": ([TEN, event("response.incomplete", response={"model": "m", "incomplete_details":
                    {"reason": "max_output_tokens"}})], "truncated"),
    "refusal": ([event("response.refusal.delta", delta="No."), event("response.completed",
                 response={**WHOLE, "output": [REFUSAL]})], "refused"),
    "no end": ([TEN, A_DAY], "interrupted"),
    "nothing": ([], "invalid_answer"),
    "no JSON": ([b"event: response.output_text.delta\ndata: {\"del\n\n"], "invalid_answer"),
    "no text": ([event("response.output_text.delta", delta=["x"])], "invalid_answer"),
    "nested without end": ([b"data: " + b"[" * 100_000 + b"\n\n"], "invalid_answer"),
    "a page": ([b"<html><body>502 Bad Gateway</body></html>"], "invalid_answer"),
}  # fmt: skip
CHUNKS = {
    "whole": ([chunk(role="assistant", content=""), chunk(content="Ten a day."), chunk("stop"), DONE], "Ten a day."),
    "no mark of the end": ([chunk(content="Ten a day."), chunk("stop")], "Ten a day."),
    "only the mark of the end": ([chunk(content="Ten a day."), DONE], "Ten a day."),
    "other choices": ([chunk(content="Ten a day."), unnamed(choices=[{"index": 1, "delta": {"content": "No."}}]),
                       chunk("stop"), DONE], "Ten a day."),
    "thoughts": ([chunk(reasoning_content="Hm."), chunk(content="Ten a day."), chunk("stop"), DONE], "Ten a day."),
    "odd usage": ([chunk(content="Ten a day."), chunk("stop"), unnamed(choices=[], usage="x"), DONE], "Ten a day."),
    "length": ([chunk(content="Ten"), chunk("length"), DONE], "truncated"),
    "filter": ([chunk(content="Ten"), chunk("content_filter"), DONE], "content_filtered"),
    "refusal": ([chunk(refusal="No."), chunk("stop"), DONE], "refused"),
    "error": ([chunk(content="Ten"), unnamed(error=QUOTA)], "quota_exhausted"),
    "no end": ([chunk(content="Ten")], "interrupted"),
    "nothing": ([DONE], "invalid_answer"),
    "no text": ([chunk(content=7)], "invalid_answer"),
    "no choices": ([unnamed(choices=5)], "invalid_answer"),
}  # fmt: skip


CASES = {
    (api, name): case for api, cases in zip(WIRES, (RESPONSES, CHUNKS), strict=True) for name, case in cases.items()
}


@pytest.mark.parametrize(("api", "name"), CASES)
def test_whatever_a_server_streams_is_an_answer_or_a_named_error(settings, api, name) -> None:
    settings.OPENAI_API = api
    events, becomes = CASES[api, name]
    with Raw(sse(*events)) as server:
        settings.OPENAI_BASE_URL = server.base_url
        if becomes == "Ten a day.":
            pieces, answer = read()
            assert "".join(pieces) == answer.text == becomes
            return
        with pytest.raises(ModelError) as raised:
            read()
    assert raised.value.code == becomes


def test_a_character_that_comes_in_two_parts_is_one(settings) -> None:
    settings.OPENAI_API = "chat_completions"
    whole = sse('data: {"choices":[{"delta":{"content":"Zwölf."},"finish_reason":"stop"}]}\n\n'.encode(), DONE)
    with Raw(*(whole[at : at + 1] for at in range(len(whole)))) as server:
        settings.OPENAI_BASE_URL = server.base_url
        assert read()[1].text == "Zwölf."


def test_a_server_that_does_not_stream_is_read_too(settings) -> None:
    settings.OPENAI_API = "responses"
    with Raw(http(json.dumps(WHOLE).encode())) as server:
        settings.OPENAI_BASE_URL = server.base_url
        pieces, answer = read()
    assert (pieces, answer.text) == (["Ten a day."], "Ten a day.")


@pytest.mark.parametrize("drip", [b": wait\n\n", TEN], ids=["comments", "words"])
def test_a_stream_that_does_not_end_is_left_at_the_deadline(settings, drip: bytes) -> None:
    settings.OPENAI_API = "responses"
    with Raw(sse(), *[drip] * 50, every=0.1) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as raised:
            read(timeout_s=1)
    # One that had been read to its end would have another code.
    assert raised.value.code == "timeout"


def test_leaving_early_ends_it_at_the_server(wire: Emulator) -> None:
    whole_s = 12.0
    wire.settings(latency_s=whole_s)
    with streams.stream(request(timeout_s=60)) as pieces:
        next(pieces)
    wait_until(lambda: wire.requests()[-1]["ended_at"] is not None, "the server has stopped writing")
    written = wire.requests()[-1]
    assert written["ended_at"] - written["first_text_at"] < whole_s / 2


def test_a_call_that_nobody_waits_for_is_dropped_before_its_time(wire: Emulator) -> None:
    wire.fault("hang")
    gone = threading.Event()
    threading.Timer(0.2, gone.set).start()
    with pytest.raises(ModelError) as raised:
        client.complete(request(timeout_s=600), given_up=gone.is_set)
    assert raised.value.code == "given_up"


def test_many_threads_share_one_client(wire: Emulator) -> None:
    wire.settings(latency_s=0.5)
    with ThreadPoolExecutor(120) as threads:
        answers = list(threads.map(lambda _: read(timeout_s=30)[1].text, range(120)))
    assert len(answers) == 120
    assert {"ten a day" in answer for answer in answers} == {True}
