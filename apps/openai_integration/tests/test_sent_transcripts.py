"""Evaluations of transcripts without a thread."""

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import RubricQuestionFactory
from apps.openai_integration.models import Evaluation
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.services.rubrics import NoRubric
from apps.openai_integration.tests.sample_threads import EVALUATIONS, GREETING, make_activity, take
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
MESSAGES = [
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
def test_it_is_marked_by_the_requested_kind_of_rubric(
    client_for, student: User, activity: Activity, emulator: Emulator, kind: str, total: int, passed: bool | None
) -> None:
    made = EvaluationService.create_from_transcript(student=student, messages=MESSAGES, kind=kind, activity=activity)
    take(str(made.pk))
    read = client_for("student").get(f"{EVALUATIONS}{made.pk}/").data
    assert (read["kind"], read["thread_id"], read["total_score"], read["passed"]) == (kind, None, total, passed)
    assert read["transcript"][2]["message"] == "Do you smoke?"


def test_each_student_has_an_evaluation_of_an_equal_transcript(student, other_student, activity: Activity) -> None:
    made = [
        EvaluationService.create_from_transcript(
            student=who, messages=MESSAGES, kind="categories", activity=activity
        ).pk
        for who in (student, student, other_student)
    ]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("kind", ["categories", "questions"])
def test_an_empty_rubric_completes_without_a_verdict(student: User, emulator: Emulator, kind: str) -> None:
    activity = ActivityFactory()
    made = EvaluationService.create_from_transcript(student=student, messages=MESSAGES, kind=kind, activity=activity)
    ended = take(str(made.pk))
    assert (ended.kind, ended.status, ended.passed, ended.total_score) == (kind, "completed", None, 0)
    assert emulator.requests() == []


def test_without_a_rubric_of_the_kind_it_is_rejected(student: User, activity: Activity) -> None:
    with pytest.raises(NoRubric):
        EvaluationService.create_from_transcript(
            student=student, messages=MESSAGES, kind="categories", scenario=activity.character
        )
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize(("kind", "criteria", "passed"), [("categories", 3, False), ("questions", 1, None)])
@pytest.mark.parametrize("messages", [[], MESSAGES[1:2], [{"role": "user", "message": " \x00"}]])
def test_a_silent_student_scores_0_without_a_call(
    student: User, activity: Activity, emulator: Emulator, kind: str, criteria: int, passed: bool | None, messages: list
) -> None:
    made = EvaluationService.create_from_transcript(student=student, messages=messages, kind=kind, activity=activity)
    ended = take(str(made.pk))
    assert (ended.status, ended.total_score, ended.passed, ended.needs_review) == ("completed", 0, passed, False)
    assert [mark.score for mark in ended.marks.all()] == [0] * criteria
    assert emulator.requests() == []
