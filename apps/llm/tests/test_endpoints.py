"""Which server is asked, and that it gets what was meant for it and nothing else."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.llm import client, streams
from apps.llm.endpoints import endpoint, fallback
from apps.llm.responses import ModelError
from apps.llm.tests.habits.habit import failing
from apps.llm.tests.habits.server import TEXT, Asked, Reply, Server, event, sse
from apps.llm.tests.test_client import request
from config.settings.endpoints import check_endpoint

KEY = "sk-first-7f3a"


def answering(asked: Asked) -> Reply:
    return asked.say()


@pytest.fixture
def first(settings):
    """The server that is asked first, with a key, headers and fields of its own."""
    with Server(answering) as server:
        settings.OPENAI_EMULATED = False
        settings.OPENAI_BASE_URL = f"{server.base_url}?api-version=2026-01-01"
        settings.OPENAI_API, settings.OPENAI_API_KEY = "chat_completions", KEY
        settings.OPENAI_HEADERS, settings.OPENAI_BODY = {"X-Team": "anatomy"}, {"top_k": 7}
        yield server


@pytest.mark.parametrize("wire", ["chat_completions", "responses"])
def test_headers_query_and_fields_reach_the_server(settings, first: Server, wire: str) -> None:
    settings.OPENAI_API = wire
    assert client.complete(request()).text == TEXT
    with streams.stream(request()) as pieces:
        assert "".join(pieces) == TEXT
    for asked in first.asked:
        assert asked.path.endswith("?api-version=2026-01-01")
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        assert (asked.headers["x-team"], asked.body["top_k"]) == ("anatomy", 7)


@pytest.mark.parametrize("setting", ["OPENAI_EXAMINER", "OPENAI_FALLBACK"])
def test_another_server_gets_nothing_that_was_meant_for_the_first(
    settings, first: Server, monkeypatch, setting: str
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-first")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-the-first")
    first._habit = failing(503, "")
    with Server(answering) as second:
        setattr(settings, setting, {"base_url": second.base_url, "model": "other"})
        client.complete(request(purpose="examiner"))
    asked = second.asked[0]
    told = f"{asked.path} {asked.headers} {asked.body}"
    assert asked.body["model"] == "other"
    for secret in (KEY, "anatomy", "top_k", "api-version", "of-the-first"):
        assert secret not in told


def test_the_same_server_under_another_model_keeps_its_key(settings, first: Server) -> None:
    settings.OPENAI_EXAMINER = {"model": "large", "max_tokens": 3000, "headers": {"X-Team": "law"}}
    client.complete(request(purpose="examiner"))
    asked = first.asked[0]
    assert (asked.body["model"], asked.limit) == ("large", 3000)
    assert (asked.headers["authorization"], asked.headers["x-team"]) == (f"Bearer {KEY}", "law")
    assert endpoint("patient").model != "large"


def test_a_purpose_may_have_a_wire_and_a_key_of_its_own(settings, first: Server) -> None:
    with Server(answering) as second:
        settings.OPENAI_PATIENT = {"base_url": second.base_url, "api": "responses", "api_key": "second"}
        client.complete(request())
    assert second.asked[0].on_responses
    assert second.asked[0].headers["authorization"] == "Bearer second"
    assert not first.asked


def break_off(asked: Asked) -> Reply:
    return sse(event(asked.texts("I smoke ")[0]))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("status", [401, 404, 429, 500, 502, 503])
def test_a_server_that_is_no_help_is_fallen_back_from(settings, first: Server, status: int, streamed: bool) -> None:
    first._habit = failing(status, "")
    with Server(answering) as second:
        settings.OPENAI_FALLBACK = {"base_url": second.base_url, "model": "other"}
        if streamed:
            with streams.stream(request()) as stream:
                assert "".join(stream) == stream.answer.text == TEXT
        else:
            assert client.complete(request()).text == TEXT
        assert (len(first.asked), len(second.asked)) == (1, 1)
        assert second.asked[0].body["model"] == fallback("patient").model == "other"


def test_an_answer_that_has_begun_is_not_begun_anew_elsewhere(settings, first: Server) -> None:
    settings.OPENAI_TRAITS = {"thinks": "no"}
    first._habit = break_off
    with Server(answering) as second:
        settings.OPENAI_FALLBACK = {"base_url": second.base_url}
        with streams.stream(request()) as stream:
            assert next(stream) == "I smoke "
            with pytest.raises(ModelError, match="interrupted") as raised:
                next(stream)
    assert raised.value.answer.text == "I smoke "
    assert raised.value.answer.estimated
    assert not second.asked


def test_a_conversation_that_is_refused_is_put_to_no_other_server(settings, first: Server) -> None:
    first._habit = failing(400, {"error": {"code": "content_filter", "message": "filtered"}})
    with Server(answering) as second:
        settings.OPENAI_FALLBACK = {"base_url": second.base_url}
        with pytest.raises(ModelError, match="content_filtered"):
            client.complete(request())
    assert not second.asked


def test_the_failure_of_the_fallback_is_the_one_that_is_told(settings, first: Server) -> None:
    first._habit = failing(503, "")
    with Server(failing(402, "")) as second:
        settings.OPENAI_FALLBACK = {"base_url": second.base_url}
        with pytest.raises(ModelError, match="quota_exhausted"):
            client.complete(request())


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("base_url", "model.example/v1", "http://"),
        ("base_url", "ftp://model.example", "http://"),
        ("base_url", 7, "a text"),
        ("api", "completions", "responses or chat_completions"),
        ("api_key", '"sk-secret"', "quotes"),
        ("api_key", "sk-secret key", "blank"),
        ("api_key", "sk-secret\u200b", "cannot be seen"),
        ("api_key", 7, "a text"),
        ("model", ["m"], "a text"),
        ("temperature", "warm", "a number"),
        ("temperature", -1, "a number"),
        ("max_tokens", True, "a number"),
        ("max_tokens", None, "a number"),
        ("timeout_s", "30", "a number"),
        ("headers", ["X-Team: anatomy"], "an object"),
        ("headers", {"X-Team": 7}, "an object of texts"),
        ("body", "top_k=7", "an object"),
        ("traits", {"thinking": "no"}, "an object of"),
        ("headers", {"X-Team": "a\nb"}, "one line"),
        ("headers", {"": "a"}, "one line"),
        ("headers", {"X-Team": "ä"}, "in ASCII"),
        ("traits", {"thinks": "loudly"}, "'aloud'"),
        ("traits", {"thinks": 5}, "'aloud'"),
        ("traits", {"omitted": "store"}, "omitted"),
        ("traits", {"omitted": [7]}, "omitted"),
        ("traits", {"context_tokens": "8k"}, "context_tokens"),
        ("traits", {"schema": ["prompt"]}, "'prompt'"),
        ("max_tokens", 800.5, "a whole number"),
        ("timeout_s", float("inf"), "a number"),
        ("timeout_s", float("nan"), "a number"),
        ("modell", "m", "it takes"),
    ],
)
@pytest.mark.parametrize("setting", ["OPENAI_", "OPENAI_EXAMINER"])
def test_each_wrong_field_is_refused_by_name_and_no_key_is_told(setting: str, field: str, value, told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told) as raised:
        check_endpoint(setting, {field: value})
    assert field in str(raised.value).lower()
    assert "secret" not in str(raised.value)


def test_nothing_given_for_a_purpose_is_as_it_is_for_all(settings, first: Server) -> None:
    settings.OPENAI_EXAMINER = {"max_tokens": 0, "timeout_s": 0, "context_tokens": 0}
    assert endpoint("examiner").max_tokens > endpoint("patient").max_tokens > 0
    assert client.complete(request(purpose="examiner")).text == TEXT


def test_good_fields_are_taken() -> None:
    check_endpoint("OPENAI_", {"base_url": "https://m.example/v1?api-version=1", "api": "responses", "api_key": "",
                               "model": "m", "temperature": None, "max_tokens": 0, "headers": {"X": "y"},
                               "body": {"top_k": 7}, "traits": {"thinks": "no"}})  # fmt: skip
