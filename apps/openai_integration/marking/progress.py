"""What a student's marks were by category, over time."""

from typing import Any

from django.db.models import Q

from apps.marking.criteria import Criterion
from apps.openai_integration.marking.report import override_history, verdict_of
from apps.openai_integration.models import Evaluation
from apps.users.models import User

# The newest ones alone: a year of practice, and a bound for what one request reads.
MOST = 200


def progress_of(student: User, *, released_only: bool = True) -> list[dict[str, Any]]:
    """The categories that the student was marked by, each with its points, oldest first. Two queries.

    Students see released marks only; instructors see all.

    A point is one conversation by its newest marking:
    {evaluation_id, activity_id, created_at, score, max_score, passed}.
    A category has the name it had last; one without an id, or from plain questions, is left out.
    """
    categories: dict[int, dict[str, Any]] = {}
    for evaluation in _newest_of_each_thread(student, released_only):
        for category, point in _points(evaluation):
            found = categories.setdefault(category["category_id"], {"points": []})
            found["points"].append(point)
            found |= {"category_id": category["category_id"], "name": category["name"]}
    return list(categories.values())


def _newest_of_each_thread(student: User, released_only: bool) -> list[Evaluation]:
    """In the order of their requests. A conversation that is suspended or a preview counts nowhere."""
    completed = (
        Evaluation.objects.filter(
            ~Q(thread__preview=True),
            Q(released_at__isnull=False) if released_only else Q(),
            student=student,
            status=Evaluation.Status.COMPLETED,
            kind=Evaluation.Kind.CATEGORIES,
            thread__suspended_at__isnull=True,
        )
        .defer("transcript")
        .prefetch_related("marks")
        .order_by("-created_at")[:MOST]
    )
    by_thread = {evaluation.thread_id or evaluation.pk: evaluation for evaluation in reversed(completed)}
    return sorted(by_thread.values(), key=lambda evaluation: evaluation.created_at)


def _points(evaluation: Evaluation) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    marks = list(evaluation.marks.all())
    standing = {name: chain[-1] for name, chain in override_history(marks).items()}
    points = []
    for category, (score, passed) in zip(
        evaluation.rubric["categories"], verdict_of(evaluation, marks).category_results, strict=True
    ):
        scored = [criterion for criterion in category["criteria"] if standing[criterion["id"]].score is not None]
        point = {
            "evaluation_id": evaluation.pk,
            "activity_id": evaluation.activity_id,
            "created_at": evaluation.created_at,
            "score": score,
            "max_score": sum(Criterion.from_frozen(criterion).scale.highest for criterion in scored),
            "passed": passed,
        }
        points.append((category, point))
    return points
