"""The model's wire: each way that a server can answer, on both wires, is an answer or a named error."""

import json

import pytest

from apps.llm import client, streams
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError
from apps.llm.tests.raw import Raw, http, redirect
from tests.mocks.openai_mock import Emulator

WIRES = ("responses", "chat_completions")
INSTRUCTIONS = """You are playing a patient in a practice consultation with a medical student.

## Who you are
Tom Reed, 30, a cook.

## What you know
- smoking, cigarettes: I smoke ten a day."""


def request(**fields) -> ModelRequest:
    messages = [{"role": "user", "content": "Do you smoke?"}]
    return ModelRequest(**{"instructions": INSTRUCTIONS, "messages": messages, "timeout_s": 5, **fields})


def wait_for(upstream_id: str) -> Answer:
    for _ in range(200):
        if answer := client.fetch(upstream_id, timeout_s=5):
            return answer
    pytest.fail("the background answer never came")


@pytest.fixture(params=WIRES)
def wire(request, settings, emulator: Emulator) -> Emulator:
    settings.OPENAI_API = request.param
    return emulator


def test_an_answer_comes_with_what_it_took(wire: Emulator) -> None:
    answer = client.complete(request())
    assert "ten a day" in answer.text
    assert answer.model == "openai-emulator"
    assert answer.request_id
    assert answer.input_tokens > 0
    assert answer.output_tokens > 0


@pytest.mark.parametrize(
    ("fault", "code", "retryable"),
    [
        ("rate_limit", "rate_limited", True),
        ("insufficient_quota", "quota_exhausted", False),
        ("server_error", "upstream_error", True),
        ("unauthorized", "credentials_refused", False),
        ("not_found", "model_not_found", False),
        ("bad_request", "request_refused", False),
        ("reset", "unreachable", True),
        ("garbage", "invalid_answer", True),
        ("empty_body", "invalid_answer", True),
        ("empty_text", "empty_answer", True),
        ("refusal", "refused", False),
        ("incomplete", "truncated", False),
        ("content_filter", "content_filtered", False),
    ],
)
def test_each_fault_of_a_server_has_a_name(wire: Emulator, fault: str, code: str, retryable: bool) -> None:
    wire.fault(fault)
    with pytest.raises(ModelError) as raised:
        client.complete(request())
    assert (raised.value.code, raised.value.retryable) == (code, retryable)
    assert "smoke" not in str(raised.value)
    assert len(wire.requests()) == 1, "the package must not retry by itself"


def test_a_server_that_hangs_is_left_after_the_timeout(wire: Emulator) -> None:
    wire.fault("hang")
    with pytest.raises(ModelError) as raised:
        client.complete(request(timeout_s=0.5))
    assert raised.value.code == "timeout"


def test_what_a_limiting_server_asks_for_is_told(wire: Emulator) -> None:
    wire.fault("rate_limit", retry_after=7)
    with pytest.raises(ModelError) as raised:
        client.complete(request())
    assert raised.value.retry_after == 7


def test_an_unreachable_host_has_a_name(settings) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(ModelError) as raised:
        client.complete(request())
    assert (raised.value.code, raised.value.retryable) == ("unreachable", True)


def test_nothing_of_a_call_is_kept_at_the_provider(settings, emulator: Emulator) -> None:
    settings.OPENAI_API = "responses"
    client.complete(request())
    assert emulator.requests()[-1]["json"]["store"] is False


def test_a_background_answer_is_started_fetched_and_deleted_there(settings, emulator: Emulator) -> None:
    settings.OPENAI_API = "responses"
    upstream_id = client.start(request())
    assert "ten a day" in wait_for(upstream_id).text
    client.discard(upstream_id)
    with pytest.raises(ModelError) as raised:
        client.fetch(upstream_id, timeout_s=5)
    assert raised.value.code == "model_not_found"


def test_a_background_answer_that_failed_there_is_an_error(settings, emulator: Emulator) -> None:
    settings.OPENAI_API = "responses"
    emulator.fault("failed_after_queued")
    upstream_id = client.start(request())
    with pytest.raises(ModelError) as raised:
        wait_for(upstream_id)
    assert raised.value.code == "upstream_error"


def test_a_quota_that_runs_out_in_the_background_has_its_name(settings, emulator: Emulator) -> None:
    settings.OPENAI_API = "responses"
    emulator.fault("insufficient_quota")
    upstream_id = client.start(request())
    with pytest.raises(ModelError) as raised:
        wait_for(upstream_id)
    assert (raised.value.code, raised.value.retryable) == ("quota_exhausted", False)


def test_reasoning_effort_is_sent_only_where_it_is_set(settings, wire: Emulator) -> None:
    settings.OPENAI_REASONING_EFFORT = ""
    client.complete(request())
    settings.OPENAI_REASONING_EFFORT = "none"
    client.complete(request())
    without, with_it = [sent["json"] for sent in wire.requests()]
    assert not {"reasoning", "reasoning_effort", "temperature", "top_p"} & set(without)
    assert with_it.get("reasoning", {}).get("effort", with_it.get("reasoning_effort")) == "none"


@pytest.mark.parametrize("whole", [http(b" " * 200), b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300], ids=["body", "headers"])
def test_a_server_that_answers_byte_by_byte_is_left_too(settings, whole: bytes) -> None:
    begun, rest = whole[:-150], whole[-150:]
    with Raw(begun, *[rest[:1]] * 100, every=0.2) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as raised:
            client.complete(request(timeout_s=1))
    # Read to its end, the answer would have another code.
    assert raised.value.code == "timeout"


MESSAGE = {"type": "message", "id": "m", "role": "assistant", "status": "completed"}
TEXT = {"type": "output_text", "text": "Ten a day.", "annotations": []}
WHOLE = {"id": "resp_1", "status": "completed", "model": "m", "output": [{**MESSAGE, "content": [TEXT]}]}


@pytest.mark.parametrize(
    "usage",
    [{}, None, {"input_tokens": None}, {"input_tokens": -1, "output_tokens": "7"}, "x", {"input_tokens": 10**12}],
)
def test_odd_numbers_of_tokens_are_estimated_and_do_not_cost_the_answer(settings, usage) -> None:
    settings.OPENAI_API = "responses"
    with Raw(http(json.dumps({**WHOLE, "usage": usage}).encode())) as server:
        settings.OPENAI_BASE_URL = server.base_url
        answer = client.complete(request())
    assert (answer.text, answer.estimated) == ("Ten a day.", True)
    assert 50 < answer.input_tokens < 150
    assert 1 <= answer.output_tokens < 20


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b"{}", b"[]", b"null", b"7", b'"x"', b"",
        json.dumps({**WHOLE, "status": ["x"]}).encode(),
        json.dumps({**WHOLE, "status": "failed", "error": {"code": ["x"]}}).encode(),
        json.dumps({**WHOLE, "output": None}).encode(),
        json.dumps({**WHOLE, "output": [{**MESSAGE, "content": [{**TEXT, "text": 7}]}]}).encode(),
        json.dumps({"choices": [], "model": "m"}).encode(),
        json.dumps({"choices": [{"finish_reason": [], "message": {"content": ["x"]}}]}).encode(),
    ],
    ids=lambda body: body[:60].decode(),
)  # fmt: skip
@pytest.mark.parametrize("api", WIRES)
def test_rubbish_from_a_server_has_a_name(settings, api: str, body: bytes) -> None:
    settings.OPENAI_API = api
    with Raw(http(body)) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as raised:
            client.complete(request())
    assert raised.value.code in {"invalid_answer", "empty_answer", "upstream_error"}


@pytest.mark.parametrize("identity", [None, 5, "x" * 200, ""])
def test_a_background_answer_without_a_usable_id_is_an_error(settings, identity) -> None:
    settings.OPENAI_API = "responses"
    with Raw(http(json.dumps({**WHOLE, "id": identity, "status": "queued"}).encode())) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as raised:
            client.start(request())
    assert raised.value.code == "invalid_answer"


CALLS = {
    "complete": lambda: client.complete(request()),
    "stream": lambda: list(streams.stream(request())),
    "start": lambda: client.start(request()),
    "fetch": lambda: client.fetch("resp_1", timeout_s=5),
    "discard": lambda: client.discard("resp_1"),
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_server_that_points_elsewhere_is_not_followed(settings, status: int, call) -> None:
    settings.OPENAI_API = "responses"
    with Raw(http(json.dumps(WHOLE).encode())) as elsewhere, Raw(redirect(status, elsewhere.base_url)) as server:
        settings.OPENAI_BASE_URL = server.base_url
        with pytest.raises(ModelError) as raised:
            call()
    assert (raised.value.code, raised.value.retryable) == ("redirected", False)
    assert (server.asked, elsewhere.asked) == (1, 0)
