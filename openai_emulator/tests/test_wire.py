"""The emulator seen through the real client, which checks every shape in its strict mode, and through bare HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.mocks.openai_mock import Emulator

PATIENT = "## Who you are\nAnn Lee is 40.\n## What you know\nOpening: I've got a cough.\n- allergies: None.\n"
QUESTION = [{"role": "user", "content": "What brings you in today?"}]
MARKING_SCHEMA = {
    "type": "object",
    "properties": {
        "criteria": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "criterion_id": {"type": "string"},
                    "evidence": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"turn": {"type": "integer"}, "quote": {"type": "string"}},
                            "required": ["turn", "quote"],
                            "additionalProperties": False,
                        },
                    },
                    "comment": {"type": "string"},
                    "rewrite_if_missing": {"type": "string"},
                    "score": {"type": "integer"},
                },
                "required": ["criterion_id", "evidence", "comment", "rewrite_if_missing", "score"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["criteria"],
    "additionalProperties": False,
}
RUBRIC = {"criteria": [{"id": "c1", "name": "Asks about allergies", "instructions": "", "max_score": 2}]}
TURNS = {"turns": [{"index": 0, "speaker": "student", "text": "Are you allergic to anything?"}]}
EXAMINER = f"You mark.\n\n## Rubric (JSON)\n{json.dumps(RUBRIC)}"
TRANSCRIPT = [{"role": "user", "content": f"Mark this.\n\n## Transcript (JSON)\n{json.dumps(TURNS)}"}]


@pytest.fixture
def client(openai_emulator: Emulator) -> Iterator[openai.OpenAI]:
    """The real client, which refuses every answer that is not of the documented shape."""
    with openai.OpenAI(
        api_key="k", base_url=openai_emulator.base_url, max_retries=0, timeout=10, _strict_response_validation=True
    ) as client:
        yield client


def chat_messages(instructions: str, turns: list[dict[str, str]]) -> list[Any]:
    return [{"role": "system", "content": instructions}, *turns]


# --- the responses wire


def test_a_response_gets_the_patients_reply(client):
    response = client.responses.create(model="gpt-6-luna", instructions=PATIENT, input=QUESTION, store=False)
    assert response.output_text == "I've got a cough."
    assert response.status == "completed"
    assert response.model == "openai-emulator"
    assert response.id.startswith("resp_")
    assert len(response.id) == len("resp_") + 48
    assert response._request_id
    assert response.usage.output_tokens == 5
    assert response.usage.input_tokens > 20
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


def test_input_may_be_a_text_or_messages_made_of_parts(client):
    plain = client.responses.create(model="m", instructions=PATIENT, input="What brings you in today?")
    parts = [{"role": "user", "content": [{"type": "input_text", "text": "What brings you in today?"}]}]
    made = client.responses.create(model="m", instructions=PATIENT, input=parts)
    assert plain.output_text == made.output_text == "I've got a cough."


def test_directions_among_the_messages_count_as_instructions(client):
    messages = [{"role": "developer", "content": PATIENT}, *QUESTION]
    assert client.responses.create(model="m", input=messages).output_text == "I've got a cough."


def test_a_stored_response_can_be_fetched_and_deleted_and_one_that_is_not_stored_cannot(client):
    stored = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, store=True)
    assert client.responses.retrieve(stored.id).output_text == stored.output_text
    client.responses.delete(stored.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(stored.id)
    passing = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, store=False)
    with pytest.raises(openai.NotFoundError) as problem:
        client.responses.retrieve(passing.id)
    assert problem.value.request_id
    assert problem.value.body["type"] == "invalid_request_error"


def test_a_background_response_is_queued_then_in_progress_then_completed(client):
    queued = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, background=True, store=True)
    assert (queued.status, queued.output, queued.usage) == ("queued", [], None)
    assert client.responses.retrieve(queued.id).status == "in_progress"
    done = client.responses.retrieve(queued.id)
    assert (done.status, done.output_text) == ("completed", "I've got a cough.")
    assert done.usage.output_tokens > 0


def test_a_background_response_takes_the_latency_and_the_polls_that_are_set(client, openai_emulator):
    openai_emulator.settings(latency_s=3600, background_polls=0)
    slow = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, background=True, store=True)
    assert client.responses.retrieve(slow.id).status == "in_progress"
    openai_emulator.settings(latency_s=0)
    quick = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, background=True, store=True)
    assert client.responses.retrieve(quick.id).status == "completed"


def test_a_background_response_can_be_cancelled_and_another_cannot(client):
    queued = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, background=True, store=True)
    assert client.responses.cancel(queued.id).status == "cancelled"
    assert client.responses.retrieve(queued.id).status == "cancelled"
    plain = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, store=True)
    with pytest.raises(openai.BadRequestError):
        client.responses.cancel(plain.id)


def test_a_streamed_response_brings_its_events_in_the_documented_order(client):
    stream = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, store=False, stream=True)
    events = list(stream)
    kinds = [event.type for event in events]
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert [kind for kind in kinds if kind != "response.output_text.delta"] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert len(deltas) == 4
    assert "".join(deltas) == events[-1].response.output_text == "I've got a cough."
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[0].response.usage is None
    assert events[-1].response.usage.output_tokens == 5


def test_the_streaming_helper_of_the_client_builds_the_same_response(client):
    with client.responses.stream(model="m", instructions=PATIENT, input=QUESTION) as stream:
        stream.until_done()
        assert stream.get_final_response().output_text == "I've got a cough."


def test_an_answer_longer_than_max_output_tokens_is_incomplete(client):
    response = client.responses.create(model="m", instructions=PATIENT, input=QUESTION, max_output_tokens=2)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output_text == "I've got"


# --- the chat completions wire


def test_a_chat_completion_gets_the_patients_reply(client):
    completion = client.chat.completions.create(model="m", messages=chat_messages(PATIENT, QUESTION))
    [choice] = completion.choices
    assert (choice.message.content, choice.finish_reason) == ("I've got a cough.", "stop")
    assert completion.model == "openai-emulator"
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    assert completion._request_id


def test_a_streamed_chat_completion_brings_its_words_and_its_usage_last(client):
    stream = client.chat.completions.create(
        model="m", messages=chat_messages(PATIENT, QUESTION), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    words = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(words) == "I've got a cough."
    assert sum(bool(word) for word in words) == 4
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == 5
    assert {chunk.usage for chunk in chunks[:-1]} == {None}


def test_without_include_usage_the_stream_has_none(client):
    stream = client.chat.completions.create(model="m", messages=chat_messages(PATIENT, QUESTION), stream=True)
    assert all(chunk.choices and chunk.usage is None for chunk in stream)


# --- markings and other JSON


def test_both_wires_give_the_same_evaluation_as_strict_json(client):
    text_format = {"type": "json_schema", "name": "marking", "strict": True, "schema": MARKING_SCHEMA}
    response = client.responses.create(
        model="m", instructions=EXAMINER, input=TRANSCRIPT, text={"format": text_format}, store=False
    )
    completion = client.chat.completions.create(
        model="m",
        messages=chat_messages(EXAMINER, TRANSCRIPT),
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "marking", "strict": True, "schema": MARKING_SCHEMA},
        },
    )
    [mark] = json.loads(response.output_text)["criteria"]
    assert mark["criterion_id"] == "c1"
    assert mark["evidence"] == [{"turn": 0, "quote": "Are you allergic to anything?"}]
    assert mark["score"] == 2
    assert json.loads(completion.choices[0].message.content)["criteria"] == [mark]


def test_an_evaluation_without_rubric_or_transcript_is_refused_with_the_reason(client):
    text_format = {"type": "json_schema", "name": "marking", "strict": True, "schema": MARKING_SCHEMA}
    with pytest.raises(openai.BadRequestError, match="Rubric"):
        client.responses.create(model="m", instructions=PATIENT, input=QUESTION, text={"format": text_format})


def test_another_simple_schema_gets_its_smallest_value_and_a_hard_one_a_clear_refusal(client):
    def ask(schema: dict[str, Any]) -> Any:
        text = {"format": {"type": "json_schema", "name": "ping", "strict": True, "schema": schema}}
        return json.loads(client.responses.create(model="m", input="x", text=text).output_text)

    properties = {"ok": {"type": "boolean"}, "kind": {"type": "string", "enum": ["a", "b"]}}
    closed = {"type": "object", "properties": properties, "required": ["ok", "kind"], "additionalProperties": False}
    assert ask(closed) == {"ok": False, "kind": "a"}
    hard = {"anyOf": [{"type": "string"}]}
    with pytest.raises(openai.BadRequestError, match="no answer for the schema 'ping'"):
        ask({**closed, "properties": {**properties, "ok": hard}})
    with pytest.raises(openai.BadRequestError, match="additionalProperties"):
        ask({"type": "object", "properties": {}, "required": []})
    with pytest.raises(openai.BadRequestError, match="every key"):
        ask({**closed, "required": ["ok"]})


# --- models, keys and refusals


def test_the_models_are_listed(client):
    listed = {model.id for model in client.models.list()}
    assert listed == {"openai-emulator", "gpt-6-luna"}
    assert client.models.retrieve("gpt-6-luna").owned_by == "openai-emulator"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4")


def test_with_a_key_set_another_key_is_refused_and_the_control_stays_open():
    with Emulator(api_key="right") as emulator:
        right = openai.OpenAI(api_key="right", base_url=emulator.base_url, max_retries=0)
        wrong = openai.OpenAI(api_key="wrong", base_url=emulator.base_url, max_retries=0)
        assert right.responses.create(model="m", input="Hello").output_text
        for call in (
            lambda: wrong.responses.create(model="m", input="Hello"),
            lambda: wrong.chat.completions.create(model="m", messages=QUESTION),
            lambda: wrong.models.list(),
        ):
            with pytest.raises(openai.AuthenticationError) as problem:
                call()
            assert problem.value.code == "invalid_api_key"
            assert problem.value.request_id
        assert [sent["path"] for sent in emulator.requests()] == ["/v1/responses"]
        right.close()
        wrong.close()


# --- what it saw


def test_what_was_sent_can_be_read_without_its_key(client, openai_emulator):
    client.responses.create(model="m", instructions=PATIENT, input=QUESTION, extra_headers={"x-mine": "1"})
    client.chat.completions.create(model="m", messages=QUESTION)
    first, second = openai_emulator.requests()
    assert (first["method"], first["path"]) == ("POST", "/v1/responses")
    assert first["json"]["instructions"] == PATIENT
    assert first["headers"]["x-mine"] == "1"
    assert "authorization" not in first["headers"]
    assert second["path"] == "/v1/chat/completions"
    assert openai_emulator.requests(limit=1) == [second]
    counts = openai_emulator.stats()["requests"]
    assert counts == {"POST /v1/responses 200": 1, "POST /v1/chat/completions 200": 1}
    openai_emulator.clear()
    assert openai_emulator.requests() == []
