"""Overriding marks."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.openai_integration.models import Mark, Thread
from apps.openai_integration.tests.factories import MessageFactory
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    EVALUATIONS,
    criteria,
    make_activity,
    make_thread,
    marked,
)
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
WHO = {"student": 403, "other_student": 404, "unapproved": 404, "instructor": 201, "admin": 201, "anonymous": 401}


@pytest.fixture
def thread(student: User) -> Thread:
    return make_thread(student, make_activity())


@pytest.fixture
def evaluation(client_for, thread: Thread, emulator: Emulator) -> dict[str, Any]:
    return marked(client_for("instructor"), thread)


def override(client: APIClient, evaluation: dict[str, Any], mark_id: int, **body: Any) -> Any:
    body = body or {"score": 1, "comment": "She did ask, at the end."}
    return client.post(f"{EVALUATIONS}{evaluation['id']}/marks/{mark_id}/override/", body)


def test_an_instructor_overrides_a_mark_and_the_old_one_is_kept(client_for, evaluation, instructor) -> None:
    before = criteria(evaluation)[ALLERGIES]
    answered = override(client_for("instructor"), evaluation, before["mark_id"])
    assert answered.status_code == 201
    assert (answered.data["total_score"], answered.data["passed"]) == (5, True)
    assert [category["passed"] for category in answered.data["categories"]] == [True, True]
    after = criteria(answered.data)[ALLERGIES]
    assert (after["score"], after["model_score"], after["mark_id"] != before["mark_id"]) == (1, 0, True)
    [change] = after["overrides"]
    assert (change["previous_score"], change["score"], change["author"]) == (0, 1, instructor.username)
    assert change["comment"] == "She did ask, at the end."
    assert Mark.objects.get(pk=before["mark_id"]).score == 0

    again = override(client_for("admin"), evaluation, after["mark_id"], score=0, comment="The mother did.").data
    assert (again["total_score"], again["passed"]) == (4, False)
    assert [one["score"] for one in criteria(again)[ALLERGIES]["overrides"]] == [1, 0]
    seen = client_for("student").get(f"{EVALUATIONS}{evaluation['id']}/").data
    assert (seen["total_score"], seen["passed"]) == (4, False)


def test_a_mark_cannot_be_overridden_twice(client_for, evaluation) -> None:
    mark_id = criteria(evaluation)[ALLERGIES]["mark_id"]
    assert override(client_for("instructor"), evaluation, mark_id).status_code == 201
    refused = override(client_for("admin"), evaluation, mark_id)
    assert (refused.status_code, refused.data["code"]) == (409, "mark_replaced")
    assert Mark.objects.filter(author__isnull=False).count() == 1


@pytest.mark.parametrize(("who", "status"), list(WHO.items()))
def test_who_can_override(client_for, evaluation, who: str, status: int) -> None:
    mark_id = criteria(evaluation)[ALLERGIES]["mark_id"]
    assert override(client_for(who), evaluation, mark_id).status_code == status
    assert Mark.objects.filter(author__isnull=False).count() == (status == 201)


@pytest.mark.parametrize(
    "body",
    [
        {"score": 3, "comment": "x"},
        {"score": -1, "comment": "x"},
        {"score": 1.5, "comment": "x"},
        {"score": None, "comment": "x"},
        {"score": True, "comment": "x"},
        {"comment": "x"},
        {"score": 1},
        {"score": 1, "comment": ""},
        {"score": 1, "comment": "  "},
        {"score": 1, "comment": "a\x00b"},
        {"score": 1, "comment": "x" * 2001},
    ],
)
def test_an_override_needs_a_score_and_a_reason(client_for, evaluation, body: dict[str, Any]) -> None:
    mark_id = criteria(evaluation)[ALLERGIES]["mark_id"]
    refused = override(client_for("instructor"), evaluation, mark_id, **body)
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert not Mark.objects.filter(author__isnull=False).exists()


def test_a_mark_of_another_evaluation_is_not_found(client_for, evaluation, thread: Thread) -> None:
    MessageFactory(thread=thread, content="Any allergies?")
    other = marked(client_for("instructor"), thread)
    mark_id = criteria(other)[ALLERGIES]["mark_id"]
    assert override(client_for("instructor"), evaluation, mark_id).status_code == 404


def test_overriding_marks_under_review_settles_the_verdict(client_for, thread: Thread, emulator: Emulator) -> None:
    MessageFactory(thread=thread, content="Are you allergic to anything?")
    emulator.fault("credulous", times=2)
    undecided = marked(client_for("instructor"), thread)
    assert (undecided["passed"], undecided["needs_review"], undecided["total_score"]) == (None, True, 0)
    assert undecided["review_reasons"] == ["canary"]
    for mark in criteria(undecided).values():
        answered = override(client_for("instructor"), undecided, mark["mark_id"], score=2, comment="Yes, she did.")
    assert (answered.data["needs_review"], answered.data["review_reasons"]) == (False, [])
    assert (answered.data["total_score"], answered.data["passed"]) == (6, True)
