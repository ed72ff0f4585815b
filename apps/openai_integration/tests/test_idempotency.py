"""Idempotency keys and client ids of messages: a repeated request is carried out once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from apps.openai_integration.jobs.idempotency import KEY_LEASE, KEY_LIFETIME
from apps.openai_integration.models import Evaluation, IdempotencyKey, Message, Run, Thread
from apps.openai_integration.tasks import forget_keys
from apps.openai_integration.tests.factories import ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread
from apps.users.models import User
from apps.users.tests.factories import UserFactory

THREADS = "/api/v2/threads/"
QUESTION = {"content": "Where does it hurt?"}


def post(client: APIClient, path: str, body: Any = None, *, key: str = "a-key") -> Any:
    return client.post(path, body or {}, headers={"Idempotency-Key": key})


def runs_of(thread: Thread) -> str:
    return f"{THREADS}{thread.pk}/runs/"


@pytest.mark.django_db
def test_a_repeat_gets_the_first_response_and_does_no_work(client_for, student: User) -> None:
    client = client_for(student)
    activity = make_activity()
    opened = [post(client, THREADS, {"activity_id": activity.pk}, key="open") for _ in range(2)]
    assert [answer.status_code for answer in opened] == [201, 201]
    assert opened[0].json() == opened[1].json()
    thread = Thread.objects.get(student=student)

    sent = [post(client, runs_of(thread), QUESTION, key="say") for _ in range(3)]
    assert [answer.status_code for answer in sent] == [202, 202, 202]
    assert sent[0].json() == sent[1].json() == sent[2].json()
    assert [answer.headers.get("Idempotency-Replayed") for answer in sent] == [None, "true", "true"]
    assert Run.objects.get().user_message == Message.objects.get()

    Run.objects.get().cancel(now=timezone.now())
    marked = [post(client, f"{THREADS}{thread.pk}/evaluations/", key="mark") for _ in range(2)]
    assert [answer.status_code for answer in marked] == [202, 202]
    assert {answer.json()["id"] for answer in marked} == {str(Evaluation.objects.get().pk)}


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["body", "address"])
def test_a_key_belongs_to_one_request(client_for, student: User, other: str) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    second = ThreadFactory(student=student)
    assert post(client, runs_of(thread), QUESTION).status_code == 202
    again = (
        post(client, runs_of(thread), {"content": "Or here?"})
        if other == "body"
        else post(client, runs_of(second), QUESTION)
    )
    assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_stored_response_is_hidden_once_the_thread_is(client_for, student: User, instructor: User) -> None:
    thread, client = make_thread(student, make_activity()), client_for(instructor)
    path = f"{THREADS}{thread.pk}/evaluations/"
    assert [post(client, path).status_code for _ in range(2)] == [202, 202]
    User.objects.filter(pk=instructor.pk).update(role="student", approved_role="")
    lost = post(client, path)
    assert (lost.status_code, lost.json()["code"]) == (404, "not_found")


@pytest.mark.django_db
def test_keys_are_per_user(client_for, student: User, other_student: User) -> None:
    for who in (student, other_student):
        assert post(client_for(who), runs_of(ThreadFactory(student=who)), QUESTION).status_code == 202
    assert Message.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "with space", "ü", "x" * 256, "tab\tin", "\x7f"])
def test_a_malformed_key_is_rejected(client_for, student: User, key: str) -> None:
    answer = post(client_for(student), runs_of(ThreadFactory(student=student)), QUESTION, key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw", ["{", '{"content": ""}', "[1]", '"text"', '{"content": [1e400]}', '{"content": {"\\ud800": NaN}}']
)
def test_a_rejected_request_leaves_its_key_free(client_for, student: User, raw: str) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    header = {"Idempotency-Key": "a-key"}
    refused = client.generic("POST", runs_of(thread), raw, "application/json", headers=header)
    assert refused.status_code == 400
    assert not IdempotencyKey.objects.exists()
    assert post(client, runs_of(thread), QUESTION).status_code == 202


@pytest.mark.django_db
def test_repeats_get_409_until_the_first_request_or_its_lease_has_ended(client_for, student: User) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    assert post(client, runs_of(thread), QUESTION).status_code == 202
    first = IdempotencyKey.objects.get()
    Run.objects.get().delete()
    Message.objects.all().delete()
    # The state that a process leaves if it dies during the request.
    left = {"status": None, "body": None, "lease_token": "8e2a4c52-28ae-4ca4-a1b5-7a1c9d6ad2f1"}
    IdempotencyKey.objects.update(**left, lease_until=timezone.now() + KEY_LEASE)
    waiting = post(client, runs_of(thread), QUESTION)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_in_progress")
    assert int(waiting.headers["Retry-After"]) > 0

    IdempotencyKey.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert post(client, runs_of(thread), QUESTION).status_code == 202
    assert Message.objects.count() == 1
    assert IdempotencyKey.objects.get().pk == first.pk


@pytest.mark.django_db
def test_a_key_expires_after_a_day(client_for, student: User) -> None:
    client, thread = client_for(student), ThreadFactory(student=student)
    post(client, runs_of(thread), QUESTION)
    Run.objects.get().cancel(now=timezone.now())
    IdempotencyKey.objects.update(created_at=timezone.now() - KEY_LIFETIME)
    assert post(client, runs_of(thread), {"content": "And now?"}).status_code == 202
    assert Message.objects.count() == 2

    forget_keys()
    assert IdempotencyKey.objects.count() == 1
    IdempotencyKey.objects.update(created_at=timezone.now() - KEY_LIFETIME)
    forget_keys()
    assert not IdempotencyKey.objects.exists()


def all_at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The results of calls that are made at the same moment, each in a thread."""
    ready = threading.Barrier(len(calls))
    answers: list[Any] = []

    def make(call: Callable[[], Any]) -> None:
        ready.wait()
        answers.append(call())
        connections.close_all()

    threads = [threading.Thread(target=make, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_one_message(client_for) -> None:
    student = UserFactory()
    thread = ThreadFactory(student=student)
    clients = [client_for(student) for _ in range(4)]
    answers = all_at_once(*(lambda client=client: post(client, runs_of(thread), QUESTION) for client in clients))
    assert {answer.status_code for answer in answers} <= {202, 409}
    accepted = [answer.json() for answer in answers if answer.status_code == 202]
    run = Run.objects.get()
    assert accepted
    assert {answer["id"] for answer in accepted} == {str(run.pk)}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_progress"}
    assert Message.objects.get() == run.user_message
    assert post(clients[0], runs_of(thread), QUESTION).json()["id"] == str(run.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_one_sends_and_the_other_gets_a_conflict(client_for) -> None:
    student = UserFactory()
    thread = ThreadFactory(student=student)
    clients = [client_for(student) for _ in range(2)]
    answers = all_at_once(
        *(
            lambda client=client, content=content: client.post(runs_of(thread), {"content": content})
            for client, content in zip(clients, ("Where?", "Since when?"), strict=True)
        )
    )
    accepted, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (accepted.status_code, refused.status_code) == (202, 409)
    assert (refused.json()["code"], refused.json()["run_id"]) == ("run_in_progress", accepted.json()["id"])
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_message_with_a_client_id_is_stored_once(client_for, student: User) -> None:
    client, thread = client_for(student), make_thread(student, make_activity())
    message = {**QUESTION, "client_message_id": "tab-1/7"}
    before = thread.messages.count()
    first = client.post(runs_of(thread), message)
    again = client.post(runs_of(thread), message)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]

    Run.objects.get(pk=first.json()["id"]).cancel(now=timezone.now())
    assert client.post(runs_of(thread), message).json()["status"] == "cancelled"
    assert thread.messages.count() == before + 1
    messages = client.get(f"{THREADS}{thread.pk}/messages/").json()["results"]
    assert [message["client_message_id"] for message in messages][-2:] == ["", "tab-1/7"]

    retried = client.post(runs_of(thread), {})
    assert client.post(runs_of(thread), message).json()["id"] == retried.json()["id"]
    reused = client.post(runs_of(thread), {**message, "content": "Something else"})
    assert (reused.status_code, reused.json()["code"]) == (422, "client_message_id_reused")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "with space", "x" * 65, "ü", ["a"], None])
def test_a_malformed_client_id_is_rejected(client_for, student: User, name: Any) -> None:
    answer = client_for(student).post(runs_of(ThreadFactory(student=student)), {**QUESTION, "client_message_id": name})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["client_message_id"])
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_client_id_needs_content_and_is_unique_per_thread(client_for, student: User) -> None:
    client, threads = client_for(student), [ThreadFactory(student=student) for _ in range(2)]
    named = {**QUESTION, "client_message_id": "1"}
    assert [client.post(runs_of(thread), named).status_code for thread in threads] == [202, 202]
    Run.objects.first().cancel(now=timezone.now())
    for name in ("1", "2"):
        answer = client.post(runs_of(threads[0]), {"client_message_id": name})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["client_message_id"])
    assert Message.objects.count() == Run.objects.count() == 2
