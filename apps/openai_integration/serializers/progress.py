"""Serializers of a student's progress."""

from rest_framework import serializers


class ProgressPointSerializer(serializers.Serializer):
    """One conversation's marks in a category. `passed` is null while a review could decide it."""

    evaluation_id = serializers.UUIDField()
    activity_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField(help_text="When the marking was requested.")
    score = serializers.IntegerField()
    max_score = serializers.IntegerField()
    passed = serializers.BooleanField(allow_null=True)


class CategoryProgressSerializer(serializers.Serializer):
    category_id = serializers.IntegerField()
    name = serializers.CharField()
    points = ProgressPointSerializer(many=True, help_text="Oldest first.")


class ProgressSerializer(serializers.Serializer):
    """The caller's own released marks by category, of the newest 200 evaluations; a conversation by its newest one."""

    categories = CategoryProgressSerializer(many=True)
