"""A suspended conversation at the old addresses: the help text is the patient's reply, and nothing is marked."""

import pytest
from rest_framework.test import APIClient

from apps.openai_integration.models import Evaluation, Run, Thread, WelfareFlag
from apps.openai_integration.tests.factories import ThreadFactory
from apps.openai_integration.welfare.suspension import lift
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = [pytest.mark.django_db, pytest.mark.old_api]
SAID = "I want to kill myself"


@pytest.fixture
def thread(student: User) -> Thread:
    return ThreadFactory(student=student)


@pytest.fixture
def client(client_for) -> APIClient:
    return client_for("student")


def say(client: APIClient, thread: Thread, content: str) -> tuple[str, str]:
    """What the old frontend does for a message: the run's id and its status."""
    assert client.post(f"/api/threads/{thread.pk}/messages", {"role": "user", "content": content}).status_code == 201
    body = {"thread_id": str(thread.pk), "activity_id": thread.activity_id}
    run = client.post("/api/threads/run", body).json()
    status = client.get(f"/api/runs/{run['run_id']}/status", {"thread_id": str(thread.pk)}).json()["status"]
    return run["run_id"], status


def listed(client: APIClient, thread: Thread) -> list[tuple[str, str]]:
    answer = client.get(f"/api/threads/{thread.pk}/messages").json()
    times = [message["created_at"] for message in answer]
    assert times == sorted(set(times))
    return [(message["role"], message["message"]) for message in answer]


def test_the_help_text_is_the_reply_to_every_message(
    client: APIClient, thread: Thread, emulator: Emulator, settings
) -> None:
    reply = ("assistant", settings.WELFARE_HELP_TEXT)
    run, status = say(client, thread, SAID)
    assert status == "completed"
    assert listed(client, thread) == [("user", SAID), reply]
    for number in range(settings.THREAD_MAX_UNASKED + 2):
        assert say(client, thread, f"And now {number}?") == (run, "completed")
    assert listed(client, thread)[-2:] == [("user", f"And now {number}?"), reply]
    assert Run.objects.count() == WelfareFlag.objects.count() == 1
    assert emulator.requests() == []


def test_others_read_the_conversation_as_it_was(client: APIClient, client_for, thread: Thread) -> None:
    run, _ = say(client, thread, SAID)
    reader = client_for("instructor")
    assert listed(reader, thread) == [("user", SAID)]
    assert reader.get(f"/api/runs/{run}/status", {"thread_id": str(thread.pk)}).json() == {"status": "cancelled"}


def test_the_reply_stays_after_the_conversation_may_go_on(client: APIClient, thread: Thread, settings) -> None:
    say(client, thread, SAID)
    say(client, thread, "Hello?")
    lift(WelfareFlag.objects.all(), by="contact@example.org")
    assert listed(client, thread) == [("user", SAID), ("assistant", settings.WELFARE_HELP_TEXT), ("user", "Hello?")]


@pytest.mark.parametrize("by", ["thread", "messages"])
def test_it_is_not_marked(client: APIClient, thread: Thread, by: str, settings) -> None:
    say(client, thread, SAID)
    sent = [{"role": "user", "message": SAID}, {"role": "assistant", "message": settings.WELFARE_HELP_TEXT}]
    body = {"thread_id": str(thread.pk)} if by == "thread" else {"messages": sent}
    answer = client.post(f"/api/activities/{thread.activity_id}/rubric_assessment", body)
    assert answer.status_code == 409
    assert answer.json() == {"message": "This conversation has ended early and is not marked."}
    assert not Evaluation.objects.exists()
