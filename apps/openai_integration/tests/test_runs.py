"""The task of a run, run in this process, with the emulator as model over HTTP."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from apps.llm import client
from apps.llm.retry import MAX_ATTEMPTS
from apps.openai_integration.conversation.run_inputs import RunInputs
from apps.openai_integration.models import Message, Run, Usage
from apps.openai_integration.models.jobs import LEASE
from apps.openai_integration.tasks import discard_answers, run_conversation_async, sweep_runs
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.roleplay.reply_check import FALLBACKS
from apps.scenarios.tests.factories import AssistantScenarioFactory
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    return smoker_run()


def smoker_run() -> Run:
    """A run that waits: the patient smokes, and has been asked about it."""
    scenario = AssistantScenarioFactory(
        scenario_text="Tom Reed, 30, a cook, coughs.",
        additional_instructions="Opening: It's this cough.\n- smoking, cigarettes: I smoke ten a day.",
        communication_preferences="",
    )
    thread = ThreadFactory(activity=None, scenario=scenario)
    return RunFactory(thread=thread, user_message=MessageFactory(thread=thread, content="Do you smoke?"))


def take(run: Run) -> Run:
    """Run the task until the run has ended, skipping waiting times."""
    for _ in range(20):
        past = timezone.now() - timedelta(seconds=1)
        Run.objects.filter(pk=run.pk).update(next_attempt_at=past)
        Run.objects.filter(pk=run.pk, lease_token=None, status="in_progress").update(lease_until=past)
        run_conversation_async(run_id=str(run.pk))
        run.refresh_from_db()
        if run.status not in Run.OPEN:
            break
    return run


def replies(run: Run) -> list[str]:
    return [message.content for message in run.thread.messages.filter(role=Message.Role.ASSISTANT)]


@pytest.mark.parametrize(
    ("api", "mode"),
    [
        ("responses", "stream"),
        ("chat_completions", "stream"),
        ("responses", "call"),
        ("chat_completions", "call"),
        ("responses", "poll"),
    ],
)
def test_the_patient_answers_on_every_wire_and_in_every_mode(run, emulator: Emulator, settings, api, mode) -> None:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = api, mode
    take(run)
    assert (run.status, run.error_code, run.attempts) == ("completed", "", 1)
    assert "ten a day" in replies(run)[0]
    assert run.model == "openai-emulator"
    usage = Usage.objects.get()
    assert (usage.run, usage.outcome) == (run, "answered")
    assert usage.input_tokens > 0


def test_a_task_that_runs_twice_answers_once(run, emulator: Emulator) -> None:
    take(run)
    run_conversation_async(run_id=str(run.pk))
    assert len(replies(run)) == 1
    assert len(emulator.requests()) == 1


def test_a_task_of_an_unknown_run_does_nothing(emulator: Emulator) -> None:
    run_conversation_async(run_id="5b4b3c4e-0000-4000-8000-000000000000")
    assert emulator.requests() == []


@pytest.mark.parametrize(
    ("fault", "status", "code", "calls"),
    [
        ("unauthorized", "failed", "credentials_refused", 1),
        ("insufficient_quota", "failed", "quota_exhausted", 1),
        ("bad_request", "failed", "request_refused", 1),
        ("not_found", "failed", "model_not_found", 1),
        ("refusal", "failed", "refused", 1),
        ("incomplete", "incomplete", "truncated", 1),
        ("content_filter", "incomplete", "content_filtered", 1),
        ("server_error", "failed", "upstream_error", MAX_ATTEMPTS),
        ("garbage", "failed", "invalid_answer", MAX_ATTEMPTS),
        ("empty_body", "failed", "invalid_answer", MAX_ATTEMPTS),
    ],
)
@pytest.mark.parametrize("api", ["responses", "chat_completions"])
def test_a_permanent_fault_ends_the_run_and_keeps_the_message(
    run, emulator: Emulator, settings, api, fault, status, code, calls
) -> None:
    settings.OPENAI_API = api
    emulator.fault(fault, times=0)
    take(run)
    assert (run.status, run.error_code, run.attempts) == (status, code, calls)
    assert run.error_detail
    assert run.finished_at
    assert [message.content for message in run.thread.messages.all()] == ["Do you smoke?"]
    assert Usage.objects.filter(run=run, outcome=code).count() == calls


@pytest.mark.parametrize("fault", ["server_error", "garbage", "cut_stream"])
def test_a_temporary_fault_is_retried(run, emulator: Emulator, fault: str) -> None:
    emulator.fault(fault, times=2)
    take(run)
    assert (run.status, run.attempts, len(replies(run))) == ("completed", 3, 1)


@pytest.mark.parametrize("fault", ["rate_limit", "reset"])
def test_a_server_that_is_away_is_asked_again_and_its_calls_do_not_count(run, emulator: Emulator, fault: str) -> None:
    emulator.fault(fault, times=MAX_ATTEMPTS + 3)
    take(run)
    assert (run.status, run.attempts, len(replies(run))) == ("completed", 1, 1)
    assert len(emulator.requests()) == MAX_ATTEMPTS + 4


@pytest.mark.parametrize(("fault", "code"), [("rate_limit", "rate_limited"), ("reset", "unreachable")])
def test_a_server_that_stays_away_ends_a_run_by_its_deadline(run, emulator: Emulator, fault: str, code: str) -> None:
    Run.objects.filter(pk=run.pk).update(deadline_at=Now() + timedelta(seconds=0.4))
    emulator.fault(fault, times=0)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.error_code, run.attempts) == ("failed", code, 1)


def test_an_error_that_nobody_has_thought_of_ends_the_run_at_once(run, monkeypatch) -> None:
    def broken(inputs: RunInputs) -> None:
        raise ImportError("a package for the proxy is missing")

    monkeypatch.setattr(RunInputs, "request", broken)
    with pytest.raises(ImportError):
        run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.error_code, run.lease_token) == ("failed", "internal_error", None)


def test_retry_after_is_respected(run, emulator: Emulator) -> None:
    emulator.fault("rate_limit", retry_after=30)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert run.status in Run.OPEN
    assert run.next_attempt_at > timezone.now() + timedelta(seconds=25)


def test_no_retry_is_scheduled_after_the_deadline(run, emulator: Emulator) -> None:
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now() + timedelta(seconds=20))
    emulator.fault("rate_limit", retry_after=30)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "rate_limited")


def test_a_hanging_call_ends_at_the_deadline(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_TIMEOUT_S = 3600  # this test's own limit would come long before
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now() + timedelta(seconds=1.5))
    emulator.fault("hang", times=0)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error_code == "timeout"


def test_a_background_response_that_never_arrives_is_deleted_at_the_deadline(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    emulator.fault("queued_forever")
    run_conversation_async(run_id=str(run.pk))
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now() - timedelta(seconds=1))
    sweep_runs()
    discard_answers()
    run.refresh_from_db()
    assert (run.status, run.error_code, run.upstream_id) == ("expired", "deadline_exceeded", "")
    assert [sent["method"] for sent in emulator.requests()] == ["POST", "DELETE"]


def test_a_failed_background_response_is_requested_again(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    emulator.fault("failed_after_queued")
    take(run)
    assert (run.status, run.attempts) == ("completed", 2)


def test_a_background_response_is_deleted_once_stored(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    take(run)
    assert left_at_provider(emulator) == 1
    discard_answers()
    run.refresh_from_db()
    assert run.upstream_id == ""
    assert left_at_provider(emulator) == 0


@pytest.mark.parametrize(
    "fault",
    [{"kind": "say", "text": "As an AI, I do not smoke."}, {"kind": "empty_text"}, {"kind": "failed_after_queued"}],
)
def test_rejected_background_responses_are_deleted(run, emulator: Emulator, settings, fault) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    emulator.fault(**fault)
    take(run)
    assert run.status == "completed"
    assert left_at_provider(emulator) == 2
    discard_answers()
    assert left_at_provider(emulator) == 0


def test_a_background_response_of_an_ended_run_is_deleted(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    begun = client.start

    def start_late(request):
        upstream_id = begun(request)
        Run.expire_overdue(now=run.deadline_at + timedelta(seconds=1))
        return upstream_id

    with patch.object(client, "start", start_late):
        run_conversation_async(run_id=str(run.pk))
    discard_answers()
    assert left_at_provider(emulator) == 0


def test_a_failed_deletion_is_retried(run, emulator: Emulator, settings) -> None:
    settings.OPENAI_RUN_MODE, settings.OPENAI_API = "poll", "responses"
    take(run)
    there, settings.OPENAI_BASE_URL = settings.OPENAI_BASE_URL, "http://127.0.0.1:9/v1"
    discard_answers()
    run.refresh_from_db()
    assert run.upstream_id
    settings.OPENAI_BASE_URL = there
    discard_answers()
    run.refresh_from_db()
    assert run.upstream_id == ""


def left_at_provider(emulator: Emulator) -> int:
    methods = [sent["method"] for sent in emulator.requests()]
    return methods.count("POST") - methods.count("DELETE")


def test_a_reply_that_breaks_the_role_is_requested_again(run, emulator: Emulator) -> None:
    emulator.fault("say", text="As an AI language model, I do not smoke.")
    take(run)
    assert run.status == "completed"
    assert run.checks == [{"attempt": 1, "rule": "role_break", "action": "regenerated"}]
    assert "ten a day" in replies(run)[0]
    first, second = [sent["json"] for sent in emulator.requests()]
    assert second["instructions"] == first["instructions"]
    assert second["input"][-1]["content"].startswith(first["input"][-1]["content"])
    assert "only as the patient" in second["input"][-1]["content"]


def test_after_two_rejected_replies_a_fallback_is_used(run, emulator: Emulator) -> None:
    emulator.fault("say", text="As an AI language model, I do not smoke.", times=0)
    take(run)
    assert (run.status, [check["rule"] for check in run.checks]) == ("completed", ["role_break", "role_break"])
    assert replies(run)[0] in FALLBACKS["en"]


def test_a_fallback_is_used_if_no_attempt_is_left(run, emulator: Emulator) -> None:
    emulator.fault("server_error", times=MAX_ATTEMPTS - 1)
    emulator.fault("say", text="As an AI language model, I do not smoke.")
    take(run)
    assert (run.status, run.attempts) == ("completed", MAX_ATTEMPTS)
    assert replies(run)[0] in FALLBACKS["en"]


def test_a_run_whose_workers_die_is_ended(run, emulator: Emulator) -> None:
    for _ in range(MAX_ATTEMPTS):
        token = Run.objects.get(pk=run.pk).claim()
        Run.objects.get(pk=run.pk).begin_call(token)
        Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - LEASE)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "attempts_exhausted")
    assert emulator.requests() == []


def test_a_call_has_the_history_up_to_its_message(run, emulator: Emulator) -> None:
    MessageFactory(thread=run.thread, content="I typed this a moment later.")
    take(run)
    sent = emulator.requests()[-1]["json"]["input"]
    assert [message["content"] for message in sent] == ["Do you smoke?"]


def test_the_sweep_resends_lost_runs(run, emulator: Emulator, monkeypatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(run_conversation_async, "apply_async", lambda kwargs, countdown: sent.append(kwargs["run_id"]))
    long_ago = timezone.now() - timedelta(minutes=1)
    Run.objects.filter(pk=run.pk).update(sent_at=long_ago, next_attempt_at=long_ago)
    sweep_runs()
    sweep_runs()
    assert sent == [str(run.pk)]


def test_a_reply_without_a_fallback_in_its_language_is_withheld(emulator: Emulator) -> None:
    run = smoker_run()
    said = "Habari za asubuhi, mimi ni mwanafunzi wa udaktari. Je, unavuta sigara kila siku, na kwa muda gani?"
    run.thread.messages.filter(pk=run.user_message_id).update(content=said)
    emulator.fault("say", text="As an AI language model, I cannot smoke.", times=2)
    take(run)
    assert (run.status, run.error_code, replies(run)) == ("failed", "reply_withheld", [])
    assert [check["action"] for check in run.checks] == ["regenerated", "withheld"]
    take(again := RunFactory(thread=run.thread, user_message=run.user_message))
    assert again.status == "completed"
