"""Rubric models: categories, criteria and the older questions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.assessments.scales import HIGHEST, LOWEST, scale_problems
from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded
from apps.core.models import Timestamped
from apps.core.visibility import VisibleByRole
from apps.scenarios.models import AssistantScenario


class RubricChange(Change):
    """A recorded change to a category, a criterion or a rubric question."""

    class Meta(Change.Meta):
        db_table = "rubric_changes"
        verbose_name = "change to rubrics"
        verbose_name_plural = "changes to rubrics"


class CategoryQuerySet(VisibleByRole["Category"]):
    def visible_to_students(self) -> "CategoryQuerySet":
        """All categories."""
        return self


class Category(Recorded, Timestamped):
    """A group of criteria with a pass mark."""

    changes = RubricChange
    words = {"total_required_to_pass": "Pass mark"}

    name = models.CharField(max_length=255, help_text="Shown to students.")
    total_required_to_pass = models.IntegerField(
        validators=[MinValueValidator(0)],
        help_text="Marks needed to pass: the criteria's marks are added up. With 0 everybody passes.",
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        db_table = "categories"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name = "rubric"

    def __str__(self) -> str:
        return self.name


class SubCategoryQuerySet(VisibleByRole["SubCategory"]):
    def visible_to_students(self) -> "SubCategoryQuerySet":
        """All criteria; the students' projection leaves out the marking instructions."""
        return self


def _scale_bound(default: int, help_text: str) -> "models.SmallIntegerField[Any, Any]":
    return models.SmallIntegerField(
        default=default,
        db_default=default,
        validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)],
        help_text=help_text,
    )


def _texts_by_score(help_text: str) -> "models.JSONField[Any, Any]":
    """A list of {score, text}."""
    return models.JSONField(default=list, blank=True, db_default=[], help_text=help_text)


class SubCategory(Recorded, Timestamped):
    """A criterion: a scale, and what earns which score on it."""

    class Scope(models.TextChoices):
        """What shows a criterion: single turns, or only the conversation as a whole."""

        TURNS = "turns", "single turns"
        CONVERSATION = "conversation", "the whole conversation"

    changes = RubricChange
    words = {
        "position": "Place",
        "marking_instructions": "Instructions",
        "lowest_score": "Lowest",
        "highest_score": "Highest",
    }
    belongs_to = "category_id"

    name = models.CharField(max_length=255, help_text="Shown to students.")
    marking_instructions = models.TextField(help_text="What earns which marks. Hidden from students.")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="subcategories", db_index=False)
    lowest_score = _scale_bound(0, "The marks of a student who shows nothing of it.")
    highest_score = _scale_bound(2, f"The most marks that it gives, at most {HIGHEST}.")
    levels = _texts_by_score("What a score means: a text for any of them. Hidden from students.")
    anchors = _texts_by_score("Examples of what students say who get a score. Hidden from students.")
    position = models.SmallIntegerField(
        default=0,
        db_default=0,
        validators=[MinValueValidator(0)],
        help_text="Its place in the category; criteria with the same number stay in the order of making.",
    )
    scope = models.CharField(
        max_length=12,
        choices=Scope.choices,
        default=Scope.TURNS,
        db_default=Scope.TURNS,
        help_text="Whether quotes show it, or only the whole conversation, as with its structure.",
    )

    objects = SubCategoryQuerySet.as_manager()

    class Meta:
        db_table = "subcategories"
        base_manager_name = "objects"
        ordering = ["position", "id"]
        verbose_name = "criterion"
        verbose_name_plural = "criteria"
        indexes = [models.Index(fields=["category"], name="subcategories_category_idx")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """For the admin pages; v2 answers with the problem of each field."""
        problems = scale_problems(
            lowest_score=self.lowest_score,
            highest_score=self.highest_score,
            levels=self.levels,
            anchors=self.anchors,
        )
        if problems:
            raise ValidationError(list(problems.values()))


class RubricQuestionQuerySet(VisibleByRole["RubricQuestion"]):
    def visible_to_students(self) -> "RubricQuestionQuerySet":
        """No questions."""
        return self.none()


class RubricQuestion(Recorded, Timestamped):
    """A plain question about conversations on one scenario: the older rubric, without marking instructions."""

    changes = RubricChange
    belongs_to = "scenario_id"

    question = models.TextField(help_text="Answered from the conversation. Hidden from students.")
    scenario = models.ForeignKey(
        AssistantScenario, on_delete=models.CASCADE, related_name="rubric_questions", db_index=False
    )

    objects = RubricQuestionQuerySet.as_manager()

    class Meta:
        db_table = "rubric_questions"
        base_manager_name = "objects"
        ordering = ["id"]
        indexes = [models.Index(fields=["scenario"], name="rubric_questions_scenario_idx")]

    def __str__(self) -> str:
        return self.question[:80]
