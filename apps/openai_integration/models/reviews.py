"""What instructors have settled of the doubts about an evaluation as a whole."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.openai_integration.models.evaluations import Evaluation


class SettledDoubt(models.Model):
    """A doubt about the whole of an evaluation that an instructor has looked into. Written once, never changed."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="settled_doubts")
    reason = models.CharField(max_length=40, help_text="The reason for review, as the evaluation had it.")
    comment = models.TextField(blank=True, default="", help_text="What the instructor found.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="settled_doubts"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "settled_doubts"
        ordering = ["evaluation_id", "created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "reason"], name="one_settlement_per_doubt")]

    def __str__(self) -> str:
        return self.reason
