"""Criteria that could not be marked, since the provider refused the part of the talk in which they could be met."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.activities.models import Activity
from apps.marking.criteria import Scale
from apps.marking.scoring import UNMARKED, CriterionResult, ParsedAnswer, combine
from apps.marking.verdict import CategoryRule
from apps.marking.windows import with_unmarked
from apps.openai_integration.admin.labels import name_of
from apps.openai_integration.models import Evaluation, Mark, Thread
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    EVALUATIONS,
    GREETS,
    SMOKING,
    criteria,
    make_activity,
    make_thread,
    marked,
    scores,
)
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(db: None) -> Activity:
    return make_activity()


@pytest.fixture
def thread(student: User, activity: Activity) -> Thread:
    return make_thread(student, activity, "How long have you coughed?", "What do you do for a living?")


@pytest.fixture
def evaluation(client_for: Callable[[str], APIClient], thread: Thread, emulator: Emulator) -> dict[str, Any]:
    """The filter refuses the greeting, so that only the question about smoking can be marked."""
    emulator.fault("content_filter", times=3)
    return marked(client_for("instructor"), thread)


def override(client: APIClient, evaluation: dict[str, Any], name: str, score: int) -> dict[str, Any]:
    path = f"{EVALUATIONS}{evaluation['id']}/marks/{criteria(evaluation)[name]['mark_id']}/override/"
    answered = client.post(path, {"score": score, "comment": "Read on the recording."})
    assert answered.status_code == 201
    return answered.data


def totals(evaluation: dict[str, Any]) -> list[tuple[int, int, int, bool | None]]:
    """(score, max_score, unmarked, passed) of the categories and of the whole."""
    whole = {**evaluation, "score": evaluation["total_score"]}
    return [
        (one["score"], one["max_score"], one["unmarked"], one["passed"]) for one in (*evaluation["categories"], whole)
    ]


def test_it_has_no_score_and_counts_in_no_total(client_for, evaluation: dict[str, Any]) -> None:
    assert scores(evaluation) == {GREETS: None, SMOKING: 2, ALLERGIES: None}
    assert totals(evaluation) == [(0, 0, 1, None), (2, 2, 1, None), (2, 2, 2, None)]
    greets = criteria(evaluation)[GREETS]
    assert (greets["needs_review"], greets["review_reason"]) == (True, UNMARKED)
    assert (greets["model_score"], greets["sample_scores"], greets["comment"]) == (None, [], "")
    student = client_for("student")
    assert scores(student.get(f"{EVALUATIONS}{evaluation['id']}/").data) == scores(evaluation)
    [listed] = student.get(EVALUATIONS).data["results"]
    assert (listed["total_score"], listed["max_score"], listed["unmarked"]) == (2, 2, 2)


def test_an_override_gives_it_a_score(client_for, evaluation: dict[str, Any]) -> None:
    instructor = client_for("instructor")
    once = override(instructor, evaluation, GREETS, 2)
    assert totals(once) == [(2, 2, 0, True), (2, 2, 1, None), (4, 4, 1, None)]
    assert (once["needs_review"], once["review_reasons"]) == (True, [UNMARKED])
    assert [one["previous_score"] for one in criteria(once)[GREETS]["overrides"]] == [None]
    twice = override(instructor, once, ALLERGIES, 0)
    assert totals(twice) == [(2, 2, 0, True), (2, 4, 0, False), (4, 6, 0, False)]
    assert (twice["needs_review"], twice["review_reasons"]) == (False, [])
    again = override(instructor, twice, ALLERGIES, 1)
    assert [one["previous_score"] for one in criteria(again)[ALLERGIES]["overrides"]] == [None, 0]


def test_the_pages_of_instructors_say_that_it_is_not_marked(
    client: Client, instructor: User, evaluation: dict[str, Any], thread: Thread
) -> None:
    client.force_login(instructor)

    def read(name: str, *args: Any) -> str:
        answer = client.get(reverse(f"admin:openai_integration_{name}", args=args))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    for page in (read("evaluation_change", evaluation["id"]), read("thread_change", thread.pk)):
        assert page.count('<span class="score">not marked</span>') == 2
        assert "No evidence." not in page
        assert '<span class="score">0 / 2</span>' not in page
        assert "0 of 0, 1 not marked, 2 needed" in page
        assert "2 of 2, 1 not marked, 3 needed" in page
        assert "<strong>2 of 2</strong>" in page
        assert '<span class="verdict review">2 not marked</span>' in page
    mark_id = criteria(evaluation)[GREETS]["mark_id"]
    assert "not marked" in read("mark_change", mark_id)
    assert read("mark_changelist").count("not marked") == 2
    path = reverse("admin:openai_integration_evaluation_review", args=[evaluation["id"]])
    client.post(path, {f"decision-{mark_id}": "", f"comment-{mark_id}": "Nothing chosen."})
    assert Mark.objects.count() == 3
    client.post(path, {f"decision-{mark_id}": "1", f"comment-{mark_id}": "The role was left out."})
    assert "not marked to 1." in read("evaluation_change", evaluation["id"])
    assert LogEntry.objects.get().change_message == f"Reviewed {name_of(Mark.objects.get(pk=mark_id))}."


def test_the_old_surface_keeps_its_numbers(client_for, activity: Activity, evaluation: dict[str, Any]) -> None:
    path = f"/api/activities/{activity.pk}/rubric_assessment"
    told = client_for("instructor").post(path, {"thread_id": evaluation["thread_id"]}).json()
    assert Evaluation.objects.count() == 1
    assert [[one["score"] for one in category["criteria"]] for category in told["categories"]] == [[0], [2, 0]]
    assert [category["score"] for category in told["categories"]] == [0, 2]
    assert told["overall"] == {"total_score": 2, "passed": False, "needs_review": True}


@pytest.mark.parametrize("reason", ["", "missing", "partly_read"])
def test_the_database_takes_no_other_mark_without_a_score(evaluation: dict[str, Any], reason: str) -> None:
    mark = Mark.objects.filter(score=None).first()
    assert mark
    with pytest.raises(IntegrityError, match="only_unmarked_has_no_score"):
        Mark.objects.filter(pk=mark.pk).update(review_reason=reason)


def answered(*results: CriterionResult, withheld: bool = False) -> ParsedAnswer:
    marks = {f"c{number}": result for number, result in enumerate(results)}
    return with_unmarked(ParsedAnswer(marks, canary_awarded=False, unknown=0, withheld=withheld))


def test_what_is_awarded_for_the_rest_stays() -> None:
    read = answered(CriterionResult(2), CriterionResult(1, 1, comment="Good."), CriterionResult(0, 0), withheld=True)
    assert [(mark.score, mark.reason, mark.comment) for mark in read.marks.values()] == [
        (2, "", ""),
        (1, "partly_read", "Good."),
        (0, UNMARKED, ""),
    ]


def test_a_sample_without_a_score_outvotes_none() -> None:
    refused = answered(CriterionResult(), CriterionResult(), withheld=True)
    samples = [refused, answered(CriterionResult(2), CriterionResult(0)), refused]
    whole = combine(samples, [CategoryRule({"c0": Scale(), "c1": Scale()}, 2)])
    assert [(mark.score, mark.reason, mark.sample_scores) for mark in whole.values()] == [(2, "", (2,)), (0, "", (0,))]
    none = combine([refused, refused], [CategoryRule({"c0": Scale(), "c1": Scale()}, 2)])
    assert [(mark.reason, mark.sample_scores) for mark in none.values()] == [(UNMARKED, ()), (UNMARKED, ())]
