"""Records of calls to the model."""

from django.db import models
from django.db.models.functions import Now

from apps.openai_integration.models.evaluations import Evaluation
from apps.openai_integration.models.threads import Run


class Usage(models.Model):
    """One call to the model. It is written before the call is made, so a call whose worker dies is counted too."""

    BEGUN, ANSWERED, LOST = "begun", "answered", "lost"

    run = models.ForeignKey(
        Run, null=True, blank=True, on_delete=models.CASCADE, related_name="usage", verbose_name="reply"
    )
    evaluation = models.ForeignKey(Evaluation, null=True, blank=True, on_delete=models.CASCADE, related_name="usage")
    model = models.CharField(max_length=100)
    outcome = models.CharField(
        max_length=40, help_text="begun, answered, stopped, lost (its worker died), or an error code."
    )
    input_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    estimated = models.BooleanField(
        default=False, db_default=False, help_text="The server has not counted the tokens: they are about so many."
    )
    latency_ms = models.PositiveIntegerField(default=0)
    first_text_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="Milliseconds until the first text of a streamed answer."
    )
    request_id = models.CharField(
        max_length=100, blank=True, default="", help_text="The provider's id of the request, for support."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "usage_records"
        ordering = ["-id"]
        verbose_name_plural = "usage"
        indexes = [models.Index(fields=["created_at"], name="usage_by_time_idx")]

    def __str__(self) -> str:
        return f"{self.model}: {self.outcome}"
