"""Serializers of runs."""

from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.openai_integration.conversation.events.snapshots import pause_would_hold
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import ModelPause, Run
from apps.openai_integration.serializers.threads import MessageSerializer


class RunSerializer(serializers.ModelSerializer):
    """`message` is the patient's reply, once there is one. Only instructors see `checks`."""

    thread_id = serializers.UUIDField(read_only=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)
    message = serializers.SerializerMethodField()
    paused = serializers.SerializerMethodField(help_text="Whether the run waits because calls to the model are paused.")
    events_url = serializers.SerializerMethodField(
        help_text="The URL of the run's events, with a ticket for the caller; null once the run has ended."
    )
    checks = serializers.SerializerMethodField(
        help_text="A list of {attempt, rule, action, facts?}; empty for students."
    )

    class Meta:
        model = Run
        fields = (
            "id", "thread_id", "activity_id", "status", "error_code", "error_detail", "attempts", "model",
            "paused", "events_url", "message", "checks", "left_out_messages", "deadline_at", "created_at", "started_at",
            "finished_at",
        )  # fmt: skip

    @extend_schema_field(MessageSerializer(allow_null=True))
    def get_message(self, run: Run) -> dict[str, Any] | None:
        # A reply is stored when its run ends.
        reply = None if run.status in Run.OPEN else next(iter(run.replies.all()), None)
        return dict(MessageSerializer(reply).data) if reply else None

    def get_paused(self, run: Run) -> bool:
        return pause_would_hold(run) and self._pause is not None

    @cached_property
    def _pause(self) -> ModelPause | None:
        """Looked up at most once per list, and only if a run waits."""
        return ModelPause.objects.current()

    def get_events_url(self, run: Run) -> str | None:
        request = self.context.get("request")
        return events_url(run, request.user) if request and run.status in Run.OPEN else None

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_checks(self, run: Run) -> list[dict[str, Any]]:
        request = self.context.get("request")
        return run.checks if request and request.user.is_instructor else []
