"""Sweeps: lost work is sent again and overdue work is ended, even by concurrent sweeps."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from apps.openai_integration.conversation.events.streams import stream_key
from apps.openai_integration.models import Run
from apps.openai_integration.models.jobs import DISPATCH_GRACE
from apps.openai_integration.tasks import run_conversation_async, sweep_evaluations, sweep_runs
from apps.openai_integration.tests.factories import RunFactory, ThreadFactory
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

LONG_AGO = timedelta(minutes=1)


def published_kinds(run: Run) -> list[str]:
    """The kinds of the events in the run's stream."""
    with redis.Redis.from_url(configured.REDIS_URL) as events:
        return [fields[b"kind"].decode() for _, fields in events.xrange(stream_key(run.pk))]


def lost_runs(count: int) -> list[Run]:
    then = timezone.now() - LONG_AGO
    thread = ThreadFactory()
    threads = [ThreadFactory(student=thread.student, activity=thread.activity) for _ in range(count)]
    return [RunFactory(thread=one, sent_at=then, next_attempt_at=then) for one in threads]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the runs whose tasks were sent."""
    sent_ids: list[str] = []

    def remember(kwargs: dict[str, Any], countdown: float) -> None:
        sent_ids.append(kwargs["run_id"])

    monkeypatch.setattr(run_conversation_async, "apply_async", remember)
    return sent_ids


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waits_s", "leased", "sent_again"),
    [(5, False, True), (-5, True, False), (5, True, False), (60, False, False)],
    ids=["due soon", "claimed", "claimed and due soon", "due after the next sweep"],
)
def test_a_task_that_arrives_early_is_sent_again_when_it_is_due(
    waits_s: int, leased: bool, sent_again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a worker whose clock is ahead of the sender's."""
    now = timezone.now()
    lease = {"status": "in_progress", "lease_token": uuid4(), "lease_until": now + timedelta(minutes=1)}
    run = RunFactory(next_attempt_at=now + timedelta(seconds=waits_s), **(lease if leased else {}))
    delays: list[float] = []
    monkeypatch.setattr(run_conversation_async, "apply_async", lambda kwargs, countdown: delays.append(countdown))
    run_conversation_async(run_id=str(run.pk))
    assert [0 < delay <= waits_s for delay in delays] == ([True] if sent_again else [])


@pytest.mark.django_db(transaction=True)
def test_concurrent_sweeps_resend_and_end_each_run_once(sent: list[str]) -> None:
    lost, overdue = lost_runs(20), lost_runs(20)
    Run.objects.filter(pk__in=[run.pk for run in overdue]).update(deadline_at=timezone.now())
    together = threading.Barrier(4)

    def sweep(_: int) -> None:
        together.wait()
        sweep_runs()
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sweep, range(4)))
    assert Counter(sent) == Counter(str(run.pk) for run in lost)
    assert {*Run.objects.values_list("status", flat=True)} == {"queued", "expired"}
    assert Run.objects.filter(status="expired").count() == len(overdue)
    assert [published_kinds(run) for run in overdue] == [["failure", "error", "done"]] * len(overdue)
    assert published_kinds(lost[0]) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_sent_twice_makes_one_call(emulator: Emulator) -> None:
    (run,) = lost_runs(1)
    together = threading.Barrier(2)

    def take(_: int) -> None:
        together.wait()
        run_conversation_async(run_id=str(run.pk))
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(take, range(2)))
    run.refresh_from_db()
    assert (run.status, run.attempts, run.thread.messages.filter(role="assistant").count()) == ("completed", 1, 1)
    assert [request["method"] for request in emulator.requests()] == ["POST"]


@pytest.mark.django_db
def test_an_idle_sweep_takes_few_queries_and_writes_nothing(django_assert_num_queries) -> None:
    RunFactory()
    # Two queries, each with a savepoint in the test's transaction; runs also have open calls to write off.
    for sweep, queries in ((sweep_runs, 7), (sweep_evaluations, 6)):
        with django_assert_num_queries(queries) as asked:
            sweep()
        assert not [query["sql"] for query in asked.captured_queries if query["sql"].startswith("UPDATE")]


@pytest.mark.django_db
def test_a_sweep_stops_sending_if_the_broker_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def fail(kwargs: dict[str, Any], countdown: float) -> None:
        tries.append(kwargs["run_id"])
        raise OSError("no broker")

    monkeypatch.setattr(run_conversation_async, "apply_async", fail)
    lost_runs(3)
    sweep_runs()
    assert len(tries) == 1


@pytest.mark.django_db
def test_polling_an_overdue_run_publishes_its_end(client_for, django_capture_on_commit_callbacks) -> None:
    run = RunFactory()
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(run.thread.student).get(f"/api/v2/runs/{run.pk}/").data["status"] == "expired"
    assert published_kinds(run) == ["failure", "error", "done"]


@pytest.mark.django_db
def test_cancelling_a_run_publishes_its_end(client_for, django_capture_on_commit_callbacks) -> None:
    run = RunFactory()
    with django_capture_on_commit_callbacks(execute=True):
        client_for(run.thread.student).post(f"/api/v2/runs/{run.pk}/cancel/")
    assert published_kinds(run) == ["failure", "error", "done"]


@pytest.mark.django_db
def test_work_that_could_not_be_sent_is_sent_by_the_next_sweep(
    client_for, student: User, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    def broker_is_away(**kwargs: Any) -> None:
        raise redis.ConnectionError

    thread = ThreadFactory(student=student)
    with monkeypatch.context() as away, django_capture_on_commit_callbacks(execute=True):
        away.setattr(run_conversation_async, "apply_async", broker_is_away)
        posted = client_for(student).post(f"/api/v2/threads/{thread.pk}/runs/", {"content": "Hello?"})
    assert posted.status_code == 202
    Run.objects.update(next_attempt_at=timezone.now() - DISPATCH_GRACE - timedelta(seconds=1))
    with monkeypatch.context() as away:
        away.setattr(run_conversation_async, "apply_async", broker_is_away)
        sweep_runs()
    sent_ids: list[str] = []
    monkeypatch.setattr(run_conversation_async, "apply_async", lambda kwargs, **_: sent_ids.append(kwargs["run_id"]))
    sweep_runs()
    assert sent_ids == [posted.json()["id"]]
