"""The facts ledger of a thread: which facts the patient has told, and whether the student asked for them."""

from django.db import models

from apps.openai_integration.models.threads import Message, Thread


class ToldFact(models.Model):
    """A fact that one of the patient's messages told, with its text at the time."""

    class Judge(models.TextChoices):
        MODEL = "model"
        RULES = "rules"

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="told_facts", verbose_name="conversation")
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        related_name="told_facts",
        verbose_name="patient's message",
        help_text="The patient's message that told it.",
    )
    number = models.PositiveIntegerField(help_text="The fact's place among the facts of that version of the patient.")
    topics = models.TextField(help_text="The words that ask for the fact.")
    text = models.TextField(help_text="What was told.")
    locked = models.BooleanField(help_text="Whether it is told only when asked for.")
    asked = models.BooleanField(help_text="Whether the student had asked for it; if not, the patient volunteered it.")
    judge = models.CharField(max_length=8, choices=Judge.choices, help_text="Who found that it was told.")

    class Meta:
        db_table = "told_facts"
        verbose_name = "fact that was told"
        verbose_name_plural = "facts that were told"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="one_entry_per_message_and_fact")]

    def __str__(self) -> str:
        return f"{self.number}. {self.topics or self.text}"
