"""What waits for an instructor: the first page of the admin site."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from apps.dashboard.students import failed_twice, not_begun
from apps.openai_integration.models import Evaluation, ReplyReport, Run, WelfareFlag
from apps.openai_integration.models.whose import Whose, rows_of
from apps.users.models import User

SHOWN = 5
FAILED_RUNS_SINCE = timedelta(days=7)


@dataclass
class Line:
    text: str
    note: str = ""
    link: str = ""


@dataclass
class Section:
    """A part of the page: how many there are, the first few, and the list of all of them."""

    title: str
    nothing: str
    link: str
    count: int = 0
    lines: list[Line] = field(default_factory=list)


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's first page, as unfold's DASHBOARD_CALLBACK: adds `sections` and a title."""
    user = cast(User, request.user)
    sections = [section() for may_see, section in _sections(user) if may_see]
    return {**context, "title": "Today", "sections": sections}


def _sections(user: User) -> Iterable[tuple[bool, Callable[[], Section]]]:
    reads_work = user.has_perm("openai_integration.view_evaluation")
    return (
        (reads_work, _to_review),
        (user.has_perm("openai_integration.view_replyreport"), _reported_replies),
        (bool(getattr(user, "is_welfare_contact", False)), _welfare),
        (reads_work, _not_begun),
        (reads_work, _failed_twice),
        (user.has_perm("openai_integration.view_run"), _failed_runs),
        (user.has_perm("users.change_user"), _undecided),
    )


def _first(rows: QuerySet[Any]) -> tuple[int, list[Any]]:
    """How many rows there are, and the first few, in one query."""
    found = list(rows.annotate(found=Window(Count("pk")))[:SHOWN])
    return (found[0].found if found else 0), found


def _when(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "j M, H:i")


def _name(student: User | None) -> str:
    return student.username if student else "(account deleted)"


def _to_review() -> Section:
    waiting = rows_of(Whose.STUDENTS, Evaluation.objects.filter(needs_review=True, status=Evaluation.Status.COMPLETED))
    count, rows = _first(
        waiting.select_related("student").only("title", "created_at", "student__username").order_by("created_at", "pk")
    )
    return Section(
        "Marks to review",
        "No marks wait for a person.",
        f"{reverse('admin:openai_integration_evaluation_changelist')}?needs_review__exact=1&status__exact=completed",
        count,
        [
            Line(
                f"{_name(row.student)}: {row.title or 'untitled'}",
                _when(row.created_at),
                reverse("admin:openai_integration_evaluation_change", args=[row.pk]),
            )
            for row in rows
        ],
    )


def _reported_replies() -> Section:
    unseen = rows_of(
        Whose.STUDENTS, ReplyReport.objects.filter(seen_at__isnull=True), student="message__thread__student"
    )
    count, rows = _first(unseen.select_related("message__thread__student").order_by("created_at", "pk"))
    return Section(
        "Replies that students call wrong",
        "No student has reported a reply.",
        f"{reverse('admin:openai_integration_replyreport_changelist')}?seen_at__isempty=1",
        count,
        [
            Line(
                f"{_name(row.message.thread.student)}: {row.reason or 'no reason given'}",
                _when(row.created_at),
                reverse("admin:openai_integration_replyreport_change", args=[row.pk]),
            )
            for row in rows
        ],
    )


def _welfare() -> Section:
    """Only the number: a name here would be a look that nobody has logged."""
    new = WelfareFlag.objects.filter(handled_at__isnull=True, lifted_at__isnull=True).count()
    return Section(
        "Suspended conversations",
        "No suspended conversation waits for you.",
        reverse("admin:openai_integration_welfareflag_changelist"),
        new,
    )


def _not_begun() -> Section:
    count, rows = _first(not_begun().order_by("username", "pk"))
    return Section(
        "Students who have not begun",
        "Every student has spoken with a patient.",
        reverse("dashboard:not-begun"),
        count,
        [line_of_student(row) for row in rows],
    )


def _failed_twice() -> Section:
    rows = list(failed_twice().annotate(found=Window(Count("student_id")))[:SHOWN])
    return Section(
        "Failed an exercise twice, and not passed it",
        "Nobody has failed the same exercise twice.",
        reverse("dashboard:failed-twice"),
        rows[0]["found"] if rows else 0,
        [line_of_fails(row) for row in rows],
    )


def line_of_student(student: User) -> Line:
    return Line(student.username, link=_student_page(student.pk))


def line_of_fails(row: dict[str, Any]) -> Line:
    return Line(
        f"{row['student_name']}: {row['exercise'] or 'untitled'}",
        f"{row['times']} times",
        _student_page(row["student_id"]),
    )


def _student_page(student_id: int) -> str:
    return reverse("admin:openai_integration_student", args=[student_id])


def _failed_runs() -> Section:
    since = timezone.now() - FAILED_RUNS_SINCE
    failed = Run.objects.filter(status=Run.Status.FAILED, created_at__gte=since, thread__preview=False)
    count, rows = _first(failed.select_related("thread__student").order_by("-created_at", "pk"))
    return Section(
        "Replies that failed in the last seven days",
        "No reply has failed.",
        f"{reverse('admin:openai_integration_run_changelist')}?status__exact=failed",
        count,
        [
            Line(
                f"{_name(row.thread.student)}: {row.thread}",
                _when(row.created_at),
                reverse("admin:openai_integration_thread_change", args=[row.thread_id]),
            )
            for row in rows
        ],
    )


def _undecided() -> Section:
    count, rows = _first(User.objects.unvetted().order_by("date_joined", "pk"))
    return Section(
        "People who ask to teach or administer",
        "Nobody waits for an answer.",
        f"{reverse('admin:users_user_changelist')}?approval=waiting",
        count,
        [Line(row.username, str(row.role), reverse("admin:users_user_change", args=[row.pk])) for row in rows],
    )
