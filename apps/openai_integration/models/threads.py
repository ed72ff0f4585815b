"""A student's talk with a patient."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.activities.models import Activity
from apps.core.clock import Moment
from apps.openai_integration.models.jobs import LeasedJob, ended_has_a_time, lease_only_in_progress
from apps.scenarios.models import AssistantScenario, ScenarioVersion

if TYPE_CHECKING:
    from apps.users.models import User


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: "User") -> "ThreadQuerySet":
        """Students see their own talks, instructors all."""
        return self if user.is_instructor else self.filter(student=user)

    def writable_by(self, user: "User") -> "ThreadQuerySet":
        """Only the owner speaks in a talk."""
        return self.filter(student=user)


class Thread(models.Model):
    """One conversation. It outlives its student, its patient and its exercise."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threads", help_text="Who talks."
    )
    scenario = models.ForeignKey(
        AssistantScenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads",
        help_text="The patient of the last run.",
    )  # fmt: skip
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads",
        help_text="The exercise of the last run.",
    )  # fmt: skip
    title = models.CharField(max_length=80, blank=True, default="", help_text="The patient's title, as it was.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        db_table = "threads"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["student", "-created_at"], name="threads_by_student_idx")]

    def __str__(self) -> str:
        return self.title or str(self.id)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: "User") -> "RunQuerySet":
        return self if user.is_instructor else self.filter(thread__student=user)


class Run(LeasedJob):
    """The work of producing the patient's next message."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        EXPIRED = "expired"
        INCOMPLETE = "incomplete"

    TRANSITIONS = {
        "queued": frozenset({"in_progress", "cancelled", "expired"}),
        "in_progress": frozenset({"queued", "completed", "failed", "cancelled", "expired", "incomplete"}),
    }
    OVERDUE = Status.EXPIRED
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.QUEUED)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="runs")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs")
    scenario_version = models.ForeignKey(
        ScenarioVersion, on_delete=models.PROTECT, related_name="runs", help_text="The patient as played in this turn."
    )
    pre_brief = models.TextField(blank=True, default="", help_text="The exercise's brief, as it was.")
    user_message = models.ForeignKey(
        "Message", on_delete=models.CASCADE, related_name="runs", help_text="The student's turn that is answered."
    )
    model = models.CharField(
        max_length=100, blank=True, default="", help_text="The model that answered, as it names itself."
    )
    prompt_version = models.CharField(max_length=20, help_text="The rules of play that the patient was given.")
    upstream_id = models.CharField(
        max_length=100, blank=True, default="", help_text="A background answer still to be fetched."
    )
    spent_upstream_ids = models.JSONField(
        default=list, help_text="Background answers that are done with here and still to be deleted at the provider."
    )
    checks = models.JSONField(
        default=list, help_text="What the check of replies turned away: a list of {attempt, rule, action}."
    )

    left_out_messages = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How many of the oldest messages the model was not sent, since its context was too small.",
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "runs"
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(status__in=LeasedJob.OPEN), name="one_open_run_per_thread"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["queued", "in_progress", "completed", "failed", "cancelled", "expired", "incomplete"]
                ),
                name="run_status_known",
            ),
            ended_has_a_time("run_ended_has_a_time"),
            lease_only_in_progress("run_lease_only_in_progress"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status__in=LeasedJob.OPEN), name="runs_open_idx"),
            models.Index(fields=["thread", "-created_at"], name="runs_by_thread_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.status})"

    @classmethod
    def awaited(cls) -> Q:
        return Q(upstream_id__gt="")

    def cancel(self, *, now: Moment) -> bool:
        """End an open run because the student does not want the answer any more; False if it has ended already."""
        return bool(
            Run.objects.filter(pk=self.pk, status__in=self.OPEN).update(
                status=self.Status.CANCELLED,
                error_code="cancelled",
                error_detail="The turn was cancelled.",
                finished_at=now,
                lease_token=None,
                lease_until=None,
            )
        )


class Message(models.Model):
    """One turn. Written once, never changed."""

    class Role(models.TextChoices):
        USER = "user", "student"
        ASSISTANT = "assistant", "patient"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=Role.choices)
    content = models.TextField()
    run = models.ForeignKey(
        Run,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replies",
        help_text="The work that made it; a patient's turn only.",
    )
    created_at = models.DateTimeField(help_text="Rises strictly within a thread, in whole milliseconds.")
    client_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The sender's own name for it; empty: none."
    )

    class Meta:
        db_table = "messages"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run"], name="one_reply_per_run"),
            models.UniqueConstraint(fields=["thread", "created_at"], name="one_message_per_millisecond"),
            models.UniqueConstraint(
                fields=["thread", "client_id"], condition=~Q(client_id=""), name="one_message_per_client_id"
            ),
            models.CheckConstraint(condition=Q(role__in=["user", "assistant"]), name="message_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.created_at:%H:%M:%S}"
