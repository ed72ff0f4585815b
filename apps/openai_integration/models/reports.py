"""Replies that their student has reported as wrong, and who has looked at the report."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.openai_integration.models.threads import Message

if TYPE_CHECKING:
    from apps.users.models import User


class ReplyReportQuerySet(models.QuerySet["ReplyReport"]):
    def visible_to(self, user: "User") -> "ReplyReportQuerySet":
        """Students see their own reports, instructors all but those of others' previews, admins all."""
        return self.filter(message__in=Message.objects.visible_to(user))

    def mark_seen(self, by: "User") -> int:
        """Settle those that nobody has seen; returns how many."""
        return self.filter(seen_at__isnull=True).update(seen_at=Now(), seen_by=by)


class ReplyReport(models.Model):
    """A reply that its student says was wrong. One for a reply; it is open until an instructor has seen it."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="report", verbose_name="patient's message"
    )
    reason = models.CharField(
        max_length=500, blank=True, default="", help_text="What was wrong, in the student's words."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When an instructor settled it.")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="seen_reports"
    )

    objects = ReplyReportQuerySet.as_manager()

    class Meta:
        db_table = "reply_reports"
        ordering = ["-created_at", "-id"]
        verbose_name = "report of a reply"
        verbose_name_plural = "reports of replies"

    def __str__(self) -> str:
        return self.reason or "without a reason"
