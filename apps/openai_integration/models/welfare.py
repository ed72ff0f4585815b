"""Conversations that were suspended because their student seemed to be at risk, and who has looked at them."""

from typing import Any

from django.db import models
from django.db.models.functions import Now

from apps.openai_integration.models.threads import Message, Run, Thread


class WelfareFlag(models.Model):
    """Why a conversation was suspended. It has no words of the student and no name: those are in the conversation."""

    class FoundBy(models.TextChoices):
        RULES = "rules", "the rules"
        MODEL = "model", "the rules and the model"
        REFUSAL = "refusal", "the rules and the provider's refusal"

    thread = models.ForeignKey(
        Thread, on_delete=models.CASCADE, related_name="welfare_flags", verbose_name="conversation"
    )
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="welfare_flags", verbose_name="student's message"
    )
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="welfare_flag", verbose_name="reply")
    found_by = models.CharField(max_length=10, choices=FoundBy.choices)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    mail_begun_at = models.DateTimeField(null=True, blank=True, help_text="When a worker last began to send the mail.")
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When the contacts were sent a mail.")
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="", help_text="What was done; for the other welfare contacts.")
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="When the conversation could go on.")
    lifted_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "welfare_flags"
        ordering = ["-created_at", "-id"]
        verbose_name = "suspended conversation"

    def __str__(self) -> str:
        return f"Suspended conversation {self.pk}"


class WelfareLook(models.Model):
    """A look of a welfare contact at a suspended conversation. Written once, never changed."""

    class Page(models.TextChoices):
        LIST = "list"
        DETAIL = "detail", "page"

    flag = models.ForeignKey(
        WelfareFlag, on_delete=models.CASCADE, related_name="looks", verbose_name="suspended conversation"
    )
    looked_by = models.CharField(max_length=120, help_text="The email of the account.")
    page = models.CharField(max_length=10, choices=Page.choices)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "welfare_looks"
        ordering = ["-created_at", "-id"]
        verbose_name = "look at a suspended conversation"
        verbose_name_plural = "looks at suspended conversations"

    def __str__(self) -> str:
        return f"{self.looked_by}, {self.created_at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the look; raises TypeError for one that is stored already."""
        if not self._state.adding:
            raise TypeError("Looks are never changed.")
        super().save(*args, **kwargs)
