"""Rubric models: categories, criteria and the older questions."""

from django.core.validators import MinValueValidator
from django.db import models

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

    name = models.CharField(max_length=255, help_text="Shown to students.")
    total_required_to_pass = models.IntegerField(
        validators=[MinValueValidator(0)],
        help_text="Marks needed to pass; each criterion gives 0 to 2. With 0 everybody passes.",
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        db_table = "categories"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class SubCategoryQuerySet(VisibleByRole["SubCategory"]):
    def visible_to_students(self) -> "SubCategoryQuerySet":
        """All criteria; the students' projection leaves out the marking instructions."""
        return self


class SubCategory(Recorded, Timestamped):
    """A criterion: its marking instructions say what earns 0, 1 or 2 marks."""

    changes = RubricChange
    belongs_to = "category_id"

    name = models.CharField(max_length=255, help_text="Shown to students.")
    marking_instructions = models.TextField(help_text="What earns 0, 1 and 2 marks. Hidden from students.")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="subcategories", db_index=False)

    objects = SubCategoryQuerySet.as_manager()

    class Meta:
        db_table = "subcategories"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name = "criterion"
        verbose_name_plural = "criteria"
        indexes = [models.Index(fields=["category"], name="subcategories_category_idx")]

    def __str__(self) -> str:
        return self.name


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
