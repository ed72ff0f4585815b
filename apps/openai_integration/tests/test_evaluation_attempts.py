"""The evaluation task, run in this process, with the emulator as examiner over HTTP."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.llm.retry import MAX_ATTEMPTS
from apps.openai_integration.marking.evaluators import CategoryRubricEvaluator
from apps.openai_integration.models import Evaluation, Mark, Usage
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    GREETS,
    SECRET,
    SMOKING,
    answer,
    make_activity,
    make_thread,
    say,
    take,
)
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
SMOKES = [{"turn": 2, "quote": "Do you smoke?"}]


def done(evaluation: Evaluation) -> Evaluation:
    return take(str(evaluation.pk))


def marks(evaluation: Evaluation) -> dict[str, Mark]:
    rubric = evaluation.rubric["categories"]
    names = {one["id"]: one["name"] for category in rubric for one in category["criteria"]}
    return {names[mark.criterion_id]: mark for mark in evaluation.marks.all()}


def as_plain(one: dict[str, Any]) -> dict[str, Any]:
    """Marks the smoking criterion correctly, and no other."""
    return {"score": 2, "evidence": SMOKES} if one["name"] == SMOKING else {}


@pytest.mark.parametrize(("api", "mode"), [("responses", "call"), ("responses", "poll"), ("chat_completions", "call")])
def test_a_thread_is_marked_on_every_wire_and_in_every_mode(
    evaluation, emulator, settings, api: str, mode: str
) -> None:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = api, mode
    ended = done(evaluation)
    assert (ended.status, ended.error_code, ended.attempts) == ("completed", "", 1)
    assert (ended.total_score, ended.passed, ended.model) == (4, False, "openai-emulator")
    assert {name: mark.score for name, mark in marks(ended).items()} == {GREETS: 2, SMOKING: 2, ALLERGIES: 0}
    usage = Usage.objects.get()
    assert (usage.evaluation, usage.run, usage.outcome) == (evaluation, None, "answered")
    assert usage.input_tokens > 0


def test_the_examiner_gets_the_rubric_as_instructions_and_the_transcript_as_data(
    evaluation, emulator: Emulator
) -> None:
    done(evaluation)
    [call] = emulator.requests()
    sent = call["json"]
    assert SECRET in sent["instructions"]
    assert "Do you smoke?" not in sent["instructions"]
    [message] = sent["input"]
    turns = json.loads(message["content"].split("## Transcript (JSON)\n")[1])["turns"]
    assert turns[2] == {"index": 2, "speaker": "student", "text": "Do you smoke?"}
    assert sent["text"]["format"]["strict"] is True
    assert sent["store"] is False
    assert "I think I might be pregnant" not in json.dumps(sent)


def test_a_task_that_runs_twice_marks_once(evaluation, emulator: Emulator) -> None:
    done(evaluation)
    evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    assert Mark.objects.count() == 3
    assert len(emulator.requests()) == 1


def test_a_task_of_an_unknown_evaluation_does_nothing(emulator: Emulator) -> None:
    evaluate_rubric_async(evaluation_id=str(uuid.uuid4()))
    assert emulator.requests() == []


# --- no answer


@pytest.mark.parametrize(
    ("fault", "code", "calls"),
    [
        ("unauthorized", "credentials_refused", 1),
        ("insufficient_quota", "quota_exhausted", 1),
        ("bad_request", "request_refused", 1),
        ("not_found", "model_not_found", 1),
        ("refusal", "refused", 1),
        ("incomplete", "truncated", 1),
        ("not_json", "invalid_answer", 2),
        ("wrong_json", "invalid_answer", 2),
        ("server_error", "upstream_error", MAX_ATTEMPTS),
        ("garbage", "invalid_answer", MAX_ATTEMPTS),
        ("empty_text", "empty_answer", MAX_ATTEMPTS),
    ],
)
@pytest.mark.parametrize("api", ["responses", "chat_completions"])
def test_a_permanent_fault_fails_the_evaluation_without_a_verdict(
    evaluation, emulator: Emulator, settings, api: str, fault: str, code: str, calls: int
) -> None:
    settings.OPENAI_API = api
    emulator.fault(fault, times=0)
    ended = done(evaluation)
    assert (ended.status, ended.error_code, ended.attempts) == ("failed", code, calls)
    assert (ended.total_score, ended.passed, ended.marks.count()) == (None, None, 0)
    assert ended.error_detail
    assert ended.finished_at
    assert Usage.objects.filter(evaluation=evaluation).count() == calls


@pytest.mark.parametrize(
    ("fault", "times"),
    [("rate_limit", 2), ("server_error", 3), ("reset", 2), ("garbage", 2), ("not_json", 1), ("wrong_json", 1)],
)
def test_a_temporary_fault_is_retried(evaluation, emulator: Emulator, fault: str, times: int) -> None:
    emulator.fault(fault, times=times)
    ended = done(evaluation)
    assert (ended.status, ended.attempts, ended.total_score) == ("completed", times + 1, 4)


def test_an_error_that_nobody_has_thought_of_ends_the_evaluation_at_once(evaluation, monkeypatch) -> None:
    def broken(evaluator: CategoryRubricEvaluator, turns: object, **more: object) -> None:
        raise ImportError("a package for the proxy is missing")

    monkeypatch.setattr(CategoryRubricEvaluator, "request", broken)
    with pytest.raises(ImportError):
        evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.error_code) == ("failed", "internal_error")


def test_retry_after_is_respected(evaluation, emulator: Emulator) -> None:
    emulator.fault("rate_limit", retry_after=30)
    evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    evaluation.refresh_from_db()
    assert evaluation.status in Evaluation.OPEN
    assert evaluation.next_attempt_at > timezone.now() + timedelta(seconds=25)


def test_the_deadline_is_that_of_the_settings(student: User, settings: Any) -> None:
    settings.EVALUATION_DEADLINE_S = 4000.0
    made = EvaluationService.create_evaluation(thread=make_thread(student, make_activity()), student=student)
    assert (made.deadline_at - made.next_attempt_at).total_seconds() == pytest.approx(4000, abs=1)


def test_no_retry_is_scheduled_after_the_deadline(evaluation, emulator: Emulator) -> None:
    Evaluation.objects.update(deadline_at=timezone.now() + timedelta(seconds=20))
    emulator.fault("rate_limit", retry_after=30)
    assert (done(evaluation).status, done(evaluation).error_code) == ("failed", "rate_limited")


def test_a_silent_server_times_out(evaluation, emulator: Emulator, settings) -> None:
    settings.OPENAI_TIMEOUT_S = 1.0
    emulator.fault("hang", times=0)
    assert done(evaluation).error_code == "timeout"
    # On a busy machine a connection may be late too: such a call does not count.
    assert Usage.objects.filter(evaluation=evaluation, outcome="timeout").count() == MAX_ATTEMPTS


def test_an_evaluation_whose_workers_die_is_ended(evaluation, emulator: Emulator) -> None:
    Evaluation.objects.update(attempts=MAX_ATTEMPTS)
    Usage.objects.bulk_create(Usage(evaluation=evaluation, outcome=Usage.LOST, model="m") for _ in range(MAX_ATTEMPTS))
    assert (done(evaluation).status, done(evaluation).error_code) == ("failed", "attempts_exhausted")
    assert emulator.requests() == []


# --- answers with something wrong


@pytest.mark.parametrize(
    ("fault", "scores", "passed", "reasons"),
    [
        ("ids_as_text", {GREETS: 2, SMOKING: 2, ALLERGIES: 0}, False, []),
        ("unknown_criteria", {GREETS: 2, SMOKING: 2, ALLERGIES: 0}, False, ["unknown_criteria"]),
        ("invented_quotes", {GREETS: 0, SMOKING: 0, ALLERGIES: 0}, None, ["canary"]),
        ("score_99", {GREETS: 0, SMOKING: 0, ALLERGIES: 0}, None, ["canary"]),
        ("credulous", {GREETS: 0, SMOKING: 0, ALLERGIES: 0}, None, ["canary"]),
    ],
)
def test_a_faulty_answer_has_a_defined_result(
    evaluation, emulator: Emulator, fault: str, scores: dict[str, int], passed: bool | None, reasons: list[str]
) -> None:
    emulator.fault(fault, times=0)
    ended = done(evaluation)
    assert (ended.status, ended.passed, ended.review_reasons) == ("completed", passed, reasons)
    assert {name: mark.score for name, mark in marks(ended).items()} == scores


def test_a_score_of_99_counts_as_2_and_goes_to_review(evaluation, emulator: Emulator) -> None:
    emulator.fault("say", text=answer(evaluation, lambda one: {"score": 99, "evidence": SMOKES}), only="marking")
    ended = done(evaluation)
    assert {(mark.score, mark.model_score, mark.review_reason) for mark in ended.marks.all()} == {
        (2, 99, "score_out_of_range")
    }
    assert (ended.total_score, ended.passed) == (6, None)


def test_an_answer_that_awards_the_canary_is_requested_again(evaluation, emulator: Emulator) -> None:
    emulator.fault("credulous")
    ended = done(evaluation)
    assert (ended.attempts, ended.total_score, ended.passed, ended.needs_review) == (2, 4, False, False)


def test_two_answers_that_award_the_canary_count_for_nothing(evaluation, emulator: Emulator) -> None:
    emulator.fault("credulous", times=0)
    ended = done(evaluation)
    assert (ended.status, ended.attempts, ended.total_score) == ("completed", 2, 0)
    assert (ended.passed, ended.needs_review, ended.review_reasons) == (None, True, ["canary"])
    assert {(mark.score, mark.model_score, mark.comment) for mark in ended.marks.all()} == {(0, 2, "")}


# --- several samples


def test_several_samples_give_the_most_frequent_score(evaluation, emulator, settings) -> None:
    settings.EVALUATION_SAMPLES = 3
    for score in (2, 0, 2):
        text = answer(evaluation, lambda one, score=score: {"score": score, "evidence": SMOKES})
        emulator.fault("say", text=text, only="marking")
    ended = done(evaluation)
    assert (ended.attempts, ended.total_score, ended.passed) == (4, 6, None)  # and a second look
    assert {(mark.score, tuple(mark.sample_scores), mark.review_reason) for mark in ended.marks.all()} == {
        (2, (2, 0, 2), "samples_disagree")
    }


def test_samples_that_agree_need_no_review(evaluation, emulator: Emulator, settings) -> None:
    settings.EVALUATION_SAMPLES = 3
    ended = done(evaluation)
    assert (ended.attempts, ended.total_score, ended.passed, ended.needs_review) == (3, 4, False, False)


def test_an_outage_among_several_samples_is_retried(evaluation, emulator: Emulator, settings) -> None:
    settings.EVALUATION_SAMPLES = 3
    emulator.fault("server_error", times=3)
    ended = done(evaluation)
    assert (ended.status, ended.attempts) == ("completed", 6)
    assert all(len(mark.sample_scores) == 3 for mark in ended.marks.all())


# --- size, and workers that lose their lease


def test_a_thread_of_200_long_messages_is_marked(student, emulator: Emulator) -> None:
    thread = make_thread(student, make_activity())
    say(thread, *(f"Then let me ask about week {n}. " + "How was it for you? " * 40 for n in range(200)))
    ended = done(EvaluationService.create_evaluation(thread=thread, student=student))
    assert (ended.status, len(ended.transcript), ended.total_score) == ("completed", 204, 4)
