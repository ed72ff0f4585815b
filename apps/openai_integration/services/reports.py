"""Reports of replies that their student says were wrong."""

from django.http import Http404
from rest_framework.exceptions import PermissionDenied

from apps.openai_integration.models import Message, ReplyReport
from apps.openai_integration.models.reports import ReplyReportQuerySet
from apps.users.models import User


def report(*, message: Message, reason: str) -> ReplyReport:
    """Report the reply, or replace the reason. Whoever has seen an earlier one has to look again."""
    ReplyReport.objects.update_or_create(message=message, defaults={"reason": reason, "seen_at": None, "seen_by": None})
    return reports().get(message=message)


def reports() -> ReplyReportQuerySet:
    """All of them, with what is shown of each."""
    return ReplyReport.objects.select_related("message__thread__student", "seen_by")


def own_reply(*, student: User, pk: int) -> Message:
    """A patient's message in a thread of the student's; PermissionDenied for one that the caller may only read."""
    reply = Message.objects.filter(pk=pk, role=Message.Role.ASSISTANT).select_related("thread").first()
    if reply and reply.thread.student_id == student.pk:
        return reply
    if reply and Message.objects.visible_to(student).filter(pk=pk).exists():
        raise PermissionDenied
    raise Http404
