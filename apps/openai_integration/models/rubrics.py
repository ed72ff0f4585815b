"""Rubrics as they were when a conversation began."""

from django.db import models
from django.db.models.functions import Now


class FrozenRubric(models.Model):
    """The rubric of an activity or scenario at one time. Conversations that began with it share the row.

    It says what it was frozen from by plain ids, since it outlives those rows.
    """

    hash = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the rest.")
    activity_id = models.IntegerField(null=True, help_text="The exercise's number; empty: a patient's questions alone.")
    scenario_id = models.IntegerField(help_text="The patient's number.")
    title = models.CharField(max_length=80, help_text="What the exercise, or else the patient, was called.")
    # JSON as evaluators freeze it; {} where there was none.
    categories = models.JSONField(help_text="{categories: [{category_id, name, required_to_pass, criteria}]} or {}.")
    questions = models.JSONField(help_text="{questions: [{id, question_id, question}]}.")
    case_notes = models.TextField(help_text="What the examiner was told of the case.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "frozen_rubrics"
        verbose_name = "rubric of a conversation"
        verbose_name_plural = "rubrics of conversations"
        ordering = ["-created_at", "hash"]

    def __str__(self) -> str:
        return self.title
