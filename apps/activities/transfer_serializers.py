"""The format of files with patients, checked as a whole: each error names its path in the file."""

from typing import Any

from rest_framework import serializers

from apps.activities import transfer
from apps.activities.models import Activity
from apps.assessments.models import Category, SubCategory
from apps.assessments.serializers import PASS_MARK, ScaleMixin
from apps.core.api.serializers import InputSerializer
from apps.scenarios.models import AssistantScenario

MOST_TEXTS = 200


class TransferredCriterionSerializer(ScaleMixin, InputSerializer, serializers.ModelSerializer):
    """A criterion in a file."""

    class Meta:
        model = SubCategory
        fields = [*transfer.CRITERION_COLUMNS]


class TransferredCategorySerializer(InputSerializer, serializers.ModelSerializer):
    """A category in a file."""

    criteria = TransferredCriterionSerializer(many=True, max_length=MOST_TEXTS)  # type: ignore[call-arg]

    class Meta:
        model = Category
        fields = [*transfer.CATEGORY_COLUMNS, "criteria"]
        extra_kwargs = PASS_MARK


class TransferredActivitySerializer(InputSerializer, serializers.ModelSerializer):
    """An activity in a file."""

    categories = serializers.ListField(
        child=serializers.IntegerField(min_value=0),
        max_length=MOST_TEXTS,
        help_text="Places in the file's list of categories, from 0.",
    )

    class Meta:
        model = Activity
        fields = [*transfer.ACTIVITY_COLUMNS, "categories"]


class TransferredScenarioSerializer(InputSerializer, serializers.ModelSerializer):
    """A scenario in a file, with what was typed: an empty title stands for the first line of the text."""

    tags = serializers.ListField(child=serializers.CharField(), max_length=MOST_TEXTS)
    rubric_questions = serializers.ListField(child=serializers.CharField(), max_length=MOST_TEXTS)
    activities = TransferredActivitySerializer(many=True, max_length=MOST_TEXTS)  # type: ignore[call-arg]

    class Meta:
        model = AssistantScenario
        fields = [*transfer.SCENARIO_COLUMNS, "tags", "rubric_questions", "activities"]


class TransferSerializer(InputSerializer):
    """A file with scenarios, their activities, and the categories that these are marked by."""

    format = serializers.ChoiceField([transfer.FORMAT])
    version = serializers.ChoiceField([transfer.VERSION])
    scenarios = TransferredScenarioSerializer(many=True, max_length=transfer.MOST_SCENARIOS, allow_empty=False)  # type: ignore[call-arg]
    categories = TransferredCategorySerializer(many=True, max_length=MOST_TEXTS)  # type: ignore[call-arg]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        known = len(data["categories"])
        errors = {
            f"scenarios.{i}.activities.{j}.categories.{k}": [f"There is no category at the place {place}."]
            for i, scenario in enumerate(data["scenarios"])
            for j, activity in enumerate(scenario["activities"])
            for k, place in enumerate(activity["categories"])
            if place >= known
        }
        if errors:
            raise serializers.ValidationError(errors)
        return data


class ImportedSerializer(serializers.Serializer):
    """The scenarios that an import has made, in the file's order."""

    scenario_ids = serializers.ListField(child=serializers.IntegerField())
