"""What is sent again while the first is held up, dies, or comes too often; and what a key costs."""

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
from apps.openai_integration.tests.talks import make_activity, make_thread
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.counts import forget_counts
from tests.stack import wait_until

QUESTION = {"content": "Where does it hurt?"}
ORIGIN = "https://app.example"


def say(client: APIClient, thread: Thread, *, key: str | None = "a-key", **body: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v2/threads/{thread.pk}/runs/", body or QUESTION, headers=headers)


def held_up() -> list[int]:
    """The connections that wait for a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def held_at_the_talk(thread: Thread, ask: Callable[[], None]) -> Iterator[None]:
    """Meanwhile the request has its key, and waits for its turn on the talk; at the end it has been answered."""

    def other() -> None:
        ask()
        connections.close_all()

    held = threading.Thread(target=other)
    with transaction.atomic():
        lock_thread(thread)
        held.start()
        wait_until(lambda: bool(held_up()), "the request waits")
        yield
    held.join()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_dies_half_way_leaves_nothing_and_the_next_try_is_carried_out_once(client_for) -> None:
    student = UserFactory()
    thread = ThreadFactory(student=student)
    client, answers = client_for(student), []

    with held_at_the_talk(thread, lambda: answers.append(say(client_for(student), thread))):
        meanwhile = say(client, thread)
        assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "idempotency_in_progress")
        assert meanwhile.headers["Retry-After"] == "1"
        assert say(client, thread, content="Or here?").json()["code"] == "idempotency_key_reused"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", held_up())
    assert answers[0].status_code == 503
    assert (Message.objects.count(), Run.objects.count()) == (0, 0)

    again = [say(client, thread) for _ in range(2)]
    assert [answer.status_code for answer in again] == [202, 202]
    assert [answer.headers.get("Idempotency-Replayed") for answer in again] == [None, "true"]
    assert Run.objects.get().user_message == Message.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_key_is_free_again_where_the_database_refuses_the_work_at_its_very_end(client_for) -> None:
    student, answers = UserFactory(), []
    thread = ThreadFactory(student=student)
    client = client_for(student)
    with held_at_the_talk(thread, lambda: answers.append(say(client_for(student), thread))):
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
def test_over_the_limit_what_was_answered_is_answered_again_and_nothing_new_is_begun(
    two_a_minute: None, client_for, student: User, other_student: User
) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    answers = [say(client, thread) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202] * 4
    assert [say(client, thread, key=key).status_code for key in (None, "another", "bad key")] == [429, 429, 400]
    # A key that was refused for the limit is none that has been sent, nor is another person's.
    assert say(client, thread, key="another").status_code == 429
    others = ThreadFactory(student=other_student)
    assert [say(client_for(other_student), others, key=f"{n}").status_code for n in range(3)] == [202, 409, 429]
    assert IdempotencyKey.objects.count() == 2


@pytest.mark.django_db
def test_another_origin_may_send_a_key_and_read_what_comes_of_it(client_for, student: User, settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    client, thread = client_for(student), ThreadFactory(student=student)
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    path = f"/api/v2/threads/{thread.pk}/runs/"
    allowed = client.options(path, headers=asked)["Access-Control-Allow-Headers"].split(", ")
    assert {"idempotency-key", "authorization", "content-type"} <= set(allowed)
    said = client.post(path, QUESTION, headers={"Origin": ORIGIN, "Idempotency-Key": "a-key"})
    shown = said["Access-Control-Expose-Headers"].split(", ")
    assert {"Idempotency-Replayed", "Retry-After", "X-Request-ID"} <= set(shown)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "alone"), [("", 7), ("runs/", 14), ("evaluations/", 11)])
def test_a_key_costs_two_writes_in_two_transactions_and_a_repeat_few_looks(
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
    # Who asks; the row refused by the database, within a savepoint; the row that is there; the talk it is about.
    assert queries_of(7 if path else 6, headers).headers["Idempotency-Replayed"] == "true"
