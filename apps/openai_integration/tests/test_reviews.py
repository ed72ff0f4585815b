"""Reviews over the API: marks confirmed or overridden, doubts about the whole settled, in one save."""

import json
from typing import Any

import pytest

from apps.openai_integration.models import Evaluation, Mark, SettledDoubt
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    EVALUATIONS,
    GREETS,
    SMOKING,
    answer,
    criteria,
    make_activity,
    make_thread,
    marked,
    take,
)
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
WHO = {"student": 403, "other_student": 404, "unapproved": 404, "instructor": 200, "admin": 200, "anonymous": 401}
DOUBTS = ["one_quote_for_many", "checks_unfinished"]


@pytest.fixture
def evaluation(client_for, student: User, emulator: Emulator) -> dict[str, Any]:
    """A marking with two doubts about the whole, and two marks under review."""
    done = marked(client_for("instructor"), make_thread(student, make_activity()))
    Evaluation.objects.update(review_reasons=["second_look_differs", *DOUBTS], needs_review=True, passed=None)
    Mark.objects.exclude(score=0).update(needs_review=True, review_reason="second_look_differs")
    return done


def review(client_for, evaluation: dict[str, Any], who: str = "instructor", **body: Any) -> Any:
    return client_for(who).post(f"{EVALUATIONS}{evaluation['id']}/review/", body)


def mark_id(evaluation: dict[str, Any], name: str) -> int:
    return criteria(evaluation)[name]["mark_id"]


def test_marks_and_doubts_are_reviewed_in_one_save(client_for, evaluation, instructor: User) -> None:
    answered = review(
        client_for,
        evaluation,
        marks=[
            {"mark_id": mark_id(evaluation, GREETS)},
            {"mark_id": mark_id(evaluation, ALLERGIES), "score": 2, "comment": "She did ask."},
        ],
        doubts=[{"reason": "one_quote_for_many", "comment": "A long question."}],
    )
    assert answered.status_code == 200
    assert (answered.data["total_score"], answered.data["passed"], answered.data["needs_review"]) == (6, None, True)
    assert answered.data["review_reasons"] == ["second_look_differs", "checks_unfinished"]
    still_open, settled = answered.data["doubts"]
    assert (still_open["reason"], still_open["is_open"]) == ("checks_unfinished", True)
    assert (settled["reason"], settled["comment"], settled["author"]) == (
        "one_quote_for_many",
        "A long question.",
        instructor.username,
    )
    reviewed = criteria(answered.data)
    assert {name: one["needs_review"] for name, one in reviewed.items()} == {
        GREETS: False,
        SMOKING: True,
        ALLERGIES: False,
    }
    rest = review(client_for, evaluation, confirm_rest=True, doubts=[{"reason": "checks_unfinished"}]).data
    assert (rest["passed"], rest["needs_review"], rest["review_reasons"]) == (True, False, [])


def test_a_comment_on_another_score_is_not_shown(client_for, evaluation) -> None:
    before = criteria(evaluation)[SMOKING]
    assert before["comment"]
    confirmed = criteria(review(client_for, evaluation, marks=[{"mark_id": before["mark_id"]}]).data)[SMOKING]
    assert confirmed["comment"] == before["comment"]
    lower = {"mark_id": confirmed["mark_id"], "score": 1, "comment": "Not what came of it."}
    assert criteria(review(client_for, evaluation, marks=[lower]).data)[SMOKING]["comment"] == ""


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"marks": []},
        {"marks": [{"mark_id": "MINE", "score": 3, "comment": "x"}]},
        {"marks": [{"mark_id": "MINE", "score": 1}]},
        {"marks": [{"mark_id": "MINE", "score": 1, "comment": " "}]},
        {"marks": [{"mark_id": "MINE"}, {"mark_id": "MINE"}]},
        {"marks": [{"mark_id": 0}]},
        {"marks": [{"mark_id": 2**70}]},
        {"marks": [{"score": 1}]},
        {"marks": {"mark_id": "MINE"}},
        {"marks": ["MINE"]},
        {"marks": [{"mark_id": "MINE", "comment": "a\x00b"}]},
        {"doubts": [{"reason": "canary"}]},
        {"doubts": [{"reason": "one_quote_for_many"}, {"reason": "one_quote_for_many"}]},
        {"doubts": "one_quote_for_many"},
        {"confirm_rest": "perhaps"},
        {"marks": [{"mark_id": "MINE"}], "doubts": [{}]},
    ],
)
def test_a_bad_review_is_refused_and_changes_nothing(client_for, evaluation, body: dict[str, Any]) -> None:
    def filled(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: filled(value) for name, value in part.items()}
        return [filled(one) for one in part] if isinstance(part, list) else mine if part == "MINE" else part

    mine = mark_id(evaluation, SMOKING)
    refused = review(client_for, evaluation, **filled(body))
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")
    assert not Mark.objects.filter(author__isnull=False).exists()
    assert not SettledDoubt.objects.exists()


def test_what_has_been_changed_in_the_meantime_is_a_conflict(client_for, evaluation) -> None:
    mark = {"mark_id": mark_id(evaluation, SMOKING), "score": 1, "comment": "x"}
    doubt = {"reason": "one_quote_for_many"}
    assert review(client_for, evaluation, marks=[mark], doubts=[doubt]).status_code == 200
    for body in ({"marks": [mark]}, {"doubts": [doubt]}, {"doubts": [{"reason": "marks_raised_by_plea"}]}):
        assert review(client_for, evaluation, "admin", **body).status_code == 409
    assert Mark.objects.filter(author__isnull=False).count() == 1


def test_a_mark_of_another_evaluation_is_refused(client_for, evaluation, student: User) -> None:
    other = marked(client_for("instructor"), make_thread(student, make_activity()))
    refused = review(client_for, evaluation, marks=[{"mark_id": mark_id(other, SMOKING)}])
    assert (refused.status_code, refused.data["code"]) == (400, "invalid")


@pytest.mark.parametrize(("who", "status"), list(WHO.items()))
def test_who_can_review(client_for, evaluation, who: str, status: int) -> None:
    assert review(client_for, evaluation, who, confirm_rest=True).status_code == status
    assert Mark.objects.filter(author__isnull=False).exists() == (status == 200)


def test_students_do_not_read_doubts_or_the_second_look(client_for, evaluation) -> None:
    Mark.objects.update(second_score=0)
    seen = client_for("student").get(f"{EVALUATIONS}{evaluation['id']}/").data
    assert seen["doubts"] == []
    assert {one["second_score"] for one in criteria(seen).values()} == {None}


def test_a_mark_keeps_every_reason_for_its_review(client_for, student: User, emulator: Emulator) -> None:
    thread = make_thread(student, make_activity(), "Good evening, Mrs Doyle.")
    greeting = {"score": 9, "evidence": [{"turn": 4, "quote": "Good evening, Mrs Doyle."}]}
    made = EvaluationService.create_evaluation(thread=thread, student=student)
    given = answer(made, lambda one: greeting if one["name"] == SMOKING else {})
    emulator.fault("say", only="marking", text=given, times=1)
    take(str(made.pk))
    reasons = ["score_out_of_range", "greeting_as_evidence", "second_look_differs"]
    evaluation = client_for("instructor").get(f"{EVALUATIONS}{made.pk}/").json()
    smoking = criteria(evaluation)[SMOKING]
    assert (smoking["review_reason"], smoking["review_reasons"]) == (reasons[0], reasons)
    assert evaluation["review_reasons"] == sorted(reasons)
    assert [one["review_reason"] for one in exported(client_for) if one["review_reason"]] == [", ".join(reasons)]
    done = review(client_for, evaluation, marks=[{"mark_id": smoking["mark_id"]}]).data
    assert (criteria(done)[SMOKING]["review_reasons"], done["review_reasons"]) == ([], [])


def exported(client_for) -> list[dict[str, Any]]:
    """The marks in the file for teachers."""
    answered = client_for("instructor").get("/api/v2/exports/marks/", {"file_format": "json"})
    return list(json.loads(b"".join(answered.streaming_content)))
