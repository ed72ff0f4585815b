"""The examiner's answers, kept so that no call that was answered is made again."""

from django.db import models
from django.db.models.functions import Now

from apps.openai_integration.models.evaluations import Evaluation


class ExaminerAnswer(models.Model):
    """One answer of the model to one request of an evaluation, as it came. Never changed once written.

    An attempt that is repeated makes the same requests in the same order, so stage, window and number find the answer
    again. The request's hash tells whether it is still the same request.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="answers")
    stage = models.CharField(max_length=20, help_text="The step of the marking that asked, such as marks or repair.")
    window = models.CharField(max_length=20, help_text="The turns that were sent, such as 0-12; empty for others.")
    number = models.PositiveSmallIntegerField(help_text="Counts the requests of a stage for a window, from 0.")
    request_hash = models.CharField(max_length=64)
    text = models.TextField(help_text="The answer as it came.")
    model = models.CharField(max_length=100, help_text="The name that the model gave.")
    input_tokens = models.PositiveIntegerField()
    output_tokens = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "examiner_answers"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "stage", "window", "number", "request_hash"], name="one_answer_per_request"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.window} {self.number}"
