"""Serializers of reports of replies."""

from rest_framework import serializers

from apps.core.api.serializers import InputSerializer
from apps.openai_integration.models import ReplyReport


class ReplyReportIn(InputSerializer):
    """What was wrong with the reply, if the student wants to say it."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ReplyReportSerializer(serializers.ModelSerializer):
    """A reply that its student says was wrong. `seen_at` is null until an instructor has settled it."""

    message_id = serializers.IntegerField(read_only=True)
    message = serializers.CharField(source="message.content", read_only=True, help_text="The reply.")
    thread_id = serializers.UUIDField(source="message.thread_id", read_only=True)
    scenario_id = serializers.IntegerField(source="message.thread.scenario_id", read_only=True, allow_null=True)
    student_id = serializers.IntegerField(source="message.thread.student_id", read_only=True, allow_null=True)
    student_name = serializers.SerializerMethodField()
    seen_by = serializers.SerializerMethodField(help_text="The instructor's name.")

    class Meta:
        model = ReplyReport
        fields = (
            "id", "message_id", "message", "thread_id", "scenario_id", "student_id", "student_name", "reason",
            "created_at", "seen_at", "seen_by",
        )  # fmt: skip

    def get_student_name(self, report: ReplyReport) -> str | None:
        student = report.message.thread.student
        return student.username if student else None

    def get_seen_by(self, report: ReplyReport) -> str | None:
        return report.seen_by.username if report.seen_by else None
