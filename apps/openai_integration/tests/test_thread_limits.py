"""Limits on the length of a thread and on new threads a day. A rejected request changes nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.test import APIClient

from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.services.threads import ThreadService
from apps.openai_integration.tasks import run_conversation_async
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from tests.mocks.openai_mock import Emulator

THREADS = "/api/v2/threads/"


@pytest.fixture
def thread(student: User) -> Thread:
    return ThreadFactory(student=student)


def fill(thread: Thread, *contents: str) -> None:
    """Add messages of the student and the patient in turn."""
    for n, content in enumerate(contents):
        MessageFactory(thread=thread, content=content, role="assistant" if n % 2 else "user")


def say(client: APIClient, thread: Thread, **body: Any) -> Any:
    return client.post(f"{THREADS}{thread.pk}/runs/", body or {"content": "Hello?"})


def run_concurrently(count: int, ask: Any) -> list[int]:
    """The sorted statuses of `count` requests sent at the same moment."""
    together = threading.Barrier(count)

    def one(number: int) -> int:
        together.wait()
        try:
            return ask(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "bound", "contents", "status"),
    [
        ("THREAD_MAX_MESSAGES", 5, ["a", "b", "c", "d"], 202),
        ("THREAD_MAX_MESSAGES", 4, ["a", "b", "c", "d"], 409),
        ("THREAD_MAX_MESSAGES", 3, ["a", "b", "c", "d"], 409),
        ("THREAD_MAX_CHARACTERS", 16, ["12345", "67890"], 202),
        ("THREAD_MAX_CHARACTERS", 15, ["12345", "67890"], 409),
        # Characters, not bytes.
        ("THREAD_MAX_CHARACTERS", 16, ["ünïcö", "日本語日本"], 202),
        ("THREAD_MAX_CHARACTERS", 5, [], 409),
    ],
)
def test_a_message_over_the_length_of_a_thread_is_rejected_and_changes_nothing(
    settings, client_for, thread: Thread, setting: str, bound: int, contents: list[str], status: int
) -> None:
    setattr(settings, setting, bound)
    fill(thread, *contents)
    before = Thread.objects.values().get()
    answer = say(client_for("student"), thread, content="Hello?")
    assert answer.status_code == status
    assert thread.messages.count() == len(contents) + (status == 202)
    if status == 409:
        assert answer.data["code"] == "thread_full"
        assert (Thread.objects.values().get(), Run.objects.count()) == (before, 0)


@pytest.mark.django_db
def test_messages_of_other_threads_do_not_count(settings, client_for, thread: Thread) -> None:
    settings.THREAD_MAX_MESSAGES, settings.THREAD_MAX_CHARACTERS = 2, 20
    fill(ThreadFactory(student=thread.student), *["x" * 50] * 9)
    assert say(client_for("student"), thread).status_code == 202


@pytest.mark.django_db
def test_a_full_thread_can_be_read_and_marked_and_its_last_message_is_answered(
    settings, client_for, thread: Thread, emulator: Emulator, django_capture_on_commit_callbacks
) -> None:
    settings.THREAD_MAX_MESSAGES = 3
    fill(thread, "Good morning.", "Morning.")
    client = client_for("student")
    run = say(client, thread, content="Do you smoke?", client_message_id="the-last").data
    run_conversation_async(run_id=run["id"])
    assert client.get(f"/api/v2/runs/{run['id']}/").data["status"] == "completed"
    assert len(client.get(f"{THREADS}{thread.pk}/messages/").data["results"]) == 4
    assert client.get(THREADS).data["count"] == 1
    # A repeat of what was said is answered as before; it says nothing new.
    assert say(client, thread, content="Do you smoke?", client_message_id="the-last").data["id"] == run["id"]
    assert say(client, thread).data["code"] == "thread_full"
    thread.activity.categories.clear()
    thread.activity.character.rubric_questions.create(question="Did they ask about smoking?")
    assert client.post(f"{THREADS}{thread.pk}/evaluations/").status_code == 202


@pytest.mark.django_db
def test_the_last_message_of_a_full_thread_can_be_answered_again_after_a_failure(
    settings, client_for, thread: Thread, emulator: Emulator
) -> None:
    settings.THREAD_MAX_MESSAGES = settings.THREAD_MAX_CHARACTERS = 1
    message = MessageFactory(thread=thread, content="Do you smoke?")
    RunFactory(thread=thread, user_message=message, status="failed")
    again = client_for("student").post(f"{THREADS}{thread.pk}/runs/", {})
    assert again.status_code == 202
    run_conversation_async(run_id=again.data["id"])
    assert thread.messages.filter(role=Message.Role.ASSISTANT).count() == 1


@pytest.mark.django_db
def test_a_rejected_message_leaves_its_idempotency_key_free(settings, client_for, thread: Thread) -> None:
    settings.THREAD_MAX_MESSAGES = 1
    fill(thread, "a", "b")
    client, headers = client_for("student"), {"Idempotency-Key": "one"}
    refused = client.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello?"}, headers=headers)
    settings.THREAD_MAX_MESSAGES = 400
    taken = client.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello?"}, headers=headers)
    assert (refused.status_code, taken.status_code) == (409, 202)


@pytest.mark.django_db(transaction=True)
def test_concurrent_messages_do_not_exceed_the_limit(settings, client_for) -> None:
    """Sent without runs, so that the limit of one open run does not reject them."""
    settings.THREAD_MAX_MESSAGES, settings.THREAD_MAX_UNASKED = 3, 100
    thread = ThreadFactory(student=UserFactory())
    fill(thread, "a", "b")

    def ask(number: int) -> int:
        try:
            ThreadService.add_message(thread=thread, content=f"Turn {number}")
        except APIException as refused:
            return refused.status_code
        return 201

    assert run_concurrently(6, ask) == [201, 409, 409, 409, 409, 409]
    assert thread.messages.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "status"), [(4000, 202), (4001, 400), (10_000, 400)])
def test_a_message_has_a_maximum_length(client_for, thread: Thread, length: int, status: int) -> None:
    answer = say(client_for("student"), thread, content="x" * length)
    assert answer.status_code == status
    assert status == 202 or list(answer.data["fields"]) == ["content"]
    assert thread.messages.count() == (status == 202)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["student", "instructor"])
def test_a_user_may_open_a_limited_number_of_threads_a_day(settings, client_for, who: str, request) -> None:
    settings.THREADS_MAX_A_DAY = 3
    user = request.getfixturevalue(who)
    Thread.objects.filter(pk=ThreadFactory(student=user).pk).update(created_at=timezone.now() - timedelta(hours=25))
    ThreadFactory()
    client = client_for(who)
    assert [client.post(THREADS, {}).status_code for _ in range(4)] == [201, 201, 201, 409]
    refused = client.post(THREADS, {"scenario_id": AssistantScenarioFactory().pk})
    assert (refused.status_code, refused.data["code"]) == (409, "too_many_threads")
    assert Thread.objects.filter(student=user).count() == 4
    thread = Thread.objects.filter(student=user).first()
    assert say(client, thread, content="Hello?", scenario_id=AssistantScenarioFactory().pk).status_code == 202
    Thread.objects.filter(pk=thread.pk).update(created_at=timezone.now() - timedelta(hours=25))
    assert client.post(THREADS, {}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_threads_opened_concurrently_do_not_exceed_the_limit(settings, client_for) -> None:
    settings.THREADS_MAX_A_DAY = 3
    student, other = UserFactory(), UserFactory()
    clients = [client_for(student) for _ in range(6)] + [client_for(other)]
    statuses = run_concurrently(7, lambda number: clients[number].post(THREADS, {}).status_code)
    assert statuses == [201] * 4 + [409] * 3
    assert (Thread.objects.filter(student=student).count(), Thread.objects.filter(student=other).count()) == (3, 1)
