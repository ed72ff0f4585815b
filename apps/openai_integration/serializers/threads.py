"""Talks as the API shows them."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.activities.models import Activity
from apps.core.api.serializers import InputSerializer, RowId
from apps.openai_integration.models import Message, Thread
from apps.scenarios.models import AssistantScenario


class ScenarioChoiceIn(InputSerializer):
    """Whom to talk with: an activity, or a scenario, that the caller can see."""

    activity_id = RowId(Activity.objects.none(), source="activity", required=False, allow_null=True)
    scenario_id = RowId(AssistantScenario.objects.none(), source="scenario", required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request and request.user.is_authenticated:
            fields["activity_id"].queryset = Activity.objects.visible_to(request.user).select_related("character")
            fields["scenario_id"].queryset = AssistantScenario.objects.visible_to(request.user)
        return fields


@extend_schema_serializer(component_name="TurnIn")  # the API's name for it
class MessageIn(ScenarioChoiceIn):
    """What the student says. Without `content` the last unanswered turn is answered again.

    `client_message_id` is the sender's own name for the turn: sent again with the same words it is answered with the
    run that there is, ended or not, and nothing is said twice. To try again after a failure, leave both out.
    """

    content = serializers.CharField(max_length=settings.MESSAGE_MAX_CHARACTERS, required=False)
    client_message_id = serializers.RegexField(
        r"^[\x21-\x7e]{1,64}\Z", required=False, error_messages={"invalid": "1 to 64 visible ASCII characters."}
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "client_message_id" in data and "content" not in data:
            raise serializers.ValidationError({"client_message_id": ["It names a new turn: give its content too."]})
        return data


class ThreadSerializer(serializers.ModelSerializer):
    student_id = serializers.IntegerField(read_only=True, allow_null=True)
    scenario_id = serializers.IntegerField(read_only=True, allow_null=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Thread
        fields = ("id", "student_id", "scenario_id", "activity_id", "title", "created_at", "updated_at")


class MessageSerializer(serializers.ModelSerializer):
    """`message` is the old API's name for what was said; `client_message_id` is empty where the sender gave none."""

    message = serializers.CharField(source="content", read_only=True)
    client_message_id = serializers.CharField(source="client_id", read_only=True)

    class Meta:
        model = Message
        fields = ("id", "role", "message", "client_message_id", "created_at")
