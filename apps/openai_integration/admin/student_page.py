"""Template context for the page of one student: conversations, marks over time, and what has been done."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.activities.models import Activity
from apps.core.admin import count_of
from apps.openai_integration.marking.progress import progress_of
from apps.openai_integration.models import Evaluation, Message, Thread
from apps.users.models import User

# More of them are in the list of conversations, to which the page links.
NEWEST_THREADS = 50
# The picture, in its own units.
WIDTH, HEIGHT, MARGIN = 320, 110, 12


def student_context(student: User) -> dict[str, Any]:
    """What the page shows. Takes the same number of queries however much the student has done."""
    threads = Thread.objects.filter(student=student, preview=False)
    begun = list(threads.values_list("activity_id", flat=True))
    return {
        "student": student,
        "threads": threads.select_related("activity").annotate(
            messages_said=count_of(Message.objects.all(), by="thread"),
            evaluations_made=count_of(Evaluation.objects.all(), by="thread"),
        )[:NEWEST_THREADS],
        "threads_in_all": len(begun),
        "categories": [_picture(category) for category in progress_of(student, released_only=False)],
        **_exercises(student, set(begun)),
    }


def _exercises(student: User, begun: set[int | None]) -> dict[str, Any]:
    """The exercises that are marked, only begun, not begun, and failed twice or more often."""
    completed = Evaluation.objects.filter(
        ~Q(thread__preview=True), student=student, status="completed", thread__suspended_at__isnull=True
    )
    made = completed.order_by("created_at").values_list("thread_id", "pk", "activity_id", "passed")
    newest = {thread_id or pk: (activity_id, passed) for thread_id, pk, activity_id, passed in made}
    failures = Counter(activity_id for activity_id, passed in newest.values() if passed is False)
    # A dict keeps the last, which is the newest, verdict on each exercise.
    verdicts = dict(newest.values())
    exercises = list(Activity.objects.only("title", "pre_brief", "character__enable").select_related("character"))

    def shown(chosen: Collection[int | None]) -> list[dict[str, Any]]:
        return [
            {"exercise": one, "passed": verdicts.get(one.pk), "failures": failures[one.pk]}
            for one in exercises
            if one.pk in chosen
        ]

    return {
        "done": shown(verdicts),
        "only_begun": shown(begun - verdicts.keys()),
        "not_begun": shown({one.pk for one in exercises if one.character.enable} - begun - verdicts.keys()),
        "failed_twice": shown({pk for pk, count in failures.items() if count >= 2}),
    }


def _picture(category: dict[str, Any]) -> dict[str, Any]:
    """The category with the places of its points in a picture: time to the right, the share of the score upwards."""
    points = [point for point in category["points"] if point["max_score"]]
    times = [point["created_at"] for point in points]
    placed = [
        {
            **point,
            "x": f"{_across(point['created_at'], times):.1f}",
            "y": f"{MARGIN + (HEIGHT - 2 * MARGIN) * (1 - point['score'] / point['max_score']):.1f}",
        }
        for point in points
    ]
    return {**category, "placed": placed, "line": " ".join(f"{point['x']},{point['y']}" for point in placed)}


def _across(moment: datetime, times: list[datetime]) -> float:
    whole = (times[-1] - times[0]).total_seconds()
    share = (moment - times[0]).total_seconds() / whole if whole else 0.5
    return MARGIN + (WIDTH - 2 * MARGIN) * share
