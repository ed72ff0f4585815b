"""v2's serializers of teaching content, with input validated as the Flask service's database did.

LiteralTexts are stored as typed, even empty ones; numbers are not accepted as text, nor "true" as a boolean.
"""

from typing import Any

from django.conf import settings
from django.db import models
from rest_framework import serializers

from apps.activities.serializers import ActivitySerializer
from apps.assessments.projections import SHARED_CRITERION_COLUMNS
from apps.assessments.serializers import CategorySerializer, RubricQuestionSerializer, SubCategorySerializer
from apps.openai_integration.serializers.threads import MessageIn
from apps.scenarios.projections import SHARED_COLUMNS
from apps.scenarios.serializers import ScenarioSerializer, TextsField


class LiteralText(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_blank": True, **kwargs, "trim_whitespace": False})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class LiteralBoolean(serializers.BooleanField):
    """Accepts true, false, 1 and 0."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, int):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


class LiteralTexts(TextsField):
    child = LiteralText()


class LiteralValuesMixin:
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: LiteralText,
        models.TextField: LiteralText,
        models.BooleanField: LiteralBoolean,
    }


class OldScenarioSerializer(LiteralValuesMixin, ScenarioSerializer):
    tags = LiteralTexts(required=False)
    rubrics = LiteralTexts(source="rubric_questions", required=False)

    class Meta(ScenarioSerializer.Meta):
        fields = [*SHARED_COLUMNS, "tags", "rubrics"]


class OldRubricQuestionSerializer(LiteralValuesMixin, RubricQuestionSerializer):
    pass


class OldCategorySerializer(LiteralValuesMixin, CategorySerializer):
    # The column's range: Flask accepted negative pass marks, which everybody reaches.
    total_required_to_pass = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1)


class OldSubCategorySerializer(LiteralValuesMixin, SubCategorySerializer):
    class Meta(SubCategorySerializer.Meta):
        fields = [*SHARED_CRITERION_COLUMNS]


class OldActivitySerializer(LiteralValuesMixin, ActivitySerializer):
    pass


class OldMessageIn(MessageIn):
    content = serializers.CharField(max_length=settings.COMPAT_MESSAGE_MAX_CHARACTERS)
