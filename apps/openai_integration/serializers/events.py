"""The events of a run, for the schema: what is sent is built in `conversation.events.publishing`."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers

from apps.openai_integration.models import Run
from apps.openai_integration.serializers.threads import HelpSerializer, MessageSerializer


class AttemptSerializer(serializers.Serializer):
    attempt = serializers.IntegerField(help_text="The number of the call to the model; 0 before the first one.")


class StatusDataSerializer(AttemptSerializer):
    status = serializers.ChoiceField(Run.Status.choices)
    paused = serializers.BooleanField(help_text="Whether the run waits because calls to the model are paused.")


class DeltaDataSerializer(AttemptSerializer):
    text = serializers.CharField(help_text="To append to the earlier pieces of the same attempt.")


class ResetDataSerializer(AttemptSerializer):
    pass


class MessageDataSerializer(AttemptSerializer):
    message = MessageSerializer()


class NoticeDataSerializer(AttemptSerializer):
    code = serializers.CharField()
    help = HelpSerializer()  # type: ignore[assignment]


class FailureDataSerializer(AttemptSerializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class DoneDataSerializer(AttemptSerializer):
    status = serializers.ChoiceField(Run.Status.choices)


DATA: dict[str, type[AttemptSerializer]] = {
    "status": StatusDataSerializer,
    "delta": DeltaDataSerializer,
    "reset": ResetDataSerializer,
    "message": MessageDataSerializer,
    "notice": NoticeDataSerializer,
    "failure": FailureDataSerializer,
    "error": FailureDataSerializer,
    "done": DoneDataSerializer,
}


def _event(name: str, data: type[AttemptSerializer]) -> Any:
    fields: dict[str, serializers.Field] = {
        "id": serializers.CharField(help_text="For `Last-Event-ID`."),
        "event": serializers.CharField(),
        "data": data(help_text="The JSON of the `data:` line."),
    }
    # Plain names, such as MessageEvent, are the browser's own.
    return inline_serializer(f"Run{name.capitalize()}Event", fields)


RUN_EVENT = PolymorphicProxySerializer(
    "RunEvent",
    serializers={name: _event(name, data) for name, data in DATA.items()},
    resource_type_field_name="event",
)
