"""Serializers of threads and messages."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.activities.models import Activity
from apps.core.api.serializers import HIGHEST_ID, InputSerializer, RowId
from apps.core.list_queries import Row
from apps.openai_integration.conversation.states import ThreadState, standings_of
from apps.openai_integration.marking.report import highest_score
from apps.openai_integration.models import Evaluation, Message, Thread
from apps.openai_integration.welfare.help import help_texts
from apps.scenarios.models import AssistantScenario


class ChosenId(RowId):
    """The id of a row that the caller may see, or that the `thread` of the context began with.

    The latter may be hidden by now. If it has been deleted, the id counts as left out: the thread goes on without it.
    """

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        rows: Any = super().get_queryset()
        if not request or not request.user.is_authenticated:
            return rows.none()
        own = getattr(self.context.get("thread"), str(self.field_name), None)
        return rows.visible_to(request.user) | rows.filter(pk=own) if own else rows.visible_to(request.user)

    def to_internal_value(self, data: Any) -> Any:
        return None if self._is_gone(data) else super().to_internal_value(data)

    def _is_gone(self, data: Any) -> bool:
        """Only for a thread that has lost its row; so it takes no query elsewhere."""
        thread: Thread | None = self.context.get("thread")
        if thread is None or getattr(thread, str(self.field_name)) is not None or thread.frozen_rubric is None:
            return False
        return type(data) is int and data == getattr(thread.frozen_rubric, str(self.field_name))


class ScenarioChoiceIn(InputSerializer):
    """The activity or scenario to talk with. It must be visible to the caller."""

    activity_id = ChosenId(
        Activity.objects.select_related("character"), source="activity", required=False, allow_null=True
    )
    scenario_id = ChosenId(AssistantScenario.objects.all(), source="scenario", required=False, allow_null=True)


class ThreadIn(ScenarioChoiceIn):
    """The activity or scenario to talk with, if it is known yet, and whether the thread is a preview."""

    preview = serializers.BooleanField(default=False, help_text="Instructors try a patient; it counts nowhere.")


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


class HelpSerializer(serializers.Serializer):
    """Where to find help, and who learns of a suspended conversation, for people to read."""

    text = serializers.CharField()
    who_is_told = serializers.CharField()


class LastMessageSerializer(serializers.ModelSerializer):
    """`message` is the content, cut after 200 characters."""

    message = serializers.CharField(read_only=True)

    class Meta:
        model = Message
        fields = ("role", "message", "created_at")


class ForkIn(InputSerializer):
    """The first message that the new thread leaves out: one of the student's."""

    message_id = serializers.IntegerField(min_value=1, max_value=HIGHEST_ID)


class ForkedFromSerializer(serializers.Serializer):
    """The thread whose beginning was copied, and its first message that was not."""

    thread_id = serializers.UUIDField()
    message_id = serializers.IntegerField()


class ThreadMarksSerializer(serializers.ModelSerializer):
    """The newest released evaluation of a thread that has ended; one that failed, only if none was completed."""

    max_score = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields = ("id", "status", "total_score", "max_score", "passed", "needs_review", "created_at")
        read_only_fields = fields

    def get_max_score(self, marks: Row) -> int:
        return highest_score(marks["kind"], marks["rubric"], marks["unmarked_max"])


class ThreadSerializer(serializers.ModelSerializer):
    """`suspended_at` is set while the thread is suspended because its student may be at risk; others read null."""

    student_id = serializers.IntegerField(read_only=True, allow_null=True)
    student_name = serializers.SerializerMethodField(help_text="For instructors; students read null.")
    scenario_id = serializers.IntegerField(read_only=True, allow_null=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)
    state = serializers.SerializerMethodField(help_text="The first that is true; docs/api.md has what each means.")
    message_count = serializers.SerializerMethodField()
    last_message = serializers.SerializerMethodField()
    open_run_id = serializers.SerializerMethodField()
    marks = serializers.SerializerMethodField()
    forked_from = serializers.SerializerMethodField()
    suspended_at = serializers.SerializerMethodField()
    help = serializers.SerializerMethodField(help_text="Where to find help; always there.")  # type: ignore[assignment]

    class Meta:
        model = Thread
        fields = (
            "id", "student_id", "student_name", "scenario_id", "activity_id", "title", "state", "message_count",
            "last_message", "open_run_id", "marks", "forked_from", "preview", "created_at", "updated_at",
            "suspended_at", "help",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_student_name(self, thread: Thread) -> str | None:
        name: str | None = self._standings[thread.pk]["student_name"]
        return name

    @extend_schema_field(serializers.ChoiceField(ThreadState.choices))
    def get_state(self, thread: Thread) -> str:
        return str(self._standings[thread.pk]["state"])

    def get_message_count(self, thread: Thread) -> int:
        count: int = self._standings[thread.pk]["message_count"]
        return count

    @extend_schema_field(LastMessageSerializer(allow_null=True))
    def get_last_message(self, thread: Thread) -> Any:
        last = self._standings[thread.pk]["last_message"]
        return last and LastMessageSerializer(last).data

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_open_run_id(self, thread: Thread) -> str | None:
        run_id = self._standings[thread.pk]["open_run_id"]
        return run_id and str(run_id)

    @extend_schema_field(ThreadMarksSerializer(allow_null=True))
    def get_marks(self, thread: Thread) -> Any:
        marks = self._standings[thread.pk]["marks"]
        return marks and ThreadMarksSerializer(marks).data

    @extend_schema_field(ForkedFromSerializer(allow_null=True))
    def get_forked_from(self, thread: Thread) -> Any:
        if thread.forked_from_id is None:
            return None
        return ForkedFromSerializer({"thread_id": thread.forked_from_id, "message_id": thread.forked_before_id}).data

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_suspended_at(self, thread: Thread) -> str | None:
        own = thread.student_id == self.context["request"].user.pk
        suspended_at = thread.suspended_at if own else None
        return serializers.DateTimeField().to_representation(suspended_at) if suspended_at else None

    @extend_schema_field(HelpSerializer)
    def get_help(self, thread: Thread) -> dict[str, str]:
        return self._help

    @cached_property
    def _help(self) -> dict[str, str]:
        """Looked up once per list."""
        return help_texts()

    @cached_property
    def _standings(self) -> dict[UUID, Row]:
        """Looked up once per list, which this serializer has as its instance too."""
        shown: Any = self.instance
        return standings_of(shown if isinstance(shown, list) else [shown], reader=self.context["request"].user)


class MessageSerializer(serializers.ModelSerializer):
    """`message` is the content, named as in the old API. `client_message_id` is empty if the client sent none."""

    message = serializers.CharField(source="content", read_only=True)
    client_message_id = serializers.CharField(source="client_id", read_only=True)

    class Meta:
        model = Message
        fields = ("id", "role", "message", "client_message_id", "created_at")
