"""What several of these pages show alike."""

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.openai_integration.models import Evaluation, Run
from apps.users.models import User

STATUS_LABELS = {
    Run.Status.QUEUED: "info",
    Run.Status.IN_PROGRESS: "info",
    Run.Status.COMPLETED: "success",
    Run.Status.FAILED: "danger",
    Run.Status.CANCELLED: "warning",
    Run.Status.EXPIRED: "danger",
    Run.Status.INCOMPLETE: "danger",
}

STATUS_CLASSES = {"completed": "good", "queued": "", "in_progress": "", "cancelled": "look"} | dict.fromkeys(
    ("failed", "expired", "incomplete"), "bad"
)


def in_words(code: str) -> str:
    """An error's, a rule's or a reason's code, for reading."""
    return code.replace("_", " ")


def student_name(student: User | None) -> str:
    """The name alone: who teaches reads work, and sees no list of accounts."""
    return student.username if student else "(account deleted)"


def status_label(job: Run | Evaluation) -> tuple[str, str]:
    """unfold's way to say colour and words."""
    return job.status, job.get_status_display()


def seconds(begun: datetime | None, ended: datetime | None) -> str:
    return f"{(ended - begun).total_seconds():.1f} s" if begun and ended else ""


def count_of(rows: QuerySet[Any], *, by: str) -> Coalesce:
    """How many of `rows` point at the outer row; counted for the rows of one page, without a join."""
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
