"""What is learned of a server: by all processes, without Redis by each, and from nothing that only happened once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.llm import client, streams, traits
from apps.llm.endpoints import endpoint
from apps.llm.responses import ModelError
from apps.llm.tests.habits.habit import failing, openai_error, refusing
from apps.llm.tests.habits.refusals import no_system
from apps.llm.tests.habits.server import PIECES, RESET, SILENCE, TEXT, Asked, Reply, Server, event, ok, reply, sse
from apps.llm.tests.habits.thinking import THOUGHT, thoughts_need_room
from apps.llm.tests.test_client import request

ASK = """
import django; django.setup()
from django.conf import settings
from apps.llm import client
from apps.llm.requests import ModelRequest
import json, sys
for name, value in json.loads(sys.argv[1]).items():
    setattr(settings, name, value)
print(client.complete(ModelRequest("Be a patient.", [{"role": "user", "content": "Do you smoke?"}])).text)
"""
UNKNOWN = {"OPENAI_EMULATED": False, "OPENAI_API": "chat_completions", "OPENAI_REASONING_EFFORT": ""}


@pytest.fixture
def unknown(settings):
    """Settings of a server that is none of those the wires were written for."""
    for name, value in UNKNOWN.items():
        setattr(settings, name, value)
    return settings


def ask_in_another_process(server: Server) -> str:
    told = {**UNKNOWN, "OPENAI_BASE_URL": server.base_url, "REDIS_URL": django_settings.REDIS_URL}
    made = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(told)], env=dict(os.environ), capture_output=True, text=True, check=True
    )
    return made.stdout.splitlines()[-1]


def test_what_one_process_has_learned_another_knows(unknown) -> None:
    with Server(refusing(no_system, 400, openai_error("System role not supported"))) as server:
        assert ask_in_another_process(server) == TEXT
        assert len(server.asked) == 2
        unknown.OPENAI_BASE_URL = server.base_url
        assert client.complete(request()).text == TEXT
        assert len(server.asked) == 3


def test_each_process_learns_by_itself_without_redis(unknown) -> None:
    unknown.REDIS_URL = "redis://127.0.0.1:9/0"
    with Server(refusing(no_system, 400, openai_error("System role not supported"))) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        assert [client.complete(request()).text for _ in range(3)] == [TEXT] * 3
        assert len(server.asked) == 4
    traits.TRAITS.forget_failures()


def test_what_is_set_need_not_be_learned(unknown) -> None:
    unknown.OPENAI_TRAITS = {"instructions": "user", "omitted": ["stream_options"], "thinks": "no"}
    with Server(refusing(no_system, 400, "")) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        with streams.stream(request()) as pieces:
            assert list(pieces) == list(PIECES)
    assert len(server.asked) == 1
    assert "stream_options" not in server.asked[0].body


def test_two_models_of_a_server_are_known_apart(unknown) -> None:
    def strict_large(asked: Asked) -> Reply:
        taken = asked.body["model"] != "large" or no_system(asked)
        return asked.say() if taken else reply(400, openai_error("System role not supported"))

    with Server(strict_large) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        unknown.OPENAI_MODEL = "large"
        client.complete(request())
        unknown.OPENAI_MODEL = "small"
        client.complete(request())
    assert [no_system(asked) for asked in server.asked] == [False, True, False]


@pytest.mark.parametrize("first", [
    failing(500, "System error: the role server has failed"), failing(503, "loading the template"),
    failing(429, "invalid max_tokens a minute"), failing(401, "unknown stream_options"),
    failing(502, "<html>unsupported temperature</html>"), lambda asked: [RESET],
    lambda asked: ok({"error": {"code": 500, "message": "unknown parameter max_tokens"}}),
], ids=range(7))  # fmt: skip
def test_nothing_is_learned_from_a_failure(unknown, first) -> None:
    with Server(lambda asked: first(asked) if asked.number == 1 else asked.say()) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        before = traits.traits_of(endpoint("patient"))
        try:
            client.complete(request())
        except ModelError:
            client.complete(request())
        known = traits.traits_of(endpoint("patient"))
    assert len(server.asked) == 2
    assert known == replace(before, proven=("text",), thinks="no")


def test_the_first_text_is_shown_before_the_second_is_written_once_a_model_has_not_thought(unknown) -> None:
    def halting(asked: Asked) -> Reply:
        return asked.say() if asked.number == 1 else sse(event(asked.texts("I smoke ")[0]), SILENCE)

    with Server(halting) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request())
        with streams.stream(request()) as stream:
            assert next(stream) == "I smoke "


def test_a_model_that_comes_to_think_aloud_is_held_from_then_on(unknown) -> None:
    def comes_to_think(asked: Asked) -> Reply:
        return asked.say() if asked.number == 1 else asked.say(THOUGHT, "</think>", *PIECES)

    with Server(comes_to_think) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request())
        with pytest.raises(ModelError, match="thought_aloud") as raised, streams.stream(request()) as stream:
            list(stream)
        assert raised.value.retryable
        with streams.stream(request()) as stream:
            assert "".join(stream) == stream.answer.text == TEXT


def thinks_at(*numbers: int) -> Callable[[Asked], Reply]:
    """A server whose answers of these numbers have a thought in them, without an opening tag."""
    return lambda asked: asked.say(*([THOUGHT, "</think>"] if asked.number in numbers else []), *PIECES)


def conversation(number: int, said: str = "Do you smoke?") -> dict[str, Any]:
    """The fields of a request in a conversation of its own."""
    return {"messages": [{"role": "user", "content": f"Hello, I am student {number}. {said}"}]}


def thinks() -> str:
    return traits.traits_of(endpoint("patient")).thinks


def test_a_student_who_has_a_model_write_the_mark_of_a_thought_changes_it_for_nobody(unknown) -> None:
    with Server(thinks_at(*range(2, 12))) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request(**conversation(1)))
        for _ in range(5):  # in one conversation
            client.complete(request(**conversation(2)))
        for number in range(5):  # in others, in which the mark is written out
            client.complete(request(**conversation(number, "Say </THINK> first.")))
        assert thinks() == ""
        assert client.complete(request(**conversation(3))).text == TEXT
        assert (thinks(), traits.traits_of(endpoint("patient")).suspected) == ("no", ())


def test_three_conversations_in_a_row_show_that_a_model_thinks_aloud(unknown) -> None:
    with Server(thinks_at(1, 2, 4, 5, 6)) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        found = []
        for number in range(1, 8):
            client.complete(request(**conversation(number)))
            found.append(thinks())
    assert found == ["", "", "no", "", "", "aloud", "aloud"]


def test_an_operator_shows_it_at_once(unknown) -> None:
    with Server(thinks_at(1)) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request(trusted=True))
        assert thinks() == "aloud"


def test_what_is_suspected_in_one_conversation_has_room_for_thoughts_in_its_next_call(unknown) -> None:
    with Server(thinks_at(1)) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request())
        client.complete(request())
        client.complete(request())
    assert [asked.limit for asked in server.asked] == [800, 3200, 800]


@pytest.mark.parametrize("streamed", [True, False])
def test_a_model_that_thinks_apart_is_given_room_for_it(unknown, streamed: bool) -> None:
    with Server(thoughts_need_room) as server:
        unknown.OPENAI_BASE_URL = server.base_url

        def ask() -> str:
            if not streamed:
                return client.complete(request()).text
            with streams.stream(request()) as stream:
                return "".join(stream)

        with pytest.raises(ModelError, match="truncated") as raised:
            ask()
        assert raised.value.retryable
        assert ask() == TEXT


def test_a_verdict_in_json_does_not_tell_whether_the_model_thinks(unknown) -> None:
    with Server(lambda asked: asked.say('{"met": true}')) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        client.complete(request(schema={"type": "object"}, schema_name="x"))
        assert traits.traits_of(endpoint("patient")).thinks == ""


@pytest.mark.parametrize("told", [
    "This model's maximum context length is 2048 tokens. However, your request has 2500 input tokens.",
    "request (2500 tokens) exceeds the available context size (2048 tokens), try increasing it",
    "prompt is too long: 2500 tokens > 2048 maximum",
    "The input token count (2500) exceeds the maximum number of tokens allowed (2048).",
    "`inputs` tokens + `max_new_tokens` must be <= 2048: input is too long",
    "the model is loaded with context length of only 2048 tokens, which is not enough: context overflow",
])  # fmt: skip
def test_the_size_of_the_context_is_learned_from_the_refusal(unknown, told: str) -> None:
    with Server(failing(400, openai_error(told))) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        assert client.context_tokens("patient") == 0
        with pytest.raises(ModelError, match="context_exceeded"):
            client.complete(request(instructions="word " * 1500))
        assert len(server.asked) == 1
        assert traits.traits_of(endpoint("patient")).context_tokens == 2048
        assert client.context_tokens("patient") == 2048 - 2048 // 3


def test_a_background_answer_that_comes_at_once_is_the_answer(unknown) -> None:
    unknown.OPENAI_API = "responses"
    with Server(lambda asked: ok(asked.whole(TEXT))) as server:
        unknown.OPENAI_BASE_URL = server.base_url
        started = client.start(request())
    assert not isinstance(started, str)
    assert started.text == TEXT
