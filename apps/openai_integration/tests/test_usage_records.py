"""Usage records of evaluations are written before the call, whatever its outcome."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.llm import client
from apps.openai_integration.jobs import usage
from apps.openai_integration.models import Evaluation, Usage
from apps.openai_integration.models.jobs import LEASE
from apps.openai_integration.services import pausing
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from apps.openai_integration.tests.sample_threads import make_activity, make_thread, take
from apps.users.models import User
from tests.mocks.openai_mock import Emulator


def outcomes() -> list[str]:
    return list(Usage.objects.order_by("id").values_list("outcome", flat=True))


def make_evaluation(student: User) -> Evaluation:
    return EvaluationService.create_evaluation(thread=make_thread(student, make_activity()), student=student)


@pytest.mark.django_db
def test_the_call_of_a_dead_worker_is_recorded_as_lost(student: User, emulator: Emulator) -> None:
    evaluation = make_evaluation(student)
    token = evaluation.claim(now=timezone.now())
    assert token
    assert usage.record_start(evaluation, token)
    assert outcomes() == ["begun"]
    Evaluation.objects.update(lease_until=timezone.now() - LEASE)
    assert take(str(evaluation.pk)).status == "completed"
    assert outcomes() == ["lost", "answered"]


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
    assert outcomes() == ["answered"] * 3


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
