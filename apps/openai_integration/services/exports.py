"""Marks and conversations of many students, as the rows of a file.

A file with pseudonyms is for people outside the school, so it leaves out conversations that were suspended for their
student's welfare. A file with names has them: it would otherwise tell instructors which ones those are. Previews count
nowhere and are in no file.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import StreamingHttpResponse

from apps.core.downloads import download, keyset_pages
from apps.marking.criteria import Criterion
from apps.openai_integration.marking.report import max_score, standing_marks
from apps.openai_integration.models import Evaluation, Mark, Message, Thread
from apps.users.pseudonyms import pseudonym

MARK_COLUMNS = (
    "conversation", "marking", "student", "student_name", "exercise_id", "exercise", "rubric", "criterion_id",
    "criterion", "score", "max_score", "model_score", "needs_review", "review_reason", "reviewed", "comment", "quotes",
    "total_score", "total_max_score", "passed", "marked_at", "released_at",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "conversation", "student", "student_name", "exercise_id", "exercise", "patient", "number", "role", "said_at",
    "text",
)  # fmt: skip
# How many evaluations or threads are in memory at a time.
AT_ONCE = 25


def export_marks(evaluations: QuerySet[Evaluation], *, file_format: str, pseudonyms: bool) -> StreamingHttpResponse:
    """The current marks of these evaluations, one row for each criterion. Only completed ones have any."""
    found = (
        Evaluation.objects.filter(pk__in=evaluations.order_by().values("pk"), status=Evaluation.Status.COMPLETED)
        .filter(~Q(thread__preview=True), Q(thread__suspended_at__isnull=True) if pseudonyms else Q())
        .select_related("student", "activity")
        .defer("transcript", "feedback")
        .prefetch_related(Prefetch("marks", Mark.objects.defer("refused")))
    )
    pages = (
        [row for evaluation in page for row in _mark_rows(evaluation, pseudonyms)]
        for page in keyset_pages(found, size=AT_ONCE)
    )
    return download(pages, columns=MARK_COLUMNS, name="marks", file_format=file_format)


def export_messages(threads: QuerySet[Thread], *, file_format: str, pseudonyms: bool) -> StreamingHttpResponse:
    """What was said in these threads, one row for each message."""
    found = (
        Thread.objects.filter(pk__in=threads.order_by().values("pk"), preview=False)
        .filter(Q(suspended_at__isnull=True) if pseudonyms else Q())
        .select_related("student", "activity")
        .prefetch_related(Prefetch("messages", Message.objects.order_by("created_at", "id")))
    )
    pages = (
        [row for thread in page for row in _message_rows(thread, pseudonyms)]
        for page in keyset_pages(found, size=AT_ONCE)
    )
    return download(pages, columns=MESSAGE_COLUMNS, name="conversations", file_format=file_format)


def _mark_rows(evaluation: Evaluation, pseudonyms: bool) -> Iterator[dict[str, Any]]:
    about = {
        **_about(evaluation, evaluation.thread_id, pseudonyms),
        "marking": _name("marking", evaluation.pk, pseudonyms),
        "total_score": evaluation.total_score,
        "total_max_score": max_score(evaluation),
        "passed": evaluation.passed,
        "marked_at": evaluation.created_at,
        "released_at": evaluation.released_at,
    }
    for category, criterion, chain in standing_marks(evaluation, list(evaluation.marks.all())):
        first, mark = chain[0], chain[-1]
        yield {
            **about,
            "rubric": category,
            "criterion_id": criterion["id"],
            "criterion": criterion["name"],
            "score": mark.score,
            "max_score": Criterion.from_frozen(criterion).scale.highest,
            "model_score": first.model_score,
            "needs_review": mark.needs_review,
            "review_reason": ", ".join(mark.review_reasons),
            "reviewed": mark is not first,
            # Whoever confirms a score mostly writes nothing: then the reason that was given for it stands.
            "comment": next((one.comment for one in reversed(chain) if one.comment and one.score == mark.score), ""),
            "quotes": "\n".join(quote["quote"] for quote in mark.evidence),
        }


def _message_rows(thread: Thread, pseudonyms: bool) -> Iterator[dict[str, Any]]:
    about = {**_about(thread, thread.pk, pseudonyms), "patient": thread.title}
    for number, message in enumerate(thread.messages.all(), 1):
        role = message.get_role_display()
        yield {**about, "number": number, "role": role, "said_at": message.created_at, "text": message.content}


def _about(row: Thread | Evaluation, thread_id: object, pseudonyms: bool) -> dict[str, Any]:
    """Whose it is and which exercise it belongs to. No email: instructors read work, but do not see accounts."""
    return {
        "conversation": _name("conversation", thread_id, pseudonyms),
        "student": _name("student", row.student_id, pseudonyms),
        "student_name": row.student.username if row.student and not pseudonyms else "",
        "exercise_id": row.activity_id,
        "exercise": row.activity.shown_title if row.activity else "",
    }


def _name(kind: str, pk: object, pseudonyms: bool) -> Any:
    """The id of a row, or a pseudonym instead; None for a row that is gone."""
    if pk is None:
        return None
    return pseudonym(kind, pk) if pseudonyms else pk if isinstance(pk, int) else str(pk)
