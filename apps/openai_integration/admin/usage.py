"""What calls to the model took."""

from django.contrib import admin

from apps.openai_integration.models import Usage
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
        "run",
        "evaluation",
    )
    list_filter = ("outcome", "model", "created_at")
    search_fields = ("request_id", "=run__id", "=evaluation__id")
    list_select_related = ("run", "evaluation")
    fields = (*list_display, "request_id")
