from typing import Any

from django.db import transaction
from rest_framework import serializers

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.core.api.serializers import RowId, RowIds, ShownText, UnchangedFieldsMixin
from apps.scenarios.models import AssistantScenario
from apps.scenarios.serializers import PICTURE_HELP
from apps.scenarios.shown import TITLE_MAX


class CharacterSummarySerializer(serializers.ModelSerializer):
    """A summary of an activity's scenario."""

    picture_url = serializers.CharField(read_only=True, allow_null=True, help_text=PICTURE_HELP)

    class Meta:
        model = AssistantScenario
        fields = ["id", "title", "name", "age", "role", "enable", "content_warning", "picture_url"]
        read_only_fields = fields


class CategorySummarySerializer(serializers.ModelSerializer):
    """A summary of a category that an activity is marked by."""

    max_score = serializers.IntegerField(read_only=True, help_text="The most marks that its criteria give together.")

    class Meta:
        model = Category
        fields = ["id", "name", "total_required_to_pass", "max_score"]
        read_only_fields = fields


class ActivitySerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """An activity."""

    title = ShownText(max_length=TITLE_MAX, help_text="Written empty: the first line of `pre_brief`.")
    character_id = RowId(AssistantScenario.objects.all(), source="character", help_text="The scenario's id.")
    categories = RowIds(Category.objects.all(), required=False, help_text="If left out, the list stays as it is.")
    character = CharacterSummarySerializer(read_only=True)
    rubric = CategorySummarySerializer(source="categories", many=True, read_only=True)

    class Meta:
        model = Activity
        fields = [
            "id",
            "title",
            "position",
            "time_limit_minutes",
            "pre_brief",
            "character_id",
            "categories",
            "character",
            "rubric",
        ]

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Activity:
        categories = validated_data.pop("categories", [])
        activity = super().create(validated_data)
        activity.set_categories(categories)
        return activity

    @transaction.atomic
    def update(self, instance: Activity, validated_data: dict[str, Any]) -> Activity:
        categories = validated_data.pop("categories", None)
        activity = super().update(instance, validated_data)
        if categories is not None:
            activity.set_categories(categories)
        return activity
