"""Markings and the marks they are made of."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from apps.openai_integration.admin.shown import STATUS_LABELS, seconds, status_label, student_name
from apps.openai_integration.models import Evaluation, Mark
from config.admin import ReadOnlyAdmin


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    list_display = (
        "name", "student_name", "activity", "state", "total_score", "passed", "needs_review", "released_at", "created_at",
    )  # fmt: skip
    list_filter = ("status", "passed", "needs_review", "kind", "error_code", "created_at")
    search_fields = ("title", "student__username", "=student__email", "=id", "=thread__id")
    list_select_related = ("student", "activity")
    fields = ("thread",)

    class Media:
        css = {"all": ("openai_integration/admin/talk.css",)}

    @display(description="Talk", ordering="title")
    def name(self, evaluation: Evaluation) -> str:
        return evaluation.title or str(evaluation.id)

    @display(description="Student", ordering="student__username")
    def student_name(self, evaluation: Evaluation) -> str:
        return student_name(evaluation.student)

    @display(description="Status", ordering="status", label=STATUS_LABELS)
    def state(self, evaluation: Evaluation) -> tuple[str, str]:
        return status_label(evaluation)


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ("criterion_id", "evaluation", "score", "model_score", "needs_review", "review_reason", "author", "created_at")
    list_filter = ("score", "needs_review", "review_reason", "created_at")
    search_fields = ("=criterion_id", "evaluation__title", "=evaluation__id")
    list_select_related = ("evaluation", "author")
