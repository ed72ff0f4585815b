"""Which students need a word: who has not begun, and who has failed an exercise twice."""

from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from apps.openai_integration.models import Evaluation, Message
from apps.openai_integration.models.whose import Whose, rows_of
from apps.users.models import User


def not_begun() -> QuerySet[User]:
    """Active students who have never said anything to a patient. Nobody who teaches."""
    said = Message.objects.filter(thread__student=OuterRef("pk"), role=Message.Role.USER)
    teachers = User.objects.instructors().order_by().values("pk")
    return User.objects.filter(~Exists(said), is_active=True).exclude(pk__in=teachers).only("username")


def failed_twice() -> QuerySet[Any, Any]:
    """Rows {student_id, student_name, activity_id, exercise, times, last} of two fails and no pass; latest first.

    An exercise that nobody can fail, since it has no pass mark, is never among them.
    """
    marked = rows_of(
        Whose.STUDENTS,
        Evaluation.objects.filter(
            status=Evaluation.Status.COMPLETED,
            student__isnull=False,
            activity__isnull=False,
            released_at__isnull=False,
            thread__suspended_at__isnull=True,
        ),
    )
    return (
        marked.order_by()
        .values("student_id", "activity_id", student_name=F("student__username"))
        .annotate(
            exercise=Max("title"),
            times=Count("thread_id", filter=Q(passed=False), distinct=True),
            passes=Count("pk", filter=Q(passed=True)),
            last=Max("created_at"),
        )
        .filter(times__gte=2, passes=0)
        .order_by("-last", "student_id", "activity_id")
    )
