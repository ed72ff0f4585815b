"""Serializers of evaluations and marks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.assessments.scales import HIGHEST, LOWEST
from apps.core.api.serializers import InputSerializer, RowIds
from apps.marking.evidence import REFUSALS
from apps.marking.review_reasons import REVIEW_REASONS
from apps.marking.scoring import DOUBT_REASONS
from apps.openai_integration.marking.report import category_reports, doubt_reports, feedback_report, max_score
from apps.openai_integration.models import Evaluation
from apps.openai_integration.serializers.threads import ChosenId


class EvaluationIn(InputSerializer):
    """The activity whose rubric to use. It must be visible to the caller; by default it is the thread's.

    A preview can be marked by any `category_ids` instead.
    """

    activity_id = ChosenId(
        Activity.objects.select_related("character"), source="activity", required=False, allow_null=True
    )
    category_ids = RowIds(
        Category.objects.all(), source="categories", required=False, allow_empty=False, max_length=100
    )


class OverrideIn(InputSerializer):
    """An instructor's score, with its reason as the comment."""

    score = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, help_text="On the criterion's scale.")
    comment = serializers.CharField(max_length=2000)


class EvidenceSerializer(serializers.Serializer):
    message_indices = serializers.ListField(
        child=serializers.IntegerField(), help_text="Indices of messages in the transcript, from 0."
    )
    quotes = serializers.ListField(child=serializers.CharField(), help_text="The student's own words.")


class QuoteSerializer(serializers.Serializer):
    """One verified quote. `start` and `end` count code points in the text of that message."""

    message_id = serializers.IntegerField(
        allow_null=True, help_text="Null for a transcript that was sent in, and in earlier evaluations."
    )
    index = serializers.IntegerField(help_text="The message's index in the transcript, from 0.")
    quote = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class RefusedQuoteSerializer(serializers.Serializer):
    index = serializers.IntegerField(allow_null=True, help_text="The message that the model named, if it exists.")
    quote = serializers.CharField()
    reason = serializers.ChoiceField(REFUSALS)


class OverrideSerializer(serializers.Serializer):
    mark_id = serializers.IntegerField()
    score = serializers.IntegerField()
    previous_score = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    author = serializers.CharField()
    created_at = serializers.DateTimeField()


class LevelReportSerializer(serializers.Serializer):
    score = serializers.IntegerField()
    text = serializers.CharField()


class CriterionSerializer(serializers.Serializer):
    """For students, `instructions`, `levels`, the scores of the model and `refused_quotes` are empty; a question's name
    is its number. `comment` is empty where the current score is not the one that it is about."""

    criterion_id = serializers.CharField(help_text="The criterion's id in the frozen rubric.")
    mark_id = serializers.IntegerField(help_text="The current mark.")
    subcategory_id = serializers.IntegerField(allow_null=True)
    question_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    instructions = serializers.CharField()
    levels = LevelReportSerializer(many=True, help_text="What the scores mean.")
    score = serializers.IntegerField(
        allow_null=True, help_text="Null if it could not be marked: the provider refused a part of the conversation."
    )
    min_score = serializers.IntegerField()
    max_score = serializers.IntegerField()
    needs_review = serializers.BooleanField()
    review_reason = serializers.ChoiceField(REVIEW_REASONS, allow_blank=True, help_text="The first of review_reasons.")
    review_reasons = serializers.ListField(child=serializers.ChoiceField(REVIEW_REASONS))
    evidence = EvidenceSerializer()
    quotes = QuoteSerializer(many=True, help_text="Each quote of the evidence with its place.")
    comment = serializers.CharField()
    rewrite_if_missing = serializers.CharField()
    model_score = serializers.IntegerField(allow_null=True)
    second_score = serializers.IntegerField(
        allow_null=True, help_text="The score of a judge who saw the criterion and the quotes alone."
    )
    sample_scores = serializers.ListField(child=serializers.IntegerField())
    refused_quotes = RefusedQuoteSerializer(many=True, help_text="What the model gave as evidence and does not count.")
    score_before = serializers.IntegerField(
        allow_null=True, help_text="The current score in the evaluation that this one repeats; null without one."
    )
    overrides = OverrideSerializer(many=True)


class CategoryResultSerializer(serializers.Serializer):
    """`passed` is null if there is no pass mark, or while a review could decide it.

    `score` and `max_score` are of the criteria with a score; `unmarked` counts the others.
    """

    category_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    score = serializers.IntegerField()
    max_score = serializers.IntegerField()
    unmarked = serializers.IntegerField()
    required_to_pass = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)
    criteria = CriterionSerializer(many=True)


class FeedbackPartSerializer(serializers.Serializer):
    text = serializers.CharField()
    quotes = QuoteSerializer(many=True)


class FeedbackSerializer(serializers.Serializer):
    """Feedback on the whole conversation, in its language. A part without a verified quote is null."""

    went_well = FeedbackPartSerializer(allow_null=True)
    try_next = FeedbackPartSerializer(allow_null=True)
    before_overrides = serializers.BooleanField(help_text="Whether marks have been overridden since it was written.")


class TranscriptTurnSerializer(serializers.Serializer):
    role = serializers.CharField()
    message = serializers.CharField()
    message_id = serializers.IntegerField(
        allow_null=True, help_text="Null for a transcript that was sent in, and in earlier evaluations."
    )


class DoubtSerializer(serializers.Serializer):
    """A doubt about the whole of an evaluation; the last three fields are of its settlement."""

    reason = serializers.ChoiceField(DOUBT_REASONS)
    is_open = serializers.BooleanField()
    comment = serializers.CharField()
    author = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)


class EvaluationSummarySerializer(serializers.ModelSerializer):
    """An evaluation in a list."""

    thread_id = serializers.UUIDField(read_only=True, allow_null=True)
    student_id = serializers.IntegerField(read_only=True, allow_null=True)
    activity_id = serializers.IntegerField(read_only=True, allow_null=True)
    scenario_id = serializers.IntegerField(read_only=True, allow_null=True)
    repeats_id = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="The evaluation beside which this one was asked for."
    )
    max_score = serializers.SerializerMethodField()
    review_reasons = serializers.ListField(child=serializers.ChoiceField(REVIEW_REASONS), read_only=True)

    class Meta:
        model = Evaluation
        fields: tuple[str, ...] = (
            "id", "thread_id", "student_id", "activity_id", "scenario_id", "kind", "status", "error_code",
            "error_detail", "title", "total_score", "max_score", "unmarked", "passed", "needs_review", "review_reasons",
            "model", "repeats_id", "released_at", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_max_score(self, evaluation: Evaluation) -> int:
        return max_score(evaluation)


class EvaluationSerializer(EvaluationSummarySerializer):
    """An evaluation with its marks, and the transcript that their evidence refers to."""

    categories = serializers.SerializerMethodField()
    doubts = serializers.SerializerMethodField(help_text="Doubts about the whole, for instructors.")
    feedback = serializers.SerializerMethodField()
    transcript = serializers.SerializerMethodField()

    class Meta(EvaluationSummarySerializer.Meta):
        fields = (*EvaluationSummarySerializer.Meta.fields, "categories", "doubts", "feedback", "transcript")
        read_only_fields = fields

    @extend_schema_field(CategoryResultSerializer(many=True))
    def get_categories(self, evaluation: Evaluation) -> Any:
        categories = category_reports(
            evaluation, list(evaluation.marks.all()), for_instructor=self.context["request"].user.is_instructor
        )
        return CategoryResultSerializer(categories, many=True).data

    @extend_schema_field(FeedbackSerializer(allow_null=True))
    def get_feedback(self, evaluation: Evaluation) -> Any:
        feedback = feedback_report(evaluation, list(evaluation.marks.all()))
        return feedback and FeedbackSerializer(feedback).data

    @extend_schema_field(DoubtSerializer(many=True))
    def get_doubts(self, evaluation: Evaluation) -> Any:
        instructor = self.context["request"].user.is_instructor
        return DoubtSerializer(doubt_reports(evaluation) if instructor else [], many=True).data

    @extend_schema_field(TranscriptTurnSerializer(many=True))
    def get_transcript(self, evaluation: Evaluation) -> Any:
        return [{"message_id": None, **turn} for turn in evaluation.transcript]
