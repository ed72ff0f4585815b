"""Answers that have come are kept: no attempt makes a call again that was answered."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.llm.retry import MAX_ATTEMPTS
from apps.openai_integration.marking.evaluation_attempt import EvaluationAttempt
from apps.openai_integration.models import Evaluation, ExaminerAnswer, Mark, Usage
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tests.sample_threads import SMOKING, answer, take
from apps.openai_integration.tests.test_bad_answers import INVENTED, good, without
from tests.mocks.openai_mock import Emulator


def stages(evaluation: Evaluation) -> list[tuple[str, str, int]]:
    return list(evaluation.answers.values_list("stage", "window", "number"))


def say(emulator: Emulator, *texts: str) -> None:
    for text in texts:
        emulator.fault("say", text=text, only="marking")


@pytest.mark.django_db
def test_each_answer_is_stored_with_its_stage_and_tokens(evaluation: Evaluation, emulator: Emulator) -> None:
    say(emulator, good(evaluation, evidence=INVENTED))
    take(str(evaluation.pk))
    assert stages(evaluation) == [("marks", "0-4", 0), ("repair", "0-4", 0)]
    tokens = list(Usage.objects.order_by("pk").values_list("input_tokens", "output_tokens"))
    assert list(evaluation.answers.values_list("input_tokens", "output_tokens")) == tokens
    assert all(sent > 0 and got > 0 for sent, got in tokens)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["server_error", "reset", "garbage", "rate_limit"])
def test_after_a_failed_call_only_what_is_missing_is_asked_for(
    evaluation: Evaluation, emulator: Emulator, settings: Any, fault: str
) -> None:
    settings.EVALUATION_SAMPLES = 2
    say(emulator, good(evaluation), good(evaluation, evidence=INVENTED))
    emulator.fault(fault, times=2)
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.total_score, ended.needs_review) == ("completed", 4, False)
    # Two samples; the repair of the criterion on which they differ failed twice.
    assert len(emulator.requests()) == 5
    assert stages(evaluation) == [("marks", "0-4", 0), ("marks", "0-4", 1), ("repair", "0-4", 0)]


@pytest.mark.django_db
def test_an_answer_to_another_request_is_not_taken(evaluation: Evaluation, emulator: Emulator) -> None:
    ExaminerAnswer.objects.create(
        evaluation=evaluation, stage="marks", window="0-4", number=0, request_hash="0" * 64, model="m",
        text=answer(evaluation, lambda one: {"score": 0}), input_tokens=1, output_tokens=1,
    )  # fmt: skip
    Evaluation.objects.update(attempts=1)
    ended = take(str(evaluation.pk))
    assert (ended.total_score, len(emulator.requests())) == (4, 1)


@pytest.mark.django_db
def test_an_invalid_answer_is_not_asked_for_a_second_time_by_a_successor(
    evaluation: Evaluation, emulator: Emulator
) -> None:
    say(emulator, "They did well.")
    emulator.fault("server_error")
    ended = take(str(evaluation.pk))
    assert (ended.status, len(emulator.requests())) == ("completed", 3)


# --- checks that cannot be made


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "calls"), [("unauthorized", 2), ("server_error", 1 + MAX_ATTEMPTS)])
def test_marks_stay_and_are_for_review_if_a_check_gets_no_answer(
    evaluation: Evaluation, emulator: Emulator, fault: str, calls: int
) -> None:
    say(emulator, good(evaluation, evidence=INVENTED))
    emulator.fault(fault, times=0)
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.total_score, ended.passed, ended.needs_review) == ("completed", 2, None, True)
    assert ended.review_reasons == ["no_verified_evidence", "checks_unfinished"]
    assert len(emulator.requests()) == calls


@pytest.mark.django_db
def test_no_check_is_begun_when_somebody_has_to_have_the_marks(evaluation: Evaluation, emulator: Emulator) -> None:
    say(emulator, good(evaluation, evidence=INVENTED))
    Evaluation.objects.update(checks_until=timezone.now() + timedelta(seconds=1))
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.review_reasons) == ("completed", ["no_verified_evidence", "checks_unfinished"])
    assert len(emulator.requests()) == 1


@pytest.mark.django_db
def test_a_check_ends_before_the_deadline_with_time_for_a_successor(evaluation: Evaluation, emulator: Emulator) -> None:
    Evaluation.objects.update(deadline_at=timezone.now() + timedelta(seconds=40))
    attempt = EvaluationAttempt.claim(str(evaluation.pk))
    assert attempt
    assert attempt.calls.time_left_s == pytest.approx(40, abs=2)
    attempt.calls.begin_checks()
    assert attempt.calls.time_left_s == pytest.approx(30, abs=2)


# --- workers that die


def begun(evaluation: Evaluation, emulator: Emulator, calls: int) -> threading.Thread:
    """A worker in a thread, with so many calls under way or answered."""

    def work() -> None:
        try:
            evaluate_rubric_async(evaluation_id=str(evaluation.pk))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    while len(emulator.requests()) < calls:
        worker.join(0.02)
    return worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lost_in", ["marks", "repair"])
def test_a_successor_goes_on_where_the_lease_was_lost(evaluation: Evaluation, emulator: Emulator, lost_in: str) -> None:
    say(emulator, without(evaluation, SMOKING))
    emulator.settings(latency_s=1.0)
    worker = begun(evaluation, emulator, 1 if lost_in == "marks" else 2)
    # The lease is taken away, as if it had run out and nobody had noticed.
    Evaluation.objects.update(lease_token=uuid.uuid4())
    worker.join(30)
    assert (Mark.objects.count(), ExaminerAnswer.objects.count()) == (0, 0 if lost_in == "marks" else 1)
    Evaluation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    before = len(emulator.requests())
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.total_score, Mark.objects.count()) == ("completed", 4, 3)
    assert len(emulator.requests()) - before == 1
