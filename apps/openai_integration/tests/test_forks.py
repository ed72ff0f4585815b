"""Practising again from a turn: a thread that begins with a copy of another one's beginning."""

from typing import Any

import pytest
from django.utils import timezone

from apps.openai_integration.models import Message, Run, Thread, ToldFact, Usage, WelfareFlag
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.users.models import User
from tests.annotations import APIResponse, ClientFor

pytestmark = pytest.mark.django_db
THREADS = "/api/v2/threads/"


@pytest.fixture
def thread(student: User) -> Thread:
    """Two turns, each with a reply that tells a fact."""
    thread: Thread = ThreadFactory.create(student=student)
    for number in range(2):
        said = MessageFactory.create(thread=thread, content=f"Question {number}", client_id=f"turn-{number}")
        run = RunFactory.create(thread=thread, user_message=said, status="completed")
        reply = MessageFactory.create(thread=thread, role="assistant", run=run, content=f"Answer {number}")
        ToldFact.objects.create(
            thread=thread, message=reply, number=number, topics="", text=f"Fact {number}", locked=True, asked=True,
            judge="rules",
        )  # fmt: skip
        Usage.objects.create(run=run, model="test", outcome="answered")
    return thread


def asked(thread: Thread, client: Any, message: Message, **headers: str) -> APIResponse:
    answer: APIResponse = client.post(f"{THREADS}{thread.pk}/forks/", {"message_id": message.pk}, headers=headers)
    return answer


def said_at(thread: Thread, number: int) -> Message:
    return thread.messages.get(content=f"Question {number}")


def refused(thread: Thread, client: Any, message: Message) -> tuple[int, str]:
    answer = asked(thread, client, message)
    assert not thread.forks.exists()
    return answer.status_code, answer.json()["code"]


def test_a_fork_holds_what_was_said_before_the_message(thread: Thread, client_for: ClientFor) -> None:
    answer = asked(thread, client_for("student"), said_at(thread, 1))
    assert answer.status_code == 201
    shown = answer.json()
    assert shown["forked_from"] == {"thread_id": str(thread.pk), "message_id": said_at(thread, 1).pk}
    assert (shown["state"], shown["message_count"], shown["activity_id"]) == ("your_turn", 2, thread.activity_id)
    fork = Thread.objects.get(pk=shown["id"])
    assert list(fork.messages.values_list("content", "client_id")) == [("Question 0", ""), ("Answer 0", "")]
    assert [(fact.text, fact.message.content) for fact in fork.told_facts.all()] == [("Fact 0", "Answer 0")]
    assert fork.runs.count() == 0
    assert (thread.messages.count(), thread.told_facts.count(), Usage.objects.count()) == (4, 2, 2)


def test_a_fork_goes_on_and_is_marked_like_any_other(thread: Thread, client_for: ClientFor) -> None:
    fork = asked(thread, client_for("student"), said_at(thread, 1)).json()["id"]
    body = {"content": "Something else", "client_message_id": "turn-1"}
    sent = client_for("student").post(f"{THREADS}{fork}/runs/", body)
    assert sent.status_code == 202
    Run.objects.get(pk=sent.json()["id"]).cancel(now=timezone.now())
    evaluation = EvaluationService.create_evaluation(
        thread=Thread.objects.get(pk=fork), student=thread.student, kind="categories"
    )
    said = [turn["message"] for turn in evaluation.transcript]
    assert said == ["Question 0", "Answer 0", "Something else"]


def test_before_the_first_message_there_is_nothing(thread: Thread, client_for: ClientFor) -> None:
    assert asked(thread, client_for("student"), said_at(thread, 0)).json()["state"] == "empty"


def test_a_repeat_with_the_same_key_makes_no_second_fork(thread: Thread, client_for: ClientFor) -> None:
    headers = {"Idempotency-Key": "one"}
    answers = [asked(thread, client_for("student"), said_at(thread, 1), **headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert thread.forks.count() == 1


def test_what_cannot_be_forked_is_refused(thread: Thread, client_for: ClientFor) -> None:
    client = client_for("student")
    strange = MessageFactory.create(thread=ThreadFactory.create(student=thread.student))
    assert refused(thread, client, thread.messages.get(content="Answer 0")) == (400, "invalid")
    assert refused(thread, client, strange) == (400, "invalid")
    assert thread.scenario
    thread.scenario.enable = False
    thread.scenario.save()
    assert refused(thread, client, said_at(thread, 1)) == (409, "scenario_disabled")


def test_a_suspension_is_not_forked(thread: Thread, client_for: ClientFor) -> None:
    first, last = said_at(thread, 0), said_at(thread, 1)
    WelfareFlag.objects.create(thread=thread, message=first, run=first.runs.get(), found_by="rules")
    Thread.objects.filter(pk=thread.pk).update(suspended_at=timezone.now())
    assert refused(thread, client_for("student"), last) == (409, "conversation_suspended")
    Thread.objects.filter(pk=thread.pk).update(suspended_at=None)
    assert refused(thread, client_for("student"), last) == (409, "suspended_messages")
    assert asked(thread, client_for("student"), first).status_code == 201
