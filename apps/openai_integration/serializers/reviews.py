"""Serializers of reviews."""

from typing import Any

from rest_framework import serializers

from apps.assessments.scales import HIGHEST, LOWEST
from apps.core.api.serializers import InputSerializer
from apps.marking.scoring import DOUBT_REASONS
from apps.openai_integration.marking.decisions import Decision, Settlement
from apps.openai_integration.models import Evaluation, Mark


class DecisionIn(InputSerializer):
    """What becomes of a current mark. Without a score, or with the same, it is confirmed; another needs a reason."""

    mark_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    score = serializers.IntegerField(
        min_value=LOWEST, max_value=HIGHEST, required=False, allow_null=True, help_text="On the criterion's scale."
    )
    comment = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="The reason, which the student reads."
    )


class SettlementIn(InputSerializer):
    """A doubt about the whole that the instructor has looked into."""

    reason = serializers.ChoiceField(DOUBT_REASONS)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True, help_text="For instructors.")


class ReviewIn(InputSerializer):
    """Decisions on marks of the evaluation in the context, and doubts that are settled: all or nothing."""

    marks = serializers.ListField(child=DecisionIn(), required=False, max_length=200)
    doubts = serializers.ListField(child=SettlementIn(), required=False, max_length=len(DOUBT_REASONS))
    confirm_rest = serializers.BooleanField(
        required=False, help_text="Confirm all other marks under review that have a score."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Into the arguments of ReviewService.review."""
        ids = [one["mark_id"] for one in attrs.get("marks", ())]
        reasons = [one["reason"] for one in attrs.get("doubts", ())]
        if not (ids or reasons or attrs.get("confirm_rest")):
            raise serializers.ValidationError("There is nothing to save: no decision and no doubt that is settled.")
        if len(set(ids)) < len(ids) or len(set(reasons)) < len(reasons):
            raise serializers.ValidationError("A mark or a doubt stands in it twice.")
        evaluation: Evaluation = self.context["evaluation"]
        marks: dict[int, Mark] = {mark.pk: mark for mark in evaluation.marks.filter(pk__in=ids)}
        if unknown := [one for one in ids if one not in marks]:
            raise serializers.ValidationError({"marks": [f"The evaluation has no mark {unknown[0]}."]})
        return {
            "decisions": [
                Decision(marks[one["mark_id"]], one.get("score"), one.get("comment", ""))
                for one in attrs.get("marks", ())
            ],
            "settlements": [Settlement(one["reason"], one.get("comment", "")) for one in attrs.get("doubts", ())],
            "confirm_rest": attrs.get("confirm_rest", False),
        }
