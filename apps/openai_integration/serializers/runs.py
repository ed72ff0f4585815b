"""Runs as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.openai_integration.models import Run
from apps.openai_integration.serializers.threads import MessageSerializer


class RunSerializer(serializers.ModelSerializer):
    """`message` is the patient's reply, once there is one. What the check turned away is for instructors."""

    thread_id = serializers.UUIDField(read_only=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)
    message = serializers.SerializerMethodField()
    checks = serializers.SerializerMethodField(help_text="A list of {attempt, rule}; empty for students.")

    class Meta:
        model = Run
        fields = (
            "id", "thread_id", "activity_id", "status", "error_code", "error_detail", "attempts", "model",
            "message", "checks", "deadline_at", "created_at", "started_at", "finished_at",
        )  # fmt: skip

    @extend_schema_field(MessageSerializer(allow_null=True))
    def get_message(self, run: Run) -> dict[str, Any] | None:
        reply = next(iter(run.replies.all()), None)
        return dict(MessageSerializer(reply).data) if reply else None

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_checks(self, run: Run) -> list[dict[str, Any]]:
        request = self.context.get("request")
        return run.checks if request and request.user.is_instructor else []
