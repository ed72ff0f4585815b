"""v2's serializers of teaching content, reading values as strictly and as literally as the old service's database did.

Texts are stored as typed, empty ones too; a number is no text, and "true" is no boolean.
"""

from typing import Any

from django.conf import settings
from django.db import models
from rest_framework import serializers

from apps.activities.serializers import ActivitySerializer
from apps.assessments.serializers import CategorySerializer, RubricQuestionSerializer, SubCategorySerializer
from apps.openai_integration.serializers.threads import MessageIn
from apps.scenarios.serializers import ScenarioSerializer, TextsField


class Text(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_blank": True, **kwargs, "trim_whitespace": False})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true and false, and 1 and 0."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, int):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


class Texts(TextsField):
    child = Text()


class AsTyped:
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: Text,
        models.TextField: Text,
        models.BooleanField: Flag,
    }


class OldScenarioSerializer(AsTyped, ScenarioSerializer):
    tags = Texts(required=False)
    rubrics = Texts(source="rubric_questions", required=False)


class OldRubricQuestionSerializer(AsTyped, RubricQuestionSerializer):
    pass


class OldCategorySerializer(AsTyped, CategorySerializer):
    # As far as the column goes: the old service took pass marks below 0, which pass always.
    total_required_to_pass = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1)


class OldSubCategorySerializer(AsTyped, SubCategorySerializer):
    pass


class OldActivitySerializer(AsTyped, ActivitySerializer):
    pass


class OldMessageIn(MessageIn):
    content = serializers.CharField(max_length=settings.COMPAT_MESSAGE_MAX_CHARACTERS)
