"""What calls to the model took."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from apps.openai_integration.models import Usage
from apps.openai_integration.totals import totals_of
from config.admin import ReadOnlyAdmin


@admin.register(Usage)
class UsageAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "model",
        "outcome",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        "latency_ms",
        "first_text_ms",
        "run",
        "evaluation",
    )
    list_filter = ("outcome", "model", "created_at")
    search_fields = ("request_id", "=run__id", "=evaluation__id")
    list_select_related = ("run", "evaluation")
    fields = (*list_display, "request_id")
    list_before_template = "admin/openai_integration/usage_totals.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the totals of all rows that the filters leave."""
        page = super().changelist_view(request, extra_context)
        if shown := getattr(page, "context_data", {}).get("cl"):
            page.context_data["totals"] = totals_of(shown.queryset)  # type: ignore[attr-defined]
        return page
