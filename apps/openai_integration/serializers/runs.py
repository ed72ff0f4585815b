"""Serializers of runs."""

from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.openai_integration.conversation.events.snapshots import pause_would_hold
from apps.openai_integration.conversation.events.tickets import events_url
from apps.openai_integration.models import Run
from apps.openai_integration.models.pauses import calls_are_paused
from apps.openai_integration.serializers.threads import HelpSerializer, MessageSerializer
from apps.openai_integration.welfare.help import SUSPENDED, help_texts

# What was done about a reply that was turned away.
ACTIONS = ("regenerated", "fallback", "withheld")
WHAT_ACTIONS_MEAN = "regenerated: asked for again; fallback: replaced; withheld: the run failed."


class ReplyCheckSerializer(serializers.Serializer):
    """A reply that was turned away."""

    attempt = serializers.IntegerField()
    rule = serializers.CharField(help_text="The rule that it broke.")
    action = serializers.ChoiceField(ACTIONS, help_text=WHAT_ACTIONS_MEAN)
    facts = serializers.ListField(
        child=serializers.IntegerField(), help_text="The numbers of the facts that this concerns."
    )


class RunSerializer(serializers.ModelSerializer):
    """`message` is the patient's reply, once there is one. Only instructors see `checks`.

    Where the run ended with its conversation suspended, `error_code` is conversation_suspended and `help` is set, for
    the student alone; others read cancelled and null.
    """

    thread_id = serializers.UUIDField(read_only=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)
    message = serializers.SerializerMethodField()
    paused = serializers.SerializerMethodField(help_text="Whether the run waits because calls to the model are paused.")
    events_url = serializers.SerializerMethodField(
        help_text="The path of the run's events on the origin of this API, with a ticket; null once the run has ended. "
        "A browser follows it with `new EventSource(new URL(events_url, origin))`."
    )
    error_code = serializers.SerializerMethodField()
    help = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="Where to find help, if the run has ended with its conversation suspended."
    )
    checks = serializers.SerializerMethodField(help_text="Empty for students.")

    class Meta:
        model = Run
        fields = (
            "id", "thread_id", "activity_id", "status", "error_code", "error_detail", "attempts", "model",
            "paused", "events_url", "message", "help", "checks", "left_out_messages", "deadline_at", "created_at",
            "started_at", "finished_at",
        )  # fmt: skip

    @extend_schema_field(MessageSerializer(allow_null=True))
    def get_message(self, run: Run) -> dict[str, Any] | None:
        # A reply is stored when its run ends.
        reply = None if run.status in Run.OPEN else next(iter(run.replies.all()), None)
        return dict(MessageSerializer(reply).data) if reply else None

    def get_error_code(self, run: Run) -> str:
        return SUSPENDED if self._is_suspended(run) else run.error_code

    @extend_schema_field(HelpSerializer(allow_null=True))
    def get_help(self, run: Run) -> dict[str, str] | None:
        return self._help if self._is_suspended(run) else None

    def _is_suspended(self, run: Run) -> bool:
        """Whether the run ended with its conversation suspended, and the caller is its student."""
        if run.status != Run.Status.CANCELLED or not hasattr(run, "welfare_flag"):
            return False
        return run.thread.student_id == self.context["request"].user.pk

    @cached_property
    def _help(self) -> dict[str, str]:
        """Looked up once per list."""
        return help_texts()

    def get_paused(self, run: Run) -> bool:
        return pause_would_hold(run) and self._paused

    @cached_property
    def _paused(self) -> bool:
        """Looked up at most once per list, and only if a run waits."""
        return calls_are_paused()

    def get_events_url(self, run: Run) -> str | None:
        request = self.context.get("request")
        return events_url(run, request.user) if request and run.status in Run.OPEN else None

    @extend_schema_field(ReplyCheckSerializer(many=True))
    def get_checks(self, run: Run) -> list[dict[str, Any]]:
        request = self.context.get("request")
        checks = run.checks if request and request.user.is_instructor else []
        return [{"facts": [], **check} for check in checks]
