from datetime import datetime
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import InputSerializer, RowId, ShownNumber, ShownText, UnchangedFieldsMixin
from apps.scenarios.findings import CODES
from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion, Tag
from apps.scenarios.shown import LANGUAGE_MAX, OLDEST, TITLE_MAX, picture_url

NAME_HELP = (
    "Written empty: the name that `scenario_text` begins with, as in `Ann Lee, 41, a cook`, if its second line begins "
    "with the same name; otherwise empty."
)
PICTURE_HELP = "The path of the picture, which takes the same token; null without one. It changes with the picture."
# The relations that a scenario shows as lists of texts > the column to show. The questions belong to
# apps.assessments, which this app must not import, so they are reached through the scenario's manager.
TEXTS = {"tags": "tag", "rubric_questions": "question"}


class TextsField(serializers.ListField):
    """The rows of a reverse relation as a list of texts, in the order in which they were written."""

    child = serializers.CharField()

    def get_attribute(self, instance: AssistantScenario) -> list[str]:
        relation = str(self.source)
        return [getattr(row, TEXTS[relation]) for row in getattr(instance, relation).all()]


class ScenarioSerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A scenario as instructors see it. A list that is given replaces the stored one; one left out stays as it is."""

    title = ShownText(max_length=TITLE_MAX, help_text="Written empty: the first line of `scenario_text`.")
    name = ShownText(max_length=TITLE_MAX, help_text=NAME_HELP)
    age = ShownNumber(min_value=0, max_value=OLDEST, help_text="In years. Written null: the age after that name.")
    picture_url = serializers.CharField(read_only=True, allow_null=True, help_text=PICTURE_HELP)
    archived_at = serializers.SerializerMethodField(help_text="Null: it is not in the archive.")
    tags = TextsField(required=False)
    rubrics = TextsField(source="rubric_questions", required=False, help_text="The rubric questions, in order.")

    class Meta:
        model = AssistantScenario
        fields = [
            "id",
            "title",
            "name",
            "age",
            "scenario_text",
            "additional_instructions",
            "enable",
            "role",
            "openid",
            "communication_preferences",
            "setting",
            "content_warning",
            "language",
            "diagnosis",
            "case_notes",
            "picture_url",
            "archived_at",
            "tags",
            "rubrics",
        ]
        read_only_fields = ["openid"]

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_archived_at(self, scenario: AssistantScenario) -> datetime | None:
        return scenario.archived_at if scenario.is_archived else None

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> AssistantScenario:
        texts = _take_texts(validated_data)
        scenario = super().create(validated_data)
        _replace_texts(scenario, texts)
        return scenario

    @transaction.atomic
    def update(self, instance: AssistantScenario, validated_data: dict[str, Any]) -> AssistantScenario:
        texts = _take_texts(validated_data)
        # The row is written first, even if unchanged: its lock makes concurrent writers of the lists wait.
        scenario = super().update(instance, validated_data)
        _replace_texts(scenario, texts)
        return scenario


class PublicScenarioSerializer(serializers.ModelSerializer):
    """A scenario as students see it: without the patient's knowledge and manner, and without rubric questions."""

    title = ShownText(max_length=TITLE_MAX)
    name = ShownText(max_length=TITLE_MAX, help_text=NAME_HELP)
    age = ShownNumber(help_text="In years.")
    picture_url = serializers.CharField(read_only=True, allow_null=True, help_text=PICTURE_HELP)
    tags = TextsField()

    class Meta:
        model = AssistantScenario
        fields = [
            "id", "title", "name", "age", "scenario_text", "enable", "role", "content_warning", "picture_url", "tags",
        ]  # fmt: skip


class ScenarioCheckSerializer(InputSerializer):
    """What a scenario may be given, to be looked at."""

    additional_instructions = serializers.CharField(allow_blank=True, trim_whitespace=False)
    language = serializers.CharField(default="", allow_blank=True, max_length=LANGUAGE_MAX)


class UnderstoodFactSerializer(serializers.Serializer):
    """A fact as it is understood."""

    number = serializers.IntegerField(help_text="The number by which the facts ledger knows it.")
    topics = serializers.ListField(child=serializers.CharField(), help_text="What may be asked.")
    questions = serializers.ListField(child=serializers.CharField(), help_text="Example questions.")
    text = serializers.CharField(help_text="What the patient tells.")
    locked = serializers.BooleanField(help_text="Whether it is told only when asked for.")


class FindingSerializer(serializers.Serializer):
    """Something that an author should look at."""

    code = serializers.ChoiceField(choices=CODES)
    severity = serializers.ChoiceField(
        choices=["error", "warning"],
        help_text="`error`: the patient may tell a secret unasked. It is stored all the same.",
    )
    detail = serializers.CharField()
    line = serializers.IntegerField(allow_null=True, help_text="Counted from 1; null for the text as a whole.")
    text = serializers.CharField(allow_blank=True, help_text="The line, cut at 80 characters.")


class CheckedScenarioSerializer(serializers.Serializer):
    """A text for a scenario as it is understood."""

    opening = serializers.CharField(allow_blank=True, help_text="What the patient says first.")
    facts = UnderstoodFactSerializer(many=True)
    findings = FindingSerializer(many=True, help_text="At most 50.")


class PictureSerializer(serializers.ModelSerializer):
    """What the picture of a scenario is."""

    picture_url = serializers.SerializerMethodField(help_text=PICTURE_HELP)

    class Meta:
        model = ScenarioPicture
        fields = ["picture_url", "content_type", "width", "height"]
        read_only_fields = fields

    def get_picture_url(self, picture: ScenarioPicture) -> str | None:
        return picture_url(picture.pk, picture.digest)


class ScenarioVersionSerializer(serializers.ModelSerializer):
    """One state of a scenario, as runs played it."""

    class Meta:
        model = ScenarioVersion
        fields = ["id", "number", "openid", "title", "content", "created_at", "retired_at"]


class VersionInListSerializer(ScenarioVersionSerializer):
    """A version in the list of a scenario's versions."""

    changed = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The fields that differ from the previous version."
    )

    class Meta(ScenarioVersionSerializer.Meta):
        fields = [*ScenarioVersionSerializer.Meta.fields, "changed"]


class DifferenceSerializer(serializers.Serializer):
    """A field that differs between two versions."""

    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    diff = serializers.CharField(allow_null=True, help_text="A unified diff by lines; null over 500 lines.")


class VersionWithDifferencesSerializer(ScenarioVersionSerializer):
    """A version, with its differences from another one."""

    against = serializers.IntegerField(allow_null=True, help_text="The version compared with; null for the first.")
    differences = DifferenceSerializer(many=True)

    class Meta(ScenarioVersionSerializer.Meta):
        fields = [*ScenarioVersionSerializer.Meta.fields, "against", "differences"]


class TagCountSerializer(serializers.Serializer):
    """A tag's word, and the number of scenarios with it that the caller may see."""

    tag = serializers.CharField()
    scenarios = serializers.IntegerField()


class TagSerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A word to find a scenario by."""

    scenario_id = RowId(AssistantScenario.objects.all(), source="scenario")

    class Meta:
        model = Tag
        fields = ["id", "tag", "scenario_id"]


def _take_texts(validated_data: dict[str, Any]) -> dict[str, list[str]]:
    return {name: validated_data.pop(name) for name in TEXTS if name in validated_data}


def _replace_texts(scenario: AssistantScenario, texts: dict[str, list[str]]) -> None:
    for name, values in texts.items():
        rows = getattr(scenario, name)
        rows.all().delete()
        rows.bulk_create([rows.model(scenario=scenario, **{TEXTS[name]: value}) for value in values])
