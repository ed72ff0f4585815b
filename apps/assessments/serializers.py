from rest_framework import serializers

from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.models import AssistantScenario
from config.api.serializers import OldValuesStay, RowId


class SubCategorySerializer(OldValuesStay, serializers.ModelSerializer):
    """A criterion as its authors see it."""

    category_id = RowId(Category.objects.all(), source="category")

    class Meta:
        model = SubCategory
        fields = ["id", "name", "marking_instructions", "category_id"]


class PublicSubCategorySerializer(serializers.ModelSerializer):
    """A criterion as students see it: its name, and not what earns marks."""

    class Meta:
        model = SubCategory
        fields = ["id", "name", "category_id"]
        read_only_fields = fields


class CategorySerializer(OldValuesStay, serializers.ModelSerializer):
    """A category as its authors see it. Its criteria are written by themselves."""

    subcategories = SubCategorySerializer(many=True, read_only=True)

    class Meta:
        model = Category
        fields = ["id", "name", "total_required_to_pass", "subcategories"]


class PublicCategorySerializer(serializers.ModelSerializer):
    """A category as students see it: names and the pass mark."""

    subcategories = PublicSubCategorySerializer(many=True, read_only=True)

    class Meta:
        model = Category
        fields = ["id", "name", "total_required_to_pass", "subcategories"]


class RubricQuestionSerializer(OldValuesStay, serializers.ModelSerializer):
    """A plain question about a talk with one patient."""

    scenario_id = RowId(AssistantScenario.objects.all(), source="scenario")

    class Meta:
        model = RubricQuestion
        fields = ["id", "question", "scenario_id"]
