"""Feedback on the whole conversation: only what the student's own words bear out, and what becomes of it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    EVALUATIONS,
    GREETING,
    SECRET,
    answer,
    criteria,
    make_activity,
    make_thread,
    marked,
    take,
)  # fmt: skip
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db

SMOKED = [{"turn": 2, "quote": "Do you smoke?"}]
WELL = {"evidence": [{"turn": 0, "quote": "my name is Sam"}], "text": "Du hast dich mit Namen vorgestellt."}
NEXT = {"evidence": SMOKED, "text": "Frag als Nächstes, wie viele Zigaretten es sind."}


@pytest.fixture
def thread(student: User) -> Thread:
    return make_thread(student, make_activity())


def quote(thread: Thread, index: int, words: str) -> dict[str, Any]:
    message = list(thread.messages.order_by("created_at", "id"))[index]
    start = message.content.index(words)
    return {"message_id": message.pk, "index": index, "quote": words, "start": start, "end": start + len(words)}


def evaluated(thread: Thread, emulator: Emulator, feedback: Any, **more: Any) -> Evaluation:
    """A marking whose answer has this feedback."""
    evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student)
    whole = json.loads(answer(evaluation, lambda one: {}, **more)) | {"feedback": feedback}
    emulator.fault("say", only="marking", text=json.dumps(whole), times=0)
    return take(str(evaluation.pk))


def test_feedback_is_shown_with_the_quotes_that_it_speaks_of(client_for, thread: Thread, emulator: Emulator) -> None:
    evaluation = evaluated(thread, emulator, {"went_well": WELL, "try_next": NEXT})
    for who in ("student", "instructor"):
        shown = client_for(who).get(f"{EVALUATIONS}{evaluation.pk}/").json()["feedback"]
        assert shown == {
            "went_well": {"text": WELL["text"], "quotes": [quote(thread, 0, "my name is Sam")]},
            "try_next": {"text": NEXT["text"], "quotes": [quote(thread, 2, "Do you smoke?")]},
            "before_overrides": False,
        }


@pytest.mark.parametrize(
    "part",
    [
        {"evidence": [], "text": "Well done."},
        {"evidence": [{"turn": 0, "quote": "my name is Alex"}], "text": "Well done."},
        {"evidence": [{"turn": 1, "quote": "Morning, doctor."}], "text": "Well done."},
        {"evidence": SMOKED, "text": " "},
        {"evidence": SMOKED, "text": f"The rubric says: {SECRET}"},
        {"evidence": SMOKED},
        {"text": "Well done."},
        {"evidence": "x" * 300, "text": 5},
        "Well done.",
        ["Well done."],
        None,
        7,
    ],
)
def test_what_no_quote_bears_out_or_what_is_hidden_is_not_shown(
    client_for, thread: Thread, emulator: Emulator, part: Any
) -> None:
    evaluation = evaluated(thread, emulator, {"went_well": part, "try_next": NEXT})
    shown = client_for("student").get(f"{EVALUATIONS}{evaluation.pk}/").json()["feedback"]
    assert (shown["went_well"], shown["try_next"]["text"]) == (None, NEXT["text"])


@pytest.mark.parametrize("feedback", [None, {}, [], "Well done.", 7, {"went_well": None}, {"other": WELL}])
def test_an_answer_without_feedback_is_a_marking_without_it(
    client_for, thread: Thread, emulator: Emulator, feedback: Any
) -> None:
    evaluation = evaluated(thread, emulator, feedback)
    shown = client_for("student").get(f"{EVALUATIONS}{evaluation.pk}/").json()
    assert (shown["status"], shown["feedback"]) == ("completed", None)


def test_of_an_answer_that_is_not_trusted_no_feedback_is_kept(thread: Thread, emulator: Emulator) -> None:
    evaluation = evaluated(thread, emulator, {"went_well": WELL, "try_next": NEXT}, canary=2)
    assert evaluation.feedback == {}


def test_feedback_outlives_an_override_and_says_that_it_is_older(client_for, thread: Thread, emulator) -> None:
    client = client_for("instructor")
    before = marked(client, thread)
    assert before["feedback"]["went_well"]["quotes"][0]["quote"] in GREETING
    mark = criteria(before)[ALLERGIES]["mark_id"]
    path = f"{EVALUATIONS}{before['id']}/marks/{mark}/override/"
    after = client.post(path, {"score": 2, "comment": "Asked at the door."}).json()
    assert after["feedback"] == {**before["feedback"], "before_overrides": True}


def test_the_page_shows_feedback_with_its_messages(
    client: Client, instructor: User, thread: Thread, emulator: Emulator
) -> None:
    evaluation = evaluated(thread, emulator, {"went_well": {**WELL, "text": "<b>Gut</b>"}, "try_next": NEXT})
    client.force_login(instructor)
    page = client.get(reverse("admin:openai_integration_evaluation_change", args=[evaluation.pk])).content.decode()
    assert "What went well" in page
    assert "&lt;b&gt;Gut&lt;/b&gt;" in page
    assert "To try next" in page
    assert "before marks were overridden" not in page


def test_the_examiner_is_asked_for_it_in_the_language_of_the_conversation(thread: Thread, emulator: Emulator) -> None:
    evaluation = EvaluationService.create_evaluation(thread=thread, student=thread.student)
    take(str(evaluation.pk))
    sent = emulator.requests()[0]["json"]
    assert "in the language of the conversation" in sent["instructions"]
    schema = sent["text"]["format"]["schema"]
    assert list(schema["properties"]) == ["criteria", "feedback"]
