"""Admin pages of calls to the model, with their totals."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.openai_integration.jobs.usage_report import describe_totals, totals_of
from apps.openai_integration.models import Usage


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "model",
        "outcome",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        "estimated",
        "latency_ms",
        "first_text_ms",
        "purpose",
    )
    list_filter = ("outcome", "model", "created_at")
    search_fields = ("request_id", "=run__id", "=evaluation__id")
    fields = (*list_display[:-1], "run", "evaluation", "request_id")
    list_before_template = "admin/openai_integration/usage_totals.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with totals of all calls that match its filters."""
        page = super().changelist_view(request, extra_context)
        if shown := getattr(page, "context_data", {}).get("cl"):
            page.context_data["totals"] = describe_totals(totals_of(shown.queryset))  # type: ignore[attr-defined]
        return page

    @display(description="For")
    def purpose(self, usage: Usage) -> str:
        label, model_name, pk = (
            ("reply", "run", usage.run_id) if usage.run_id else ("marking", "evaluation", usage.evaluation_id)
        )
        return format_html(
            '<a href="{}">{}</a>', reverse(f"admin:openai_integration_{model_name}_change", args=[pk]), label
        )
