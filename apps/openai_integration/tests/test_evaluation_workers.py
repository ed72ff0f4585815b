"""Several workers on one evaluation, with committed rows."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.openai_integration.jobs import leases
from apps.openai_integration.models import Evaluation, Mark, Usage
from apps.openai_integration.tasks.evaluations import evaluate_rubric_async
from tests.mocks.openai_mock import Emulator


@pytest.fixture
def slow(emulator: Emulator) -> Emulator:
    emulator.fault("slow", seconds=1.5)
    return emulator


def begun(evaluation: Evaluation, emulator: Emulator) -> threading.Thread:
    """A worker in a thread, whose call to the model is under way."""

    def work() -> None:
        try:
            evaluate_rubric_async(evaluation_id=str(evaluation.pk))
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    while not emulator.requests():
        worker.join(0.02)
    return worker


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("samples", [1, 2])
def test_a_worker_that_lost_its_lease_writes_nothing(evaluation, slow: Emulator, settings, samples: int) -> None:
    settings.EVALUATION_SAMPLES = samples
    worker = begun(evaluation, slow)
    Evaluation.objects.update(lease_token=uuid.uuid4())
    worker.join()
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.total_score, Mark.objects.count()) == ("in_progress", None, 0)
    assert len(slow.requests()) == 1


@pytest.mark.django_db
def test_what_is_finished_just_after_its_lease_was_lost_is_not_kept(evaluation) -> None:
    lost = evaluation.claim()
    Evaluation.objects.update(lease_token=uuid.uuid4())
    assert not evaluation.finish(lost, status="completed", now=timezone.now(), total_score=7)
    now = Evaluation.objects.get()
    assert (now.status, now.total_score, now.finished_at) == ("in_progress", None, None)
    assert now.finish(now.lease_token, status="completed", now=timezone.now(), total_score=7)
    assert not now.finish(now.lease_token, status="failed", now=timezone.now())
    assert Evaluation.objects.get().status == "completed"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_loses_its_lease_abandons_its_call(evaluation, emulator: Emulator, monkeypatch) -> None:
    monkeypatch.setattr(leases, "_renewer", leases._Renewer(timedelta(seconds=0.1)))
    emulator.settings(latency_s=20)
    worker = begun(evaluation, emulator)
    Evaluation.objects.update(lease_token=uuid.uuid4())
    worker.join()
    assert Usage.objects.get().outcome == "given_up"
    assert Evaluation.objects.get().status == "in_progress"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_call(evaluation, slow: Emulator) -> None:
    worker = begun(evaluation, slow)
    evaluate_rubric_async(evaluation_id=str(evaluation.pk))
    worker.join()
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.attempts, len(slow.requests())) == ("completed", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_an_expired_evaluation_stays_failed(evaluation, slow: Emulator) -> None:
    worker = begun(evaluation, slow)
    Evaluation.expire_overdue(now=timezone.now() + timedelta(days=1))
    worker.join()
    evaluation.refresh_from_db()
    assert (evaluation.status, evaluation.error_code, Mark.objects.count()) == ("failed", "deadline_exceeded", 0)
