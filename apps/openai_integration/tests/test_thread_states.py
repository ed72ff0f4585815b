"""What threads say of how they stand, in lists and at their own addresses."""

from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from apps.openai_integration.conversation.states import ThreadState
from apps.openai_integration.models import Thread
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db
THREADS = "/api/v2/threads/"


def said(thread: Thread) -> None:
    MessageFactory.create(thread=thread, content="Where does it hurt?")


def replied(thread: Thread) -> None:
    said(thread)
    run = RunFactory.create(thread=thread, user_message=thread.messages.get(), status="completed")
    MessageFactory.create(thread=thread, run=run, role="assistant", content="x" * 201)


def failed_to_reply(thread: Thread) -> None:
    said(thread)
    RunFactory.create(thread=thread, user_message=thread.messages.get(), status="failed")


def marking(thread: Thread, **fields: Any) -> None:
    fields.setdefault("released_at", timezone.now())
    EvaluationFactory.create(thread=thread, **fields)


def marked(thread: Thread) -> None:
    replied(thread)
    marking(thread, status="completed", total_score=3, passed=True)


def marked_and_gone_on(thread: Thread) -> None:
    marked(thread)
    MessageFactory.create(thread=thread, role="assistant", created_at=Now())


def marking_failed(thread: Thread) -> None:
    replied(thread)
    marking(thread, status="failed")


def marked_again_in_vain(thread: Thread) -> None:
    marked(thread)
    marking(thread, status="failed")


def marks_held_back(thread: Thread) -> None:
    replied(thread)
    marking(thread, status="completed", released_at=None)


def suspended(thread: Thread) -> None:
    failed_to_reply(thread)
    Thread.objects.update(suspended_at=timezone.now())


# What has happened > the state that its student reads, that instructors read, and the status of its marks.
STATES = {
    "nothing": (lambda thread: None, "empty", "empty", None),
    "said": (said, "unanswered", "unanswered", None),
    "asked": (lambda thread: RunFactory.create(thread=thread), "answering", "answering", None),
    "replied": (replied, "your_turn", "your_turn", None),
    "failed to reply": (failed_to_reply, "unanswered", "unanswered", None),
    "marks asked for": (lambda thread: (replied(thread), marking(thread)), "marking", "marking", None),
    "marked": (marked, "marked", "marked", "completed"),
    "marked, and gone on": (marked_and_gone_on, "your_turn", "your_turn", "completed"),
    "marking failed": (marking_failed, "your_turn", "your_turn", "failed"),
    "marked again in vain": (marked_again_in_vain, "marked", "marked", "completed"),
    "marks held back": (marks_held_back, "your_turn", "your_turn", None),
    "suspended": (suspended, "suspended", "unanswered", None),
}


@pytest.mark.parametrize("what", STATES)
def test_a_thread_says_how_it_stands(what: str, student: User, client_for: ClientFor) -> None:
    happen, to_student, to_instructor, marks = STATES[what]
    thread = ThreadFactory.create(student=student)
    happen(thread)
    for who, state in (("student", to_student), ("instructor", to_instructor)):
        (listed,) = client_for(who).get(THREADS).json()["results"]
        assert listed == client_for(who).get(f"{THREADS}{thread.pk}/").json()
        assert (listed["state"], listed["marks"] and listed["marks"]["status"]) == (state, marks)
        assert listed["student_name"] == (student.username if who == "instructor" else None)
        found = {one: client_for(who).get(THREADS, {"state": one}).json()["results"] for one in ThreadState.values}
        assert found == {one: [listed] if one == state else [] for one in ThreadState.values}


def test_an_unknown_state_is_refused(client_for: ClientFor) -> None:
    answer = client_for("student").get(THREADS, {"state": "asleep"})
    assert answer.status_code == 400
    assert "asleep" in str(answer.json())


def test_a_thread_has_its_last_message_marks_and_open_run(student: User, client_for: ClientFor) -> None:
    thread = ThreadFactory.create(student=student)
    marked(thread)
    shown = client_for("student").get(f"{THREADS}{thread.pk}/").json()
    assert shown["message_count"] == 2
    last = client_for("student").get(f"{THREADS}{thread.pk}/messages/").json()["results"][-1]
    assert shown["last_message"] == {"role": "assistant", "message": "x" * 200, "created_at": last["created_at"]}
    evaluation = client_for("student").get(f"{THREADS}{thread.pk}/evaluations/").json()["results"][0]
    assert shown["marks"] == {name: evaluation[name] for name in shown["marks"]}
    assert shown["open_run_id"] is None
    run = client_for("student").post(f"{THREADS}{thread.pk}/runs/", {"content": "And now?"}).json()
    assert client_for("student").get(f"{THREADS}{thread.pk}/").json()["open_run_id"] == run["id"]


def test_each_thread_of_a_list_stands_for_itself(student: User, client_for: ClientFor) -> None:
    threads = [ThreadFactory.create(student=student) for _ in range(3)]
    replied(threads[0])
    said(threads[2])
    listed = {one["id"]: one["state"] for one in client_for("student").get(THREADS).json()["results"]}
    assert listed == {
        str(thread.pk): state for thread, state in zip(threads, ["your_turn", "empty", "unanswered"], strict=True)
    }
