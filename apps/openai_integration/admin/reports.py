"""Admin pages of replies that their students have reported."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.openai_integration.admin.labels import student_name
from apps.openai_integration.admin.whose import WhoseFilter, WorkAdmin
from apps.openai_integration.models import ReplyReport
from apps.users.models import User


class WhoseReportFilter(WhoseFilter):
    student_path = "message__thread__student"


@admin.register(ReplyReport)
class ReplyReportAdmin(WorkAdmin):
    list_display = ("created_at", "state", "reply", "reason", "student_name", "conversation")
    list_filter = (
        WhoseReportFilter,
        ("seen_at", admin.EmptyFieldListFilter),
        "created_at",
        "message__thread__scenario",
    )
    search_fields = ("reason", "message__content", "message__thread__student__username")
    list_select_related = ("message__thread__student", "seen_by")
    fields = (("student_name", "conversation"), "before", "reply", "reason", ("created_at", "seen_at", "seen_by"))
    actions = ("settle",)  # type: ignore[assignment]

    @admin.action(description="Mark as seen", permissions=["view"])
    def settle(self, request: HttpRequest, chosen: QuerySet[ReplyReport]) -> None:
        seen = ReplyReport.objects.filter(pk__in=chosen).mark_seen(cast(User, request.user))
        self.message_user(request, f"Reports that you have settled: {seen}.", messages.SUCCESS)

    @display(description="State", label={"open": "warning", "seen": "success"})
    def state(self, report: ReplyReport) -> str:
        return "seen" if report.seen_at else "open"

    @display(description="Student")
    def student_name(self, report: ReplyReport) -> str:
        return student_name(report.message.thread.student)

    @display(description="Student's message before")
    def before(self, report: ReplyReport) -> str:
        message = report.message
        earlier = message.thread.messages.filter(created_at__lt=message.created_at)
        last = earlier.order_by("-created_at").first()
        return last.content if last else ""

    @display(description="Reply")
    def reply(self, report: ReplyReport) -> str:
        return report.message.content

    @display(description="Conversation")
    def conversation(self, report: ReplyReport) -> str:
        thread = report.message.thread
        page = reverse("admin:openai_integration_thread_change", args=[thread.pk])
        return format_html('<a href="{}#said-{}">{}</a>', page, report.message_id, thread)
