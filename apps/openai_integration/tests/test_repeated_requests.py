"""Repeats while the first request is blocked, has died or was rate-limited, and the queries that keys cost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from apps.activities.models import Activity
from apps.openai_integration.conversation.message_log import lock_thread
from apps.openai_integration.models import IdempotencyKey, Message, Run, Thread
from apps.openai_integration.tests.factories import ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.counts import forget_counts
from tests.stack import wait_until

QUESTION = {"content": "Where does it hurt?"}
ORIGIN = "https://app.example"


def say(client: APIClient, thread: Thread, *, key: str | None = "a-key", **body: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v2/threads/{thread.pk}/runs/", body or QUESTION, headers=headers)


def waiting_connections() -> list[int]:
    """The connections that wait for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def blocked_at_the_thread(thread: Thread, ask: Callable[[], None]) -> Iterator[None]:
    """In the block, the request has claimed its key and waits for the thread's lock; after it, it has been answered."""

    def other() -> None:
        ask()
        connections.close_all()

    held = threading.Thread(target=other)
    with transaction.atomic():
        lock_thread(thread)
        held.start()
        wait_until(lambda: bool(waiting_connections()), "the request waits")
        yield
    held.join()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_dies_leaves_nothing_and_the_retry_is_carried_out_once(client_for) -> None:
    student = UserFactory()
    thread = ThreadFactory(student=student)
    client, answers = client_for(student), []

    with blocked_at_the_thread(thread, lambda: answers.append(say(client_for(student), thread))):
        meanwhile = say(client, thread)
        assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_in_progress")
        assert meanwhile.headers["Retry-After"] == "1"
        assert say(client, thread, content="Or here?").json()["code"] == "idempotency_key_reused"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", waiting_connections())
    assert answers[0].status_code == 503
    assert (Message.objects.count(), Run.objects.count()) == (0, 0)

    again = [say(client, thread) for _ in range(2)]
    assert [answer.status_code for answer in again] == [202, 202]
    assert [answer.headers.get("Idempotency-Replayed") for answer in again] == [None, "true"]
    assert Run.objects.get().user_message == Message.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_key_is_free_after_an_integrity_error_on_commit(client_for) -> None:
    student, answers = UserFactory(), []
    thread = ThreadFactory(student=student)
    client = client_for(student)
    with blocked_at_the_thread(thread, lambda: answers.append(say(client_for(student), thread))):
        Activity.objects.filter(pk=thread.activity_id).delete()
    refused = answers[0]
    assert (refused.status_code, refused.json()["code"], Message.objects.count()) == (409, "conflict", 0)
    assert not IdempotencyKey.objects.exists()
    assert say(client, thread).status_code == 202


@pytest.fixture
def two_a_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget_counts()
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {**SimpleRateThrottle.THROTTLE_RATES, "runs": "2/min"})
    yield
    forget_counts()


@pytest.mark.django_db
def test_over_the_rate_limit_repeats_are_answered_and_new_requests_are_not(
    two_a_minute: None, client_for, student: User, other_student: User
) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    answers = [say(client, thread) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202] * 4
    assert [say(client, thread, key=key).status_code for key in (None, "another", "bad key")] == [429, 429, 400]
    # Keys of rate-limited requests, and of other users, do not count as repeats.
    assert say(client, thread, key="another").status_code == 429
    others = ThreadFactory(student=other_student)
    assert [say(client_for(other_student), others, key=f"{n}").status_code for n in range(3)] == [202, 409, 429]
    assert IdempotencyKey.objects.count() == 2


@pytest.mark.django_db
def test_cors_allows_the_headers_of_idempotency_keys(client_for, student: User, settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    client, thread = client_for(student), ThreadFactory(student=student)
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    path = f"/api/v2/threads/{thread.pk}/runs/"
    allowed = client.options(path, headers=asked)["Access-Control-Allow-Headers"].split(", ")
    assert {"idempotency-key", "authorization", "content-type"} <= set(allowed)
    sent = client.post(path, QUESTION, headers={"Origin": ORIGIN, "Idempotency-Key": "a-key"})
    shown = sent["Access-Control-Expose-Headers"].split(", ")
    assert {"Idempotency-Replayed", "Retry-After", "X-Request-ID"} <= set(shown)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "alone"), [("", 9), ("runs/", 19), ("evaluations/", 12)])
def test_keys_and_repeats_take_few_queries(
    path: str, alone: int, client_for, student: User, django_assert_num_queries
) -> None:
    client, activity = client_for(student), make_activity()

    def queries_of(expected: int, headers: dict[str, str]) -> Any:
        with django_assert_num_queries(expected):
            return client.post(address, body, headers=headers)

    for more, headers in ((0, {}), (6, {"Idempotency-Key": "a-key"})):
        thread = make_thread(student, activity)
        address = f"/api/v2/threads/{thread.pk}/{path}" if path else "/api/v2/threads/"
        body: Any = {"": {"activity_id": activity.pk}, "runs/": QUESTION}.get(path, {})
        answer = queries_of(alone + more, headers)
        assert answer.status_code in {201, 202}
    # The user; the refused insert and its savepoint; the stored row; the thread.
    assert queries_of(7 if path else 6, headers).headers["Idempotency-Replayed"] == "true"
