"""Rubric models: categories, criteria and the older questions."""

from django.core.validators import MinValueValidator
from django.db import models

from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded
from apps.core.models import Timestamped
from apps.core.visibility import VisibleByRole
from apps.scenarios.models import AssistantScenario


class RubricChange(Change):
    """What was done to a category, a criterion or a question."""

    class Meta(Change.Meta):
        db_table = "rubric_changes"
        verbose_name = "change of rubrics"
        verbose_name_plural = "changes of rubrics"


class CategoryQuerySet(VisibleByRole["Category"]):
    def visible_to_students(self) -> "CategoryQuerySet":
        """All of them."""
        return self


class Category(Recorded, Timestamped):
    """A group of criteria with a pass mark of its own."""

    changes = RubricChange

    name = models.CharField(max_length=255, help_text="Students see it.")
    total_required_to_pass = models.IntegerField(
        validators=[MinValueValidator(0)],
        help_text="Marks needed to pass; each criterion gives 0 to 2. 0 passes always.",
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
        """All of them, by their names; what earns marks is left out by the projection."""
        return self


class SubCategory(Recorded, Timestamped):
    """A criterion: 0 to 2 marks by its marking instructions."""

    changes = RubricChange
    belongs_to = "category_id"

    name = models.CharField(max_length=255, help_text="Students see it.")
    marking_instructions = models.TextField(help_text="What earns 0, 1 and 2. Hidden from students.")
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
        """None of them."""
        return self.none()


class RubricQuestion(Recorded, Timestamped):
    """A plain question about a talk with one patient: the older rubric."""

    changes = RubricChange
    belongs_to = "scenario_id"

    question = models.TextField(help_text="Answered from the transcript. Hidden from students.")
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
