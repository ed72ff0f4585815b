"""Leases of runs, the order of messages, and database constraints."""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.openai_integration.conversation.message_log import append_message
from apps.openai_integration.models import Evaluation, Mark, Message, Run
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def test_a_run_is_claimed_by_one_worker_at_a_time() -> None:
    run = RunFactory()
    assert run.claim()
    assert Run.objects.get(pk=run.pk).claim() is None
    assert run.status == Run.Status.IN_PROGRESS


def test_a_run_with_an_expired_lease_is_claimed_by_another_worker() -> None:
    run = RunFactory()
    now = timezone.now()
    first = run.claim()
    Run.objects.filter(pk=run.pk).update(lease_until=now - timedelta(seconds=1))
    second = Run.objects.get(pk=run.pk).claim()
    assert second
    assert not run.begin_call(first)
    assert not run.put_back(first, at=now)
    assert not run.finish(first, status=Run.Status.COMPLETED, now=now)
    assert run.finish(second, status=Run.Status.COMPLETED, now=now)
    assert Run.objects.get(pk=run.pk).attempts == 0


@pytest.mark.parametrize("fields", [{"deadline_at": -1}, {"next_attempt_at": 5}])
def test_a_run_past_its_deadline_or_not_due_cannot_be_claimed(fields: dict[str, int]) -> None:
    now = timezone.now()
    run = RunFactory(**{name: now + timedelta(seconds=seconds) for name, seconds in fields.items()})
    assert run.claim() is None


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "expired", "incomplete"])
def test_a_run_that_has_ended_cannot_be_claimed(status: str) -> None:
    assert RunFactory(status=status).claim() is None


def test_overdue_work_is_ended_even_if_claimed() -> None:
    run = RunFactory()
    token = run.claim()
    later = run.deadline_at + timedelta(seconds=1)
    assert Run.expire_overdue(now=later) == [run.pk]
    assert not run.finish(token, status=Run.Status.COMPLETED, now=later)
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("expired", "deadline_exceeded")
    assert run.finished_at == later


def test_undispatched_work_is_returned_once_per_interval() -> None:
    now = timezone.now()
    lost = RunFactory(sent_at=now - timedelta(seconds=60), next_attempt_at=now - timedelta(seconds=60))
    RunFactory(sent_at=now, next_attempt_at=now)
    assert Run.claim_undispatched(now=now) == [lost.pk]
    assert Run.claim_undispatched(now=now + timedelta(seconds=5)) == []


def test_a_thread_has_one_open_run() -> None:
    run = RunFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        RunFactory(thread=run.thread)
    assert run.cancel(now=timezone.now())
    assert RunFactory(thread=run.thread).status == "queued"


def test_a_run_has_one_reply() -> None:
    run = RunFactory()
    MessageFactory(thread=run.thread, role="assistant", run=run)
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(thread=run.thread, role="assistant", run=run)


@pytest.mark.parametrize("status", ["done", "", "in progress"])
def test_the_database_rejects_unknown_statuses(status: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RunFactory(status=status)


def test_messages_have_strictly_increasing_times() -> None:
    thread = ThreadFactory()
    times = [
        append_message(thread=thread, role=Message.Role.USER, content=str(n), now=timezone.now()).created_at
        for n in range(20)
    ]
    assert all(before < after for before, after in itertools.pairwise(times))
    assert all(time.microsecond % 1000 == 0 for time in times)


def test_a_thread_outlives_its_student_scenario_and_activity() -> None:
    run = RunFactory()
    thread, title = run.thread, run.thread.title
    thread.student.delete()
    thread.scenario.delete()
    thread.refresh_from_db()
    run.refresh_from_db()
    assert (thread.student, thread.scenario, thread.activity, thread.title) == (None, None, None, title)
    assert run.scenario_version.retired_at
    assert run.scenario_version.content["scenario_text"]


def test_a_mark_is_never_changed() -> None:
    mark = Mark.objects.create(evaluation=EvaluationFactory(), criterion_id="c1", position=0, score=1)
    mark.score = 2
    with pytest.raises(TypeError):
        mark.save()
    mark.refresh_from_db()
    assert mark.score == 1


def test_the_database_rejects_scores_above_every_scale() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.create(evaluation=EvaluationFactory(), criterion_id="c1", position=0, score=11)


def test_a_request_hash_is_unique_among_evaluations_that_have_not_failed() -> None:
    first = EvaluationFactory(request_hash="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationFactory(request_hash="same")
    Evaluation.objects.filter(pk=first.pk).update(status="failed", finished_at=timezone.now())
    assert EvaluationFactory(request_hash="same").pk != first.pk


def test_rows_have_readable_names() -> None:
    run = RunFactory()
    assert str(run.thread) == run.thread.title
    assert run.status in str(run)
    assert str(run.user_message).startswith("student")
    assert isinstance(run.pk, uuid.UUID)
