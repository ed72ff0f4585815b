from collections.abc import Mapping
from typing import Any, cast

from django.db import transaction
from rest_framework import serializers
from rest_framework.settings import api_settings

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.assessments.projections import CRITERION_COLUMNS, PUBLIC_CRITERION_COLUMNS
from apps.assessments.scales import HIGHEST, LOWEST, MAX_TEXT_CHARACTERS, MAX_TEXTS, scale_problems
from apps.core.api.serializers import HIGHEST_ID, InputSerializer, RowId, UnchangedFieldsMixin
from apps.scenarios.models import AssistantScenario

# The column's range, the same with every database.
PASS_MARK = {"total_required_to_pass": {"max_value": HIGHEST_ID}}


class TextOfScoreSerializer(InputSerializer):
    """A text for one score of a criterion's scale."""

    score = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    text = serializers.CharField(max_length=MAX_TEXT_CHARACTERS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # Within a PATCH nothing counts as required.
        if missing := self.fields.keys() - attrs.keys():
            raise serializers.ValidationError(
                {name: [serializers.Field.default_error_messages["required"]] for name in missing}
            )
        return attrs


SCALE = ("lowest_score", "highest_score", "levels", "anchors")


class ScaleMixin(serializers.Serializer):
    # The scale of a criterion is checked and written as a whole, with the stored values where the input has none: of
    # two writers at once, one's scale stands.
    levels = serializers.ListField(
        child=TextOfScoreSerializer(), required=False, max_length=MAX_TEXTS, help_text="What a score means."
    )
    anchors = serializers.ListField(
        child=TextOfScoreSerializer(),
        required=False,
        max_length=MAX_TEXTS,
        help_text="Examples of what students say who get a score.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = super().validate(attrs)
        if not values.keys() & set(SCALE):
            return values
        stored = self.instance or SubCategory()
        scale = {name: values.get(name, getattr(stored, name)) for name in SCALE}
        if problems := scale_problems(**scale):
            raise serializers.ValidationError({name: [problem] for name, problem in problems.items()})
        return {**values, **scale}


class SubCategorySerializer(UnchangedFieldsMixin, ScaleMixin, serializers.ModelSerializer):
    """A criterion as instructors see it."""

    category_id = RowId(Category.objects.all(), source="category")

    class Meta:
        model = SubCategory
        fields = [*CRITERION_COLUMNS]


class PublicSubCategorySerializer(serializers.ModelSerializer):
    """A criterion as students see it: its name and scale."""

    class Meta:
        model = SubCategory
        fields = [*PUBLIC_CRITERION_COLUMNS]
        read_only_fields = fields


class CriteriaSerializer(serializers.ListSerializer):
    """The criteria of one category. Each is validated, and later saved, by its own serializer."""

    def to_internal_value(self, data: Any) -> list[Any]:
        category = cast(Category | None, self.parent.instance)
        self._there = {row.pk: row for row in category.subcategories.all()} if category else {}
        criteria = super().to_internal_value(data)
        ids = [one.instance.pk for one in criteria if one.instance]
        if len(ids) != len(set(ids)):
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: ["A criterion appears twice."]})
        return criteria

    def run_child_validation(self, data: Any) -> "CriterionOfCategorySerializer":
        pk = data.get("id") if isinstance(data, Mapping) else None
        row = self._there.get(pk) if isinstance(pk, int) else None
        if pk is not None and row is None:
            raise serializers.ValidationError({"id": ["This criterion does not belong to the category."]})
        child = CriterionOfCategorySerializer(row, data=data, partial=row is not None)
        child.is_valid(raise_exception=True)
        return child


class CriterionOfCategorySerializer(UnchangedFieldsMixin, ScaleMixin, serializers.ModelSerializer):
    """A criterion within its category. With the `id` of an existing criterion it changes that; without, it is new."""

    id = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ID)

    class Meta:
        model = SubCategory
        fields = [*CRITERION_COLUMNS]
        read_only_fields = ["category_id"]
        list_serializer_class = CriteriaSerializer


class CategorySerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A category as instructors see it.

    Without `subcategories`, its criteria stay as they are. A list replaces them: items with an `id` change that
    criterion, items without one are created, and all other criteria are deleted.
    """

    subcategories = CriterionOfCategorySerializer(many=True, required=False)

    class Meta:
        model = Category
        fields = ["id", "name", "total_required_to_pass", "subcategories"]
        extra_kwargs = PASS_MARK

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Category:
        criteria = validated_data.pop("subcategories", [])
        category = super().create(validated_data)
        _replace_criteria(category, criteria)
        return category

    @transaction.atomic
    def update(self, instance: Category, validated_data: dict[str, Any]) -> Category:
        criteria = validated_data.pop("subcategories", None)
        # The row is written first, even if unchanged: its lock makes concurrent writers of the list wait.
        category: Category = super().update(instance, validated_data)
        if criteria is not None:
            _replace_criteria(category, criteria)
        return category


def _replace_criteria(category: Category, criteria: list[CriterionOfCategorySerializer]) -> None:
    kept = [one.instance.pk for one in criteria if one.instance]
    category.subcategories.exclude(pk__in=kept).delete()
    for one in criteria:
        if one.instance and one.validated_data:
            one.save()
    new = [one.validated_data for one in criteria if not one.instance]
    SubCategory.objects.bulk_create([SubCategory(category=category, **fields) for fields in new])


class PublicCategorySerializer(serializers.ModelSerializer):
    """A category as students see it: its name, its pass mark and its criteria's names."""

    subcategories = PublicSubCategorySerializer(many=True, read_only=True)

    class Meta:
        model = Category
        fields = ["id", "name", "total_required_to_pass", "subcategories"]
        extra_kwargs = PASS_MARK


class RubricQuestionSerializer(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A plain question about conversations on one scenario."""

    scenario_id = RowId(AssistantScenario.objects.all(), source="scenario")

    class Meta:
        model = RubricQuestion
        fields = ["id", "question", "scenario_id"]
