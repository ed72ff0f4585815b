"""What was lost is found again, by however many beats."""

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


def told(run: Run) -> list[str]:
    """The kinds of the events that a reader of the run finds."""
    with redis.Redis.from_url(configured.REDIS_URL) as events:
        return [fields[b"kind"].decode() for _, fields in events.xrange(stream_key(run.pk))]


def lost_runs(count: int) -> list[Run]:
    then = timezone.now() - LONG_AGO
    thread = ThreadFactory()
    threads = [ThreadFactory(student=thread.student, activity=thread.activity) for _ in range(count)]
    return [RunFactory(thread=one, sent_at=then, next_attempt_at=then) for one in threads]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that workers were told of."""
    told_of: list[str] = []

    def remember(kwargs: dict[str, Any], countdown: float) -> None:
        told_of.append(kwargs["run_id"])

    monkeypatch.setattr(run_conversation_async, "apply_async", remember)
    return told_of


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waits_s", "leased", "sent_again"),
    [(5, False, True), (-5, True, False), (5, True, False), (60, False, False)],
    ids=["due soon", "in somebody's hands", "in somebody's hands and due soon", "due when a sweep comes by"],
)
def test_who_is_told_too_early_is_told_again_when_it_is_due(
    waits_s: int, leased: bool, sent_again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a worker is whose clock is ahead of the one that sent it."""
    now = timezone.now()
    lease = {"status": "in_progress", "lease_token": uuid4(), "lease_until": now + timedelta(minutes=1)}
    run = RunFactory(next_attempt_at=now + timedelta(seconds=waits_s), **(lease if leased else {}))
    delays: list[float] = []
    monkeypatch.setattr(run_conversation_async, "apply_async", lambda kwargs, countdown: delays.append(countdown))
    run_conversation_async(run_id=str(run.pk))
    assert [0 < delay <= waits_s for delay in delays] == ([True] if sent_again else [])


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_send_each_lost_run_once_and_end_each_overdue_one_once(sent: list[str]) -> None:
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
    assert [told(run) for run in overdue] == [["error", "done"]] * len(overdue)
    assert told(lost[0]) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_two_beats_sent_is_one_call_of_the_model(emulator: Emulator) -> None:
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
def test_a_sweep_with_nothing_to_do_asks_little_and_writes_nothing(django_assert_num_queries) -> None:
    RunFactory()
    # A savepoint and its release around each of two questions, in a test's transaction; runs have calls to settle too.
    for sweep, queries in ((sweep_runs, 7), (sweep_evaluations, 6)):
        with django_assert_num_queries(queries) as asked:
            sweep()
        assert not [query["sql"] for query in asked.captured_queries if query["sql"].startswith("UPDATE")]


@pytest.mark.django_db
def test_a_sweep_stops_sending_where_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def fail(kwargs: dict[str, Any], countdown: float) -> None:
        tries.append(kwargs["run_id"])
        raise OSError("no broker")

    monkeypatch.setattr(run_conversation_async, "apply_async", fail)
    lost_runs(3)
    sweep_runs()
    assert len(tries) == 1


@pytest.mark.django_db
def test_a_run_that_a_reader_finds_overdue_ends_for_readers_of_its_events_too(
    client_for, django_capture_on_commit_callbacks
) -> None:
    run = RunFactory()
    Run.objects.filter(pk=run.pk).update(deadline_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert client_for(run.thread.student).get(f"/api/v2/runs/{run.pk}/").data["status"] == "expired"
    assert told(run) == ["error", "done"]


@pytest.mark.django_db
def test_a_cancelled_run_ends_for_readers_of_its_events_too(client_for, django_capture_on_commit_callbacks) -> None:
    run = RunFactory()
    with django_capture_on_commit_callbacks(execute=True):
        client_for(run.thread.student).post(f"/api/v2/runs/{run.pk}/cancel/")
    assert told(run) == ["error", "done"]


@pytest.mark.django_db
def test_what_could_not_be_sent_is_sent_by_the_next_sweep(
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
    told_of: list[str] = []
    monkeypatch.setattr(run_conversation_async, "apply_async", lambda kwargs, **_: told_of.append(kwargs["run_id"]))
    sweep_runs()
    assert told_of == [posted.json()["id"]]
