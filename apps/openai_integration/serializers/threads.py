"""Serializers of threads and messages."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.activities.models import Activity
from apps.core.api.serializers import InputSerializer, RowId
from apps.openai_integration.models import Message, Thread
from apps.scenarios.models import AssistantScenario


class ScenarioChoiceIn(InputSerializer):
    """The activity or scenario to talk with. It must be visible to the caller."""

    activity_id = RowId(Activity.objects.none(), source="activity", required=False, allow_null=True)
    scenario_id = RowId(AssistantScenario.objects.none(), source="scenario", required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request and request.user.is_authenticated:
            fields["activity_id"].queryset = Activity.objects.visible_to(request.user).select_related("character")
            fields["scenario_id"].queryset = AssistantScenario.objects.visible_to(request.user)
        return fields


@extend_schema_serializer(component_name="TurnIn")  # the component's name in the published schema
class MessageIn(ScenarioChoiceIn):
    """A student's message. Without `content`, the last unanswered message is answered again.

    `client_message_id` is an id of the client's choice. A repeat with the same id and content returns the existing run,
    even if it has ended, and stores no second message. To retry after a failure, leave out both fields.
    """

    content = serializers.CharField(max_length=settings.MESSAGE_MAX_CHARACTERS, required=False)
    client_message_id = serializers.RegexField(
        r"^[\x21-\x7e]{1,64}\Z", required=False, error_messages={"invalid": "1 to 64 visible ASCII characters."}
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "client_message_id" in data and "content" not in data:
            raise serializers.ValidationError(
                {"client_message_id": ["It identifies a new message: send its content too."]}
            )
        return data


class ThreadSerializer(serializers.ModelSerializer):
    student_id = serializers.IntegerField(read_only=True, allow_null=True)
    scenario_id = serializers.IntegerField(read_only=True, allow_null=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Thread
        fields = ("id", "student_id", "scenario_id", "activity_id", "title", "created_at", "updated_at")


class MessageSerializer(serializers.ModelSerializer):
    """`message` is the content, named as in the old API. `client_message_id` is empty if the client sent none."""

    message = serializers.CharField(source="content", read_only=True)
    client_message_id = serializers.CharField(source="client_id", read_only=True)

    class Meta:
        model = Message
        fields = ("id", "role", "message", "client_message_id", "created_at")
