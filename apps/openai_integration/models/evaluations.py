"""What a talk was worth, by which rubric, and on what evidence."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.activities.models import Activity
from apps.openai_integration.models.jobs import LeasedJob, ended_has_a_time, lease_only_in_progress
from apps.openai_integration.models.threads import Thread
from apps.scenarios.models import AssistantScenario

if TYPE_CHECKING:
    from apps.users.models import User


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: "User") -> "EvaluationQuerySet":
        """Students see their own once released, instructors all."""
        return self if user.is_instructor else self.filter(student=user, released_at__isnull=False)


class Evaluation(LeasedJob):
    """The marking of one talk. Rubric and transcript are frozen into it, so that it reads the same for ever."""

    class Kind(models.TextChoices):
        CATEGORIES = "categories", "categories of the activity"
        QUESTIONS = "questions", "plain questions of the scenario"

    class Status(models.TextChoices):
        QUEUED = "queued"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"

    TRANSITIONS = {
        "queued": frozenset({"in_progress", "failed"}),
        "in_progress": frozenset({"queued", "completed", "failed"}),
    }
    OVERDUE = Status.FAILED
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="evaluations"
    )
    thread = models.ForeignKey(Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="evaluations")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="evaluations")
    scenario = models.ForeignKey(
        AssistantScenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="evaluations"
    )
    title = models.CharField(max_length=80, blank=True, default="", help_text="What was marked, as it was called then.")
    rubric = models.JSONField(help_text="The categories with their criteria, or the questions, as they were.")
    rubric_hash = models.CharField(max_length=64)
    transcript = models.JSONField(help_text="The turns that were marked: a list of {role, message}.")
    transcript_hash = models.CharField(max_length=64)
    prompt_version = models.CharField(max_length=20)
    requested_model = models.CharField(max_length=100)
    model = models.CharField(
        max_length=100, blank=True, default="", help_text="The model that marked, as it names itself."
    )
    request_hash = models.CharField(max_length=64, help_text="The same marking asked for twice has the same one.")
    total_score = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(
        null=True, blank=True, help_text="Empty: no rubric, or undecided until a person has looked."
    )
    needs_review = models.BooleanField(default=False, help_text="An instructor should look at it.")
    review_reasons = models.JSONField(default=list)
    released_at = models.DateTimeField(null=True, blank=True, help_text="From when the student sees it.")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        db_table = "evaluations"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request_hash"], condition=~Q(status="failed"), name="one_evaluation_per_request"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "in_progress", "completed", "failed"]), name="evaluation_status_known"
            ),
            ended_has_a_time("evaluation_ended_has_a_time"),
            lease_only_in_progress("evaluation_lease_only_in_progress"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=LeasedJob.OPEN), name="evaluations_open_idx"
            ),
            models.Index(fields=["student", "-created_at"], name="evaluations_by_student_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.id} ({self.status})"


class Mark(models.Model):
    """One criterion of an evaluation: the model's, or an instructor's that replaces it. Written once, never changed."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="marks")
    criterion_id = models.CharField(max_length=20, help_text="The criterion in the frozen rubric: c12 or q5.")
    position = models.PositiveSmallIntegerField(help_text="The criterion's place in the rubric, from 0.")
    score = models.PositiveSmallIntegerField(help_text="What counts.")
    model_score = models.IntegerField(null=True, blank=True, help_text="What the model said, before it was checked.")
    sample_scores = models.JSONField(
        default=list, help_text="What each sample was worth, where several were asked for."
    )
    evidence = models.JSONField(
        default=list, help_text="Verified quotes: a list of {index, quote}; index counts turns from 0."
    )
    comment = models.TextField(blank=True, default="")
    rewrite_if_missing = models.TextField(blank=True, default="", help_text="What the student could have said.")
    needs_review = models.BooleanField(default=False)
    review_reason = models.CharField(max_length=40, blank=True, default="")
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replaced_by",
        help_text="The mark it overrides.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="marks",
        help_text="The instructor who overrode; empty: the model.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "marks"
        ordering = ["evaluation_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion_id"],
                condition=Q(replaces__isnull=True),
                name="one_first_mark_per_criterion",
            ),
            models.CheckConstraint(condition=Q(score__lte=2), name="mark_score_0_to_2"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the mark; a mark that is there stays as it is."""
        if not self._state.adding:
            raise TypeError("A mark is never changed; an override is a new one.")
        super().save(*args, **kwargs)
