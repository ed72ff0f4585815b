"""Admin pages of threads, messages and runs."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import display

from apps.core.admin import count_of, duration_text
from apps.openai_integration.admin.downloads import DownloadableAdmin
from apps.openai_integration.admin.labels import (
    STATUS_LABELS,
    check_outcome,
    describe_checks,
    status_label,
    student_link,
    student_name,
)
from apps.openai_integration.admin.review_page import conversation_context
from apps.openai_integration.admin.student_page import student_context
from apps.openai_integration.admin.whose import WhoseFilter, WhoseInThreadFilter, WorkAdmin
from apps.openai_integration.models import Evaluation, Message, Run, Thread
from apps.openai_integration.models.whose import Whose
from apps.openai_integration.services.exports import export_messages
from apps.users.models import User


@admin.register(Thread)
class ThreadAdmin(DownloadableAdmin):
    list_display = ("name", "student_name", "activity", "message_count", "evaluation_count", "created_at", "updated_at")
    list_filter = (WhoseFilter, "preview", "created_at", "activity", "scenario")
    search_fields = ("title", "student__username", "=student__email", "=id")
    fields = (("student_name", "created_at"), ("scenario", "activity"), ("begun_from", "preview"))
    change_form_outer_after_template = "admin/openai_integration/conversation.html"

    class Media:
        css = {"all": ("openai_integration/admin/conversation.css",)}
        js = ("openai_integration/admin/review.js",)

    def export(self, rows: QuerySet[Any], *, file_format: str, pseudonyms: bool) -> StreamingHttpResponse:
        return export_messages(rows, file_format=file_format, pseudonyms=pseudonyms)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        return (
            super()
            .get_queryset(request)
            .select_related("student", "scenario", "activity")
            .annotate(
                messages_said=count_of(Message.objects.all(), by="thread"),
                evaluations_made=count_of(Evaluation.objects.all(), by="thread"),
            )
        )

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.student_view)
        return [path("student/<int:student_id>/", page, name="openai_integration_student"), *super().get_urls()]

    def student_view(self, request: HttpRequest, student_id: int) -> HttpResponse:
        """The page of one student, for all who may read conversations."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        student = get_object_or_404(User, pk=student_id)
        context = {**self.admin_site.each_context(request), "title": student_name(student), "opts": self.opts}
        return TemplateResponse(request, "admin/openai_integration/student.html", context | student_context(student))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        thread = kwargs["obj"]
        context |= conversation_context(thread)
        return super().render_change_form(request, context, **kwargs)

    @display(description="Conversation", ordering="title")
    def name(self, thread: Thread) -> str:
        return str(thread)

    @display(description="Student", ordering="student__username")
    def student_name(self, thread: Thread) -> str:
        return student_link(thread.student)

    @display(description="Begun from")
    def begun_from(self, thread: Thread) -> str:
        if thread.forked_from_id is None:
            return "-"
        page = reverse("admin:openai_integration_thread_change", args=[thread.forked_from_id])
        return format_html(
            'A copy of <a href="{}#said-{}">an earlier conversation</a> up to there', page, thread.forked_before_id
        )

    @display(description="Messages", ordering="messages_said")
    def message_count(self, thread: Thread) -> int:
        return thread.messages_said  # type: ignore[attr-defined]

    @display(description="Marks", ordering="evaluations_made")
    def evaluation_count(self, thread: Thread) -> int:
        return thread.evaluations_made  # type: ignore[attr-defined]


@admin.register(Message)
class MessageAdmin(WorkAdmin):
    list_display = ("beginning", "role", "thread", "student_name", "created_at")
    list_filter = (WhoseInThreadFilter, "role", "created_at")
    search_fields = ("content", "thread__title", "thread__student__username")
    list_select_related = ("thread__student",)
    fields = ("thread", "role", "content", "run", "created_at")

    @display(description="Message")
    def beginning(self, message: Message) -> str:
        return message.content if len(message.content) <= 100 else f"{message.content[:99]}…"

    @display(description="Student")
    def student_name(self, message: Message) -> str:
        return student_name(message.thread.student)


class CheckFilter(admin.SimpleListFilter):
    title = "check of the reply"
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("passed", "Passed at once"), ("regenerated", "Requested again"), ("fallback", "Replaced")]

    def queryset(self, request: HttpRequest, runs: QuerySet[Run]) -> QuerySet[Run]:
        if self.value() == "passed":
            return runs.filter(checks=[])
        return runs.filter(checks__contains=[{"action": self.value()}]) if self.value() else runs


class WhoseReplyFilter(WhoseInThreadFilter):
    default = Whose.EVERYONE  # the list is for operations: a failure is one, whoever it met


@admin.register(Run)
class RunAdmin(WorkAdmin):
    operations_fields = frozenset(
        {"id", "error_code", "model", "prompt_version", "upstream_id", "deadline_at", "next_attempt_at", "lease_until"}
    )
    list_display = (
        "thread",
        "state",
        "id",
        "error_code",
        "checked",
        "student_name",
        "attempts",
        "model",
        "took",
        "created_at",
    )
    list_filter = (WhoseReplyFilter, "status", CheckFilter, "error_code", "created_at")
    search_fields = ("=id", "error_code", "upstream_id", "thread__title", "thread__student__username")
    list_select_related = ("thread__student",)
    fieldsets = (
        ("Reply", {"fields": ("thread", "user_message", "activity", "scenario_version", "pre_brief")}),
        ("State", {"fields": ("status", ("error_code", "error_detail"), "attempts", "what_the_check_did")}),
        ("Model", {"fields": ("model", "prompt_version", "upstream_id")}),
        (
            "Times",
            {
                "fields": (
                    ("created_at", "started_at", "finished_at"),
                    ("deadline_at", "next_attempt_at", "lease_until"),
                )
            },
        ),
    )

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, run: Run) -> tuple[str, str]:
        return status_label(run)

    @display(description="Student")
    def student_name(self, run: Run) -> str:
        return student_name(run.thread.student)

    @display(description="Check")
    def checked(self, run: Run) -> str:
        return check_outcome(run)

    @display(description="Check of the reply")
    def what_the_check_did(self, run: Run) -> str:
        return (
            format_html_join(mark_safe("<br>"), "{}", ((line,) for line in describe_checks(run))) or "Passed at once."
        )

    @display(description="Took")
    def took(self, run: Run) -> str:
        return duration_text(run.created_at, run.finished_at)
