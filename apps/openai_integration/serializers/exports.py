"""Serializers of the rows of downloads, for the description of the API alone: the rows are made as plain values."""

from rest_framework import serializers


class ExportRowSerializer(serializers.Serializer):
    conversation = serializers.CharField(allow_null=True, help_text="The thread's id, or its pseudonym.")
    student = serializers.JSONField(help_text="The id of the account, or its pseudonym; null without an account.")
    student_name = serializers.CharField(allow_blank=True, help_text="Empty with pseudonyms.")
    exercise_id = serializers.IntegerField(allow_null=True)
    exercise = serializers.CharField(allow_blank=True)


class MarkRowSerializer(ExportRowSerializer):
    """The current mark of a criterion."""

    marking = serializers.CharField(help_text="The evaluation's id, or its pseudonym.")
    rubric = serializers.CharField(help_text="The category, named as teachers name it.")
    criterion_id = serializers.CharField()
    criterion = serializers.CharField()
    score = serializers.IntegerField(allow_null=True)
    max_score = serializers.IntegerField()
    model_score = serializers.IntegerField(allow_null=True)
    needs_review = serializers.BooleanField()
    review_reason = serializers.CharField(allow_blank=True)
    reviewed = serializers.BooleanField(help_text="Whether an instructor has confirmed or overridden it.")
    comment = serializers.CharField(allow_blank=True)
    quotes = serializers.CharField(allow_blank=True, help_text="The verified quotes, a line each.")
    total_score = serializers.IntegerField(allow_null=True, help_text="Of the whole evaluation.")
    total_max_score = serializers.IntegerField()
    passed = serializers.BooleanField(allow_null=True)
    marked_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class MessageRowSerializer(ExportRowSerializer):
    """A message of a thread."""

    patient = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(help_text="Counted from 1 within the thread.")
    role = serializers.ChoiceField(choices=["student", "patient"])
    said_at = serializers.DateTimeField()
    text = serializers.CharField()
