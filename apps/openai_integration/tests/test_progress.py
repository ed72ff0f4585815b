"""`stats/me/`: a student's own marks by category, over time."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from apps.openai_integration.models import Evaluation, Mark, Thread
from apps.openai_integration.tests.factories import EvaluationFactory, ThreadFactory
from apps.users.models import User

pytestmark = pytest.mark.django_db
URL = "/api/v2/stats/me/"
NAMES = {1: "Opening", 2: "Closing"}


def rubric(*categories: int, names: Mapping[int, str] = NAMES) -> dict[str, Any]:
    return {
        "categories": [
            {
                "category_id": pk,
                "name": names[pk],
                "required_to_pass": 2,
                "criteria": [
                    {"id": f"c{pk}{n}", "subcategory_id": n, "name": f"{n}", "instructions": ""} for n in range(2)
                ],
            }
            for pk in categories
        ]
    }


def marked(
    student: User, scores: Mapping[str, int | None], *, thread: Thread | None = None, **fields: Any
) -> Evaluation:
    """A completed, released evaluation with these scores by criterion."""
    fields = {
        "status": "completed", "released_at": timezone.now(), "rubric": rubric(1), "total_score": 0, **fields,
        "thread": thread or ThreadFactory.create(student=student),
    }  # fmt: skip
    evaluation = EvaluationFactory.create(student=student, **fields)
    for position, (name, score) in enumerate(scores.items()):
        unmarked = {"needs_review": True, "review_reason": "unmarked"} if score is None else {}
        Mark.objects.create(evaluation=evaluation, criterion_id=name, position=position, score=score, **unmarked)
    return evaluation


def shown(client: Any) -> dict[str, list[tuple[int, int, bool | None]]]:
    categories = client.get(URL).json()["categories"]
    return {one["name"]: [(p["score"], p["max_score"], p["passed"]) for p in one["points"]] for one in categories}


def test_each_conversation_is_a_point_of_its_categories_oldest_first(client_for, student) -> None:
    first = marked(student, {"c10": 1, "c11": 0})
    marked(student, {"c10": 2, "c11": 2, "c20": 0, "c21": 2}, rubric=rubric(1, 2, names={1: "Beginning", 2: "Closing"}))
    assert shown(client_for("student")) == {"Beginning": [(1, 4, False), (4, 4, True)], "Closing": [(2, 4, True)]}
    assert client_for("student").get(URL).json()["categories"][0]["points"][0]["evaluation_id"] == str(first.pk)


def test_an_override_counts_and_what_could_not_be_marked_does_not(client_for, student, instructor) -> None:
    evaluation = marked(student, {"c10": 0, "c11": None})
    mark = evaluation.marks.get(criterion_id="c10")
    Mark.objects.create(
        evaluation=evaluation, criterion_id="c10", position=0, score=2, replaces=mark, author=instructor
    )
    assert [point[:2] for point in shown(client_for("student"))["Opening"]] == [(2, 2)]


def test_a_conversation_that_was_marked_twice_is_one_point(client_for, student) -> None:
    thread = ThreadFactory.create(student=student)
    marked(student, {"c10": 0, "c11": 0}, thread=thread)
    marked(student, {"c10": 2, "c11": 1}, thread=thread)
    assert shown(client_for("student")) == {"Opening": [(3, 4, True)]}


def test_nothing_of_others_or_unreleased_or_suspended_or_unfinished_is_shown(
    client_for, student, other_student, instructor
) -> None:
    scores = {"c10": 2, "c11": 2}
    marked(student, scores, released_at=None)
    marked(student, scores, status="failed")
    marked(student, scores, thread=ThreadFactory.create(student=student, suspended_at=timezone.now()))
    marked(other_student, scores)
    assert shown(client_for("student")) == {}
    assert shown(client_for("instructor")) == {}
    assert shown(client_for("other_student")) == {"Opening": [(4, 4, True)]}


def test_it_takes_as_many_queries_for_many_as_for_one(client_for, student, django_assert_max_num_queries) -> None:
    for _ in range(5):
        marked(student, {"c10": 1, "c11": 0})
    client = client_for("student")
    with django_assert_max_num_queries(4):
        client.get(URL)
