from typing import Any

from django.db import transaction
from rest_framework import serializers

from apps.core.api.serializers import RowId, UnchangedFieldsMixin
from apps.scenarios.models import AssistantScenario, ScenarioVersion, Tag

# Which lists of texts a scenario is sent with > the column of their rows. The questions are the assessments app's,
# reached through the scenario's own manager.
TEXTS = {"tags": "tag", "rubric_questions": "question"}


class TextsField(serializers.ListField):
    """The rows of a reverse relation, as a list of their texts in the order they were given."""

    child = serializers.CharField()

    def get_attribute(self, instance: AssistantScenario) -> list[str]:
        relation = str(self.source)
        return [getattr(row, TEXTS[relation]) for row in getattr(instance, relation).all()]


class ScenarioSerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A patient as its authors see it. Lists that are left out stay as they are; those given replace what is there."""

    tags = TextsField(required=False)
    rubrics = TextsField(source="rubric_questions", required=False, help_text="The plain questions, in order.")

    class Meta:
        model = AssistantScenario
        fields = [
            "id",
            "scenario_text",
            "additional_instructions",
            "enable",
            "role",
            "openid",
            "communication_preferences",
            "tags",
            "rubrics",
        ]
        read_only_fields = ["openid"]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> AssistantScenario:
        texts = _take_texts(validated_data)
        scenario = super().create(validated_data)
        _replace_texts(scenario, texts)
        return scenario

    @transaction.atomic
    def update(self, instance: AssistantScenario, validated_data: dict[str, Any]) -> AssistantScenario:
        texts = _take_texts(validated_data)
        # The row is written first, changed or not: its lock makes two writers of the lists wait for each other.
        scenario = super().update(instance, validated_data)
        _replace_texts(scenario, texts)
        return scenario


class PublicScenarioSerializer(serializers.ModelSerializer):
    """A patient as students see it: nothing of what it knows, how it behaves or what is asked about it."""

    tags = TextsField()

    class Meta:
        model = AssistantScenario
        fields = ["id", "scenario_text", "enable", "role", "tags"]


class ScenarioVersionSerializer(serializers.ModelSerializer):
    """One state of a patient, as it was played."""

    class Meta:
        model = ScenarioVersion
        fields = ["id", "number", "openid", "title", "content", "created_at", "retired_at"]


class VersionInListSerializer(ScenarioVersionSerializer):
    """The same in the list of a patient's versions."""

    changed = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The fields that differ from the version before it."
    )

    class Meta(ScenarioVersionSerializer.Meta):
        fields = [*ScenarioVersionSerializer.Meta.fields, "changed"]


class DifferenceSerializer(serializers.Serializer):
    """A field that two versions say differently."""

    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    diff = serializers.CharField(allow_null=True, help_text="Unified, by lines; null for texts of more than 500.")


class VersionWithDifferencesSerializer(ScenarioVersionSerializer):
    """One state of a patient, and what is different from another."""

    against = serializers.IntegerField(allow_null=True, help_text="The version compared with; null for the first.")
    differences = DifferenceSerializer(many=True)

    class Meta(ScenarioVersionSerializer.Meta):
        fields = [*ScenarioVersionSerializer.Meta.fields, "against", "differences"]


class TagCountSerializer(serializers.Serializer):
    """A word, and how many of the patients that the caller sees have it."""

    tag = serializers.CharField()
    scenarios = serializers.IntegerField()


class TagSerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A word to find a patient by."""

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
