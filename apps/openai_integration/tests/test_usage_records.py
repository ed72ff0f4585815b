"""Usage records of evaluations are written before the call, whatever its outcome."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.llm import client
from apps.llm.shaping import estimated_tokens
from apps.openai_integration.conversation.run_attempt import RunAttempt
from apps.openai_integration.jobs import usage
from apps.openai_integration.models import Evaluation, Run, Usage
from apps.openai_integration.models.jobs import LEASE
from apps.openai_integration.services import pausing
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tests.factories import MessageFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread, take
from apps.openai_integration.tests.test_runs import smoker_run
from apps.openai_integration.tests.test_runs import take as take_run
from apps.users.models import User
from tests.mocks.openai_mock import Emulator


def outcomes() -> list[str]:
    return list(Usage.objects.order_by("id").values_list("outcome", flat=True))


def make_evaluation(student: User) -> Evaluation:
    return EvaluationService.create_evaluation(thread=make_thread(student, make_activity()), student=student)


@pytest.mark.django_db
def test_the_call_of_a_dead_worker_is_recorded_as_lost(student: User, emulator: Emulator) -> None:
    evaluation = make_evaluation(student)
    token = evaluation.claim()
    assert token
    assert usage.record_start(evaluation, token)
    assert outcomes() == ["begun"]
    Evaluation.objects.update(lease_until=timezone.now() - LEASE)
    assert take(str(evaluation.pk)).status == "completed"
    assert outcomes() == ["lost", "answered"]
    assert_estimated(emulator)


def assert_estimated(emulator: Emulator) -> None:
    """The lost call has about the tokens of the texts that were sent after it."""
    lost, answered = Usage.objects.order_by("id")
    assert (lost.estimated, answered.estimated, lost.output_tokens) == (True, False, 0)
    sent = emulator.requests()[-1]["json"]
    about = estimated_tokens(sent["instructions"], *(one["content"] for one in sent["input"]))
    assert about / 2 < lost.input_tokens < 2 * about


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["Do you smoke?", "Where does it hurt? " * 150, "Rauchen Sie? " * 30])
def test_the_lost_call_of_a_run_has_an_estimate_of_what_it_sent(emulator: Emulator, said: str) -> None:
    run = smoker_run()
    for number in range(4):
        MessageFactory(thread=run.thread, content=f"{said} {number}")
    last = MessageFactory(thread=run.thread, content="And now?")
    Run.objects.filter(pk=run.pk).update(user_message=last)
    MessageFactory(thread=run.thread, content="What was said later counts for nothing. " * 200)
    assert RunAttempt.claim(str(run.pk))
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - LEASE)
    assert take_run(run).status == "completed"
    assert outcomes() == ["lost", "answered"]
    assert_estimated(emulator)


@pytest.mark.django_db
def test_a_call_that_is_written_off_by_the_sweep_has_an_estimate_too(emulator: Emulator) -> None:
    run = smoker_run()
    assert RunAttempt.claim(str(run.pk))
    assert not Usage.objects.get().estimated
    RunService.cancel(run=run)
    assert usage.write_off_orphans(now=timezone.now() + 2 * LEASE) == 1
    call = Usage.objects.get()
    assert (call.outcome, call.estimated, call.input_tokens > 500) == ("lost", True, True)


@pytest.mark.django_db
def test_no_second_sample_is_requested_during_a_pause(
    student: User, emulator: Emulator, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVALUATION_SAMPLES = 2
    evaluation, complete = make_evaluation(student), client.complete

    def paused_meanwhile(*args: Any, **how: Any) -> Any:
        answer = complete(*args, **how)
        pausing.pause(by="ops")
        return answer

    with monkeypatch.context() as during:
        during.setattr(client, "complete", paused_meanwhile)
        evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    evaluation.refresh_from_db()
    assert (evaluation.status, outcomes()) == ("queued", ["answered"])
    pausing.resume(by="ops")
    assert take(str(evaluation.pk)).status == "completed"
    assert outcomes() == ["answered"] * 2


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_not_requested_again_after_a_short_database_outage(
    student: User, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation, complete = make_evaluation(student), usage.record_end
    failures: Iterator[OperationalError] = iter([OperationalError("terminating connection")])

    def away_at_first(*row: Any) -> None:
        for failure in failures:
            raise failure
        complete(*row)

    monkeypatch.setattr(usage, "record_end", away_at_first)
    evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    evaluation.refresh_from_db()
    assert (evaluation.status, outcomes(), len(emulator.requests())) == ("completed", ["answered"], 1)
