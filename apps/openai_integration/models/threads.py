"""Threads, their messages, and the runs that produce the patient's messages."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.activities.models import Activity
from apps.core.clock import Moment
from apps.openai_integration.models.jobs import LeasedJob, ended_has_a_time, lease_only_in_progress
from apps.openai_integration.models.rubrics import FrozenRubric
from apps.scenarios.models import AssistantScenario, ScenarioVersion

if TYPE_CHECKING:
    from apps.users.models import User


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: "User") -> "ThreadQuerySet":
        """Students see their own threads, instructors all but others' previews, admins all."""
        return self if user.is_admin else self.filter(_visible(user, thread=""))

    def writable_by(self, user: "User") -> "ThreadQuerySet":
        """Only its student may add to a thread, and to a preview only while the author teaches."""
        return self.filter(student=user) if user.is_instructor else self.filter(student=user, preview=False)


def _visible(user: "User", *, thread: str) -> Q:
    """What somebody who is no admin sees; `thread` is the path to the thread, such as "thread__"."""
    own = Q(**{f"{thread}student": user})
    return own | Q(**{f"{thread}preview": False}) if user.is_instructor else own


class Thread(models.Model):
    """A student's conversation with a patient. It remains if the student, scenario or activity is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="threads",
        help_text="Who talks with the patient.",
    )
    scenario = models.ForeignKey(
        AssistantScenario, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads",
        verbose_name="patient", help_text="The patient of the latest reply.",
    )  # fmt: skip
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads",
        verbose_name="exercise", help_text="The exercise of the latest reply.",
    )  # fmt: skip
    title = models.CharField(max_length=80, blank=True, default="", help_text="The patient's title at the time.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    suspended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was suspended for its student's welfare."
    )
    preview = models.BooleanField(
        default=False,
        db_default=False,
        help_text="An instructor or admin tries the patient. Only they and admins see it, and it counts nowhere.",
    )
    forked_from = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="forks",
        verbose_name="begun from", help_text="The conversation whose beginning this one holds a copy of.",
    )  # fmt: skip
    forked_before_id = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="The first message of that conversation that was not copied."
    )

    frozen_rubric = models.ForeignKey(
        FrozenRubric, null=True, blank=True, editable=False, on_delete=models.PROTECT, db_index=False,
        related_name="threads",
        help_text="The rubric when it began, which marks it once the exercise or its rubric is gone.",
    )  # fmt: skip

    objects = ThreadQuerySet.as_manager()

    class Meta:
        db_table = "threads"
        verbose_name = "conversation"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["student", "-created_at"], name="threads_by_student_idx")]

    def __str__(self) -> str:
        return self.title or str(self.id)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: "User") -> "RunQuerySet":
        """The runs of the threads that the user sees."""
        return self if user.is_admin else self.filter(_visible(user, thread="thread__"))


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
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="runs", verbose_name="conversation")
    activity = models.ForeignKey(
        Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs", verbose_name="exercise"
    )
    scenario_version = models.ForeignKey(
        ScenarioVersion,
        on_delete=models.PROTECT,
        related_name="runs",
        verbose_name="version of the patient",
        help_text="The patient as played for this reply.",
    )
    pre_brief = models.TextField(blank=True, default="", help_text="The exercise's brief at the time.")
    user_message = models.ForeignKey(
        "Message",
        on_delete=models.CASCADE,
        related_name="runs",
        verbose_name="student's message",
        help_text="The message that the patient answers.",
    )
    model = models.CharField(max_length=100, blank=True, default="", help_text="The name that the model gave.")
    prompt_version = models.CharField(max_length=20, help_text="The version of the rules for playing a patient.")
    upstream_id = models.CharField(
        max_length=100, blank=True, default="", help_text="The id of a background response at the provider."
    )
    spent_upstream_ids = models.JSONField(
        default=list, help_text="Ids of background responses still to be deleted at the provider."
    )
    checks = models.JSONField(
        default=list, help_text="Replies that were rejected: a list of {attempt, rule, action, facts?}."
    )

    left_out_messages = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How many of the oldest messages the model was not sent, since its context was too small.",
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        db_table = "runs"
        verbose_name = "reply"
        verbose_name_plural = "replies"
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
        """End an open run at the student's request; False if it has ended already."""
        return bool(
            Run.objects.filter(pk=self.pk, status__in=self.OPEN).update(
                status=self.Status.CANCELLED,
                error_code="cancelled",
                error_detail="The reply was cancelled.",
                finished_at=now,
                lease_token=None,
                lease_until=None,
            )
        )


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: "User") -> "MessageQuerySet":
        """The messages of the threads that the user sees."""
        return self if user.is_admin else self.filter(_visible(user, thread="thread__"))


class Message(models.Model):
    """A message of a thread. Written once, never changed."""

    class Role(models.TextChoices):
        USER = "user", "student"
        ASSISTANT = "assistant", "patient"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages", verbose_name="conversation")
    role = models.CharField(max_length=10, choices=Role.choices)
    content = models.TextField()
    run = models.ForeignKey(
        Run,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replies",
        verbose_name="work on the reply",
        help_text="How the patient's message was made; empty for the student's.",
    )
    created_at = models.DateTimeField(help_text="Strictly increasing within a conversation, in whole milliseconds.")
    client_id = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The id that the sender gave it, if any."
    )

    objects = MessageQuerySet.as_manager()

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
