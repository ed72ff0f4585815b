"""Each fault as the real client meets it."""

import time

import httpx2
import openai
import pytest

from openai_emulator.tests.conftest import Caller


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("rate_limit", openai.RateLimitError, "rate_limit_exceeded"),
        ("insufficient_quota", openai.RateLimitError, "insufficient_quota"),
        ("server_error", openai.InternalServerError, "server_error"),
        ("unauthorized", openai.AuthenticationError, "invalid_api_key"),
        ("not_found", openai.NotFoundError, "model_not_found"),
        ("bad_request", openai.BadRequestError, "invalid_value"),
    ],
)
def test_an_error_is_raised_once_and_the_next_call_is_well(call, openai_emulator, kind, error, code):
    openai_emulator.fault(kind)
    with pytest.raises(error) as problem:
        call.patient()
    assert problem.value.code == code
    assert problem.value.request_id
    assert call.text() == "I've got a cough."


def test_a_rate_limit_says_how_long_to_wait_only_where_that_is_asked_for(call, openai_emulator):
    openai_emulator.fault("rate_limit", retry_after=7)
    openai_emulator.fault("rate_limit", retry_after=0.5)
    openai_emulator.fault("rate_limit")
    waits = []
    for _ in range(3):
        with pytest.raises(openai.RateLimitError) as problem:
            call.patient()
        waits.append(problem.value.response.headers.get("retry-after"))
    assert waits == ["7", "0.5", None]


def test_a_server_error_may_have_another_status_and_text(call, openai_emulator):
    openai_emulator.fault("server_error", status=503, text="Overloaded.")
    with pytest.raises(openai.InternalServerError, match="Overloaded") as problem:
        call.patient()
    assert problem.value.status_code == 503


@pytest.mark.parametrize("kind", ["reset", "cut_stream"])
def test_a_connection_that_breaks_is_a_connection_error(call, openai_emulator, kind):
    openai_emulator.fault(kind)
    with pytest.raises(openai.APIConnectionError) as problem:
        call.patient()
    assert not isinstance(problem.value, openai.APITimeoutError)


def test_a_call_that_hangs_ends_at_the_clients_timeout_or_at_its_own(call, openai_emulator):
    openai_emulator.fault("hang")
    with pytest.raises(openai.APITimeoutError):
        call.patient(timeout=0.3)
    openai_emulator.fault("hang", seconds=0.2)
    with pytest.raises(openai.APIConnectionError):
        call.patient()


def test_the_server_lets_go_of_a_call_whose_client_has_gone(call, openai_emulator):
    openai_emulator.fault("hang")
    with pytest.raises(openai.APITimeoutError):
        call.patient(timeout=0.2)
    deadline = time.monotonic() + 60
    while openai_emulator.stats()["in_flight"] > 1:
        assert time.monotonic() < deadline


def test_a_slow_answer_comes_late_and_whole(call, openai_emulator):
    openai_emulator.fault("slow", seconds=0.4)
    begun = time.monotonic()
    assert call.text() == "I've got a cough."
    assert time.monotonic() - begun >= 0.4


def test_garbage_is_no_json_whatever_it_says_it_is(call, openai_emulator):
    openai_emulator.fault("garbage")
    with pytest.raises((ValueError, openai.APIError)):
        call.patient()
    openai_emulator.fault("garbage", content_type="text/html", text="<html>Bad Gateway</html>")
    with pytest.raises(openai.APIResponseValidationError):
        call.patient()
    openai_emulator.fault("empty_body")
    with pytest.raises((ValueError, openai.APIError)):
        call.patient()


def test_an_empty_text_and_a_given_text_come_as_they_are(call, openai_emulator):
    openai_emulator.fault("empty_text")
    openai_emulator.fault("say", text="As an AI language model, I have no cough.")
    assert call.text() == ""
    assert call.text() == "As an AI language model, I have no cough."


def test_a_refusal_is_a_part_of_its_own(client, openai_emulator):
    openai_emulator.fault("refusal", times=2)
    response = Caller(client, "responses").patient()
    assert response.output_text == ""
    assert response.output[0].content[0].type == "refusal"
    assert response.output[0].content[0].refusal
    message = Caller(client, "chat_completions").patient().choices[0].message
    assert message.content is None
    assert message.refusal


@pytest.mark.parametrize(
    ("kind", "reason", "finish"),
    [("incomplete", "max_output_tokens", "length"), ("content_filter", "content_filter", "content_filter")],
)
def test_an_answer_cut_short_says_why(client, openai_emulator, kind, reason, finish):
    openai_emulator.fault(kind, times=2)
    response = Caller(client, "responses").patient()
    assert (response.status, response.incomplete_details.reason) == ("incomplete", reason)
    assert len(response.output_text) < len("I've got a cough.")
    [choice] = Caller(client, "chat_completions").patient().choices
    assert choice.finish_reason == finish


# --- streams


def test_a_stream_that_is_cut_brings_some_words_and_then_breaks(call, openai_emulator):
    openai_emulator.fault("cut_stream")
    seen = []
    # While a stream is read, the client lets the errors of its HTTP library through.
    with pytest.raises((openai.APIError, httpx2.TransportError)):
        seen.extend(call.patient(stream=True))
    assert len(seen) > 2
    assert "completed" not in str(seen[-1])


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("incomplete", "response.incomplete"),
        ("failed_after_queued", "response.failed"),
        ("refusal", "response.completed"),
    ],
)
def test_a_stream_ends_with_the_event_of_what_became_of_it(responses, openai_emulator, kind, last):
    openai_emulator.fault(kind)
    events = list(responses.patient(stream=True))
    assert events[-1].type == last
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_a_slow_stream_spreads_its_words(call, openai_emulator):
    openai_emulator.fault("slow", seconds=1.5)
    times = []
    for _ in call.patient(stream=True):
        times.append(time.monotonic())
    assert times[-1] - times[0] > 0.3


# --- background


def test_a_background_response_may_fail_after_it_was_queued(responses, openai_emulator):
    openai_emulator.fault("failed_after_queued", text="Out of memory.")
    queued = responses.patient(background=True, store=True)
    assert queued.status == "queued"
    assert responses.client.responses.retrieve(queued.id).status == "in_progress"
    failed = responses.client.responses.retrieve(queued.id)
    assert (failed.status, failed.error.code, failed.error.message) == ("failed", "server_error", "Out of memory.")


def test_a_spent_quota_in_the_background_is_told_by_a_failed_response(responses, openai_emulator):
    openai_emulator.settings(background_polls=0)
    openai_emulator.fault("insufficient_quota")
    queued = responses.patient(background=True, store=True)
    failed = responses.client.responses.retrieve(queued.id)
    assert failed.status == "failed"
    assert "quota" in failed.error.message


def test_a_background_response_may_stay_queued_for_ever(responses, openai_emulator):
    openai_emulator.fault("queued_forever")
    queued = responses.patient(background=True, store=True)
    seen = {responses.client.responses.retrieve(queued.id).status for _ in range(4)}
    assert seen <= {"queued", "in_progress"}
    assert responses.client.responses.cancel(queued.id).status == "cancelled"


def test_polls_have_faults_of_their_own(responses, openai_emulator):
    openai_emulator.fault("server_error", only="poll")
    openai_emulator.fault("rate_limit", only="poll", retry_after=3)
    queued = responses.patient(background=True, store=True)
    with pytest.raises(openai.InternalServerError):
        responses.client.responses.retrieve(queued.id)
    with pytest.raises(openai.RateLimitError):
        responses.client.responses.retrieve(queued.id)
    assert responses.client.responses.retrieve(queued.id).status == "in_progress"
