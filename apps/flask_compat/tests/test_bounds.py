"""Limits on threads at the old addresses, where posting a message and starting a run are two requests."""

import pytest

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Evaluation, Message, Run, Thread
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(student: User) -> Thread:
    return ThreadFactory(student=student, activity=None)


def say(client, thread: Thread, content: str = "Hello?"):
    return client.post(f"/api/threads/{thread.pk}/messages", {"content": content})


@pytest.mark.parametrize(("length", "status"), [(10_000, 201), (10_001, 400)])
def test_a_message_may_be_longer_than_in_v2(client_for, thread: Thread, length: int, status: int) -> None:
    answer = say(client_for("student"), thread, "x" * length)
    assert answer.status_code == status
    assert status == 201 or list(answer.data) == ["message"]
    assert Message.objects.count() == (status == 201)


def test_the_last_message_of_a_full_thread_is_answered_and_no_more_are_stored(
    settings, client_for, thread: Thread
) -> None:
    settings.THREAD_MAX_MESSAGES = 1
    client = client_for("student")
    assert say(client, thread).status_code == 201
    refused = say(client, thread)
    assert (refused.status_code, list(refused.data)) == (409, ["message"])
    assert "maximum length" in refused.data["message"]
    body = {"thread_id": str(thread.pk), "scenario_id": AssistantScenarioFactory().pk}
    assert client.post("/api/threads/run", body).status_code == 201
    assert len(client.get(f"/api/threads/{thread.pk}/messages").data) == 1


def test_messages_in_a_row_wait_for_a_run(settings, client_for, thread: Thread) -> None:
    settings.THREAD_MAX_UNASKED = 3
    client = client_for("student")
    assert [say(client, thread).status_code for _ in range(5)] == [201, 201, 201, 409, 409]
    assert "request an answer" in say(client, thread).data["message"]
    assert thread.messages.count() == 3
    # Any run makes room, even a failed one, so an outage of the model locks nobody out.
    body = {"thread_id": str(thread.pk), "scenario_id": AssistantScenarioFactory().pk}
    assert client.post("/api/threads/run", body).status_code == 201
    Run.objects.get().cancel(now=Run.objects.get().created_at)
    assert [say(client, thread).status_code for _ in range(4)] == [201, 201, 201, 409]


def test_an_answered_thread_accepts_messages_again(settings, client_for, thread: Thread) -> None:
    settings.THREAD_MAX_UNASKED = 2
    client = client_for("student")
    for _ in range(3):
        assert [say(client, thread).status_code for _ in range(3)] == [201, 201, 409]
        last = thread.messages.order_by("created_at").last()
        run = RunFactory(thread=thread, status="completed", user_message=last, activity=None,
                         scenario_version=RunFactory().scenario_version)  # fmt: skip
        MessageFactory(thread=thread, role="assistant", run=run, created_at=last.created_at.replace(microsecond=999000))


def test_new_threads_are_limited_each_day(settings, client_for, student: User) -> None:
    settings.THREADS_MAX_A_DAY = 2
    client = client_for("student")
    answers = [client.post("/api/threads", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert list(answers[-1].data) == ["message"]
    assert Thread.objects.filter(student=student).count() == 2


@pytest.mark.parametrize("address", ["activities/{}/rubric_assessment", "scenarios/{}/rubric_responses"])
@pytest.mark.parametrize(("length", "status"), [(10_000, 503), (10_001, 400)])
def test_a_message_sent_for_grading_has_the_same_length(
    settings, client_for, address: str, length: int, status: int
) -> None:
    """503 means that the messages were accepted: there is no worker to mark them."""
    settings.COMPAT_GRADING_WAIT_S = 0.001
    messages = [{"role": "user", "content": "Hello"}, {"role": "assistant", "message": "x" * length}]
    path = "/api/" + address.format(ActivityFactory().pk)
    answer = client_for("student").post(path, {"messages": messages})
    assert (answer.status_code, list(answer.json())) == (status, ["message"])
    assert Evaluation.objects.count() == (status == 503)
