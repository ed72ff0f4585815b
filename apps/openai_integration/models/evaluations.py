"""Evaluations of threads, and their marks."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.activities.models import Activity
from apps.openai_integration.models.jobs import LEASE, LeasedJob, ended_has_a_time, lease_only_in_progress
from apps.openai_integration.models.threads import Thread
from apps.openai_integration.models.whose import Whose, rows_of
from apps.scenarios.models import AssistantScenario

if TYPE_CHECKING:
    from apps.users.models import User

# A lease has to run out, and a sweep to find it, before a successor has the marks.
CHECKS_RESERVE = LEASE + timedelta(seconds=10)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: "User") -> "EvaluationQuerySet":
        """Students see their own released evaluations, instructors all but those of others' previews, admins all."""
        if user.is_admin:
            return self
        if user.is_instructor:
            return self.filter(~Q(thread__preview=True) | Q(student=user))
        return self.filter(student=user, released_at__isnull=False)

    def waiting(self) -> "EvaluationQuerySet":
        """The queue: those of students that an instructor should review, the oldest first. Previews count nowhere."""
        open_ones = self.filter(~Q(thread__preview=True), needs_review=True, status="completed")
        return rows_of(Whose.STUDENTS, open_ones).order_by("created_at", "id")

    def following(self, evaluation: "Evaluation") -> "Evaluation | None":
        """The next one in the queue after this evaluation, from its beginning again after the last."""
        others = self.exclude(pk=evaluation.pk).defer("transcript", "rubric")
        made = evaluation.created_at
        later = Q(created_at__gt=made) | Q(created_at=made, id__gt=evaluation.pk)
        return others.filter(later).first() or others.first()


class Evaluation(LeasedJob):
    """The marking of a thread. It keeps a copy of the rubric and the transcript, so later changes do not affect it."""

    class Kind(models.TextChoices):
        CATEGORIES = "categories", "rubrics of the exercise"
        QUESTIONS = "questions", "questions of the patient"

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
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.CASCADE, related_name="evaluations", verbose_name="conversation"
    )
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="evaluations", verbose_name="exercise"
    )
    scenario = models.ForeignKey(
        AssistantScenario,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="evaluations",
        verbose_name="patient",
    )
    title = models.CharField(
        max_length=80, blank=True, default="", help_text="The title of the exercise or patient at the time."
    )
    rubric = models.JSONField(help_text="The categories with their criteria, or the questions, at the time.")
    rubric_hash = models.CharField(max_length=64)
    transcript = models.JSONField(help_text="The messages that were marked: a list of {role, message, message_id}.")
    transcript_hash = models.CharField(max_length=64)
    prompt_version = models.CharField(max_length=20)
    requested_model = models.CharField(max_length=100)
    model = models.CharField(max_length=100, blank=True, default="", help_text="The name that the model gave.")
    request_hash = models.CharField(max_length=64, help_text="Equal for requests for the same marking.")
    number = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Counts the markings of the same request from 0."
    )
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeated_by",
        help_text="The marking beside which this one was asked for.",
    )  # fmt: skip
    checks_until = models.DateTimeField(
        null=True, blank=True, help_text="When checks of the marks end; empty: shortly before the deadline."
    )
    total_score = models.PositiveSmallIntegerField(null=True, blank=True)
    unmarked = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many criteria have no score, as the provider refused a part."
    )
    unmarked_max = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="The most that those criteria could have added to the total."
    )
    passed = models.BooleanField(
        null=True, blank=True, help_text="Empty without a pass mark, or while a review could decide it."
    )
    needs_review = models.BooleanField(default=False, help_text="An instructor should review it.")
    review_reasons = models.JSONField(default=list)
    feedback = models.JSONField(
        default=dict,
        db_default={},
        help_text="{went_well, try_next: {text, quotes}} on the whole; only what a verified quote bears out.",
    )
    released_at = models.DateTimeField(null=True, blank=True, help_text="When the student may see it from.")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        db_table = "evaluations"
        ordering = ["-created_at", "id"]
        verbose_name = "marking"
        verbose_name_plural = "marks"
        constraints = [
            models.UniqueConstraint(
                fields=["request_hash", "number"], condition=~Q(status="failed"), name="one_evaluation_per_number"
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

    @property
    def time_for_checks_s(self) -> float:
        """Seconds for checks of marks that are there. Only for the worker that has claimed the work.

        What is left then is for a successor to store those marks if this worker dies.
        """
        reserve = min(CHECKS_RESERVE, (self.deadline_at - self.created_at) / 4)
        until = self.checks_until or self.deadline_at - reserve
        return self.time_left_s - (self.deadline_at - until).total_seconds()

    def __str__(self) -> str:
        return f"{self.title or self.id} ({self.status})"


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, user: "User") -> "MarkQuerySet":
        """The marks of the evaluations that the user sees."""
        return self.filter(evaluation__in=Evaluation.objects.visible_to(user))


class Mark(models.Model):
    """The score of one criterion, given by the model or by an instructor's override. Never changed once written."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="marks")
    criterion_id = models.CharField(
        max_length=20, help_text="The criterion's id in the evaluation's rubric, such as c12 or q5."
    )
    position = models.PositiveSmallIntegerField(help_text="The criterion's position in the rubric, from 0.")
    score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The score that counts; empty if it could not be marked."
    )
    model_score = models.IntegerField(null=True, blank=True, help_text="The model's score before it was checked.")
    sample_scores = models.JSONField(default=list, help_text="The score in each sample, if there were several.")
    second_score = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The score of a judge who saw the criterion and the quotes alone."
    )
    evidence = models.JSONField(
        default=list, help_text="Verified quotes: a list of {index, quote, start, end}; index counts messages from 0."
    )
    refused = models.JSONField(
        default=list, db_default=[], help_text="The model's other quotes: a list of {index, quote, reason}."
    )
    comment = models.TextField(blank=True, default="")
    rewrite_if_missing = models.TextField(blank=True, default="", help_text="What the student could have said.")
    needs_review = models.BooleanField(default=False)
    review_reason = models.CharField(max_length=40, blank=True, default="", help_text="The first reason.")
    further_reasons = models.JSONField(default=list, db_default=[], blank=True, help_text="Other reasons for a review.")
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
        help_text="The instructor who gave it; empty for the model.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        db_table = "marks"
        ordering = ["evaluation_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion_id"],
                condition=Q(replaces__isnull=True),
                name="one_first_mark_per_criterion",
            ),
            models.CheckConstraint(condition=Q(score__lte=10), name="mark_score_0_to_10"),
            models.CheckConstraint(
                condition=Q(score__isnull=False) | Q(review_reason="unmarked", needs_review=True),
                name="only_unmarked_has_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.score_in_words}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the mark; raises TypeError for a mark that is stored already."""
        if not self._state.adding:
            raise TypeError("Marks are never changed; an override is a new mark.")
        super().save(*args, **kwargs)

    @property
    def review_reasons(self) -> list[str]:
        """Why it needs a review, in the order in which the reasons were found."""
        return [self.review_reason, *self.further_reasons] if self.review_reason else []

    @property
    def score_in_words(self) -> str:
        """The score, or that there is none, for people to read."""
        return "not marked" if self.score is None else str(self.score)
