"""Marking a transcript that was sent in, without a thread."""

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import RubricQuestionFactory
from apps.openai_integration.models import Evaluation
from apps.openai_integration.services.evaluations import EvaluationService, NoRubric
from apps.openai_integration.tests.talks import EVALUATIONS, GREETING, make_activity, take
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
TURNS = [
    {"role": "user", "message": GREETING},
    {"role": "assistant", "message": "Morning."},
    {"role": "user", "message": "Do you\x00 smoke?\ud800"},
]


@pytest.fixture
def activity(db: None) -> Activity:
    activity = make_activity()
    RubricQuestionFactory(scenario=activity.character, question="Did the student ask the patient about smoking?")
    return activity


@pytest.mark.parametrize(("kind", "total", "passed"), [("categories", 4, False), ("questions", 2, None)])
def test_it_is_marked_by_the_rubric_of_the_kind_asked_for(
    client_for, student: User, activity: Activity, emulator: Emulator, kind: str, total: int, passed: bool | None
) -> None:
    made = EvaluationService.create_from_transcript(student=student, messages=TURNS, kind=kind, activity=activity)
    take(str(made.pk))
    read = client_for("student").get(f"{EVALUATIONS}{made.pk}/").data
    assert (read["kind"], read["thread_id"], read["total_score"], read["passed"]) == (kind, None, total, passed)
    assert read["transcript"][2]["message"] == "Do you smoke?"


def test_the_same_transcript_of_another_student_is_another_marking(student, other_student, activity: Activity) -> None:
    made = [
        EvaluationService.create_from_transcript(student=who, messages=TURNS, kind="categories", activity=activity).pk
        for who in (student, student, other_student)
    ]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("kind", ["categories", "questions"])
def test_an_empty_rubric_is_a_completed_marking_without_a_verdict(student: User, emulator: Emulator, kind: str) -> None:
    activity = ActivityFactory()
    made = EvaluationService.create_from_transcript(student=student, messages=TURNS, kind=kind, activity=activity)
    ended = take(str(made.pk))
    assert (ended.kind, ended.status, ended.passed, ended.total_score) == (kind, "completed", None, 0)
    assert emulator.requests() == []


def test_without_a_rubric_of_the_kind_it_is_refused(student: User, activity: Activity) -> None:
    with pytest.raises(NoRubric):
        EvaluationService.create_from_transcript(
            student=student, messages=TURNS, kind="categories", scenario=activity.character
        )
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize(("kind", "criteria", "passed"), [("categories", 3, False), ("questions", 1, None)])
@pytest.mark.parametrize("turns", [[], TURNS[1:2], [{"role": "user", "message": " \x00"}]])
def test_who_said_nothing_has_earned_nothing_and_no_model_is_asked(
    student: User, activity: Activity, emulator: Emulator, kind: str, criteria: int, passed: bool | None, turns: list
) -> None:
    made = EvaluationService.create_from_transcript(student=student, messages=turns, kind=kind, activity=activity)
    ended = take(str(made.pk))
    assert (ended.status, ended.total_score, ended.passed, ended.needs_review) == ("completed", 0, passed, False)
    assert [mark.score for mark in ended.marks.all()] == [0] * criteria
    assert emulator.requests() == []
