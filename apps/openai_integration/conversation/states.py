"""How threads stand: what is derived from their messages, runs and evaluations, for lists of them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject, Left
from django.db.models.lookups import Exact

from apps.core.list_queries import RelatedRows, Row
from apps.openai_integration.models import Evaluation, Message, Run, Thread
from apps.users.models import User

MOST_CHARACTERS = 200


class ThreadState(TextChoices):
    """The first that is true."""

    SUSPENDED = "suspended", "for the student's welfare; only the student reads this"
    EMPTY = "empty", "nothing has been said"
    ANSWERING = "answering", "the patient is about to answer: follow `open_run_id`"
    MARKING = "marking", "marks have been requested"
    MARKED = "marked", "there are `marks`, and nothing has been said since they were requested"
    UNANSWERED = "unanswered", "the last message is the student's, and no answer is on its way"
    YOUR_TURN = "your_turn", "the last message is the patient's"


_messages = Message.objects.filter(thread=OuterRef("pk"))
_released = Evaluation.objects.filter(thread=OuterRef("pk"), released_at__isnull=False)
_open_runs = Run.objects.filter(thread=OuterRef("pk"), status__in=Run.OPEN)
_last_message = _messages.order_by("-created_at").annotate(
    shown=JSONObject(role="role", message=Left("content", MOST_CHARACTERS), created_at="created_at")
)
# A marking that failed counts only where none was completed; "completed" comes before "failed".
_newest_marks = (
    _released.exclude(status__in=Evaluation.OPEN)
    .order_by("status", "-created_at")
    .annotate(
        shown=JSONObject(
            **{name: name for name in ("id", "status", "total_score", "passed", "needs_review", "created_at")},
            **{name: name for name in ("kind", "rubric", "unmarked_max")},  # to tell the highest score by
        )
    )
)
_said_before_the_marks = Message.objects.filter(thread=OuterRef("thread")).order_by("-created_at").values("created_at")
_marked = _released.filter(status=Evaluation.Status.COMPLETED, created_at__gte=Subquery(_said_before_the_marks[:1]))
# The state for everybody but the student of a suspended thread.
_STATE = Case(
    *(
        When(condition, then=Value(state.value))
        for state, condition in (
            (ThreadState.EMPTY, ~Exists(_messages)),
            (ThreadState.ANSWERING, Exists(_open_runs)),
            (ThreadState.MARKING, Exists(_released.filter(status__in=Evaluation.OPEN))),
            (ThreadState.MARKED, Exists(_marked)),
            (ThreadState.UNANSWERED, Exact(Subquery(_last_message.values("role")[:1]), Value(Message.Role.USER.value))),
        )
    ),
    default=Value(ThreadState.YOUR_TURN.value),
    output_field=CharField(),
)
_STANDINGS: RelatedRows[UUID] = RelatedRows(
    "id",
    Thread.objects.order_by().values(
        "id",
        student_name=F("student__username"),
        message_count=Coalesce(
            Subquery(_messages.order_by().values("thread").annotate(found=Count("pk")).values("found")),
            0,
            output_field=IntegerField(),
        ),
        last_message=Subquery(_last_message.values("shown")[:1]),
        open_run_id=Subquery(_open_runs.values("pk")[:1]),
        state=_STATE,
        marks=Subquery(_newest_marks.values("shown")[:1]),
    ),
)


def standings_of(threads: Iterable[Thread], *, reader: User) -> dict[UUID, Row]:
    """Thread's id > {state, last_message, open_run_id, message_count, marks, student_name}. One query.

    `marks` are those of the newest released evaluation that has ended. Only instructors read names.
    """
    by_id = {thread.pk: thread for thread in threads}
    return {pk: _standing(by_id[pk], row, reader) for pk, (row,) in _STANDINGS.of(by_id).items()}


def in_state(threads: QuerySet[Thread], state: str, *, reader: User) -> QuerySet[Thread]:
    """The threads whose state is this one for the reader."""
    suspended = Q(suspended_at__isnull=False, student=reader)
    if state == ThreadState.SUSPENDED:
        return threads.filter(suspended)
    return threads.exclude(suspended).alias(standing=_STATE).filter(standing=state)


def _standing(thread: Thread, row: Row, reader: User) -> Row:
    for part in (row["last_message"], row["marks"]):
        if part:
            part["created_at"] = datetime.fromisoformat(part["created_at"])
    suspended = bool(thread.suspended_at) and thread.student_id == reader.pk
    return {
        **row,
        "state": ThreadState.SUSPENDED if suspended else row["state"],
        "student_name": row["student_name"] if reader.is_instructor else None,
    }
