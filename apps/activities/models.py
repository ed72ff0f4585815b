"""The exercise: a patient, a brief, and the categories that the talk is marked by."""

from typing import TYPE_CHECKING

from django.db import models, transaction

from apps.assessments.models import Category
from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded, RecordedQuerySet
from apps.core.models import Timestamped
from apps.core.visibility import VisibleByRole
from apps.scenarios.models import AssistantScenario

if TYPE_CHECKING:
    from collections.abc import Iterable


class ActivityChange(Change):
    """What was done to an exercise or to the choice of its categories."""

    class Meta(Change.Meta):
        db_table = "activity_changes"
        verbose_name = "change of activities"
        verbose_name_plural = "changes of activities"


class ActivityQuerySet(VisibleByRole["Activity"]):
    def visible_to_students(self) -> "ActivityQuerySet":
        """Exercises whose patient is enabled."""
        return self.filter(character__enable=True)


class Activity(Recorded, Timestamped):
    """What a student is given to do."""

    changes = ActivityChange

    pre_brief = models.TextField(help_text="What the student reads first: the setting, their part, the task.")
    character = models.ForeignKey(
        AssistantScenario,
        on_delete=models.CASCADE,
        related_name="activities",
        db_index=False,
        help_text="The patient of this exercise.",
    )
    categories = models.ManyToManyField(Category, through="ActivityCategory", related_name="activities", blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        db_table = "activities"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name_plural = "activities"
        indexes = [models.Index(fields=["character"], name="activities_character_idx")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The first line of the brief, cut at 80 characters."""
        first = self.pre_brief.strip().split("\n", 1)[0].strip()
        return first if len(first) <= 80 else first[:79].rstrip() + "…"

    @transaction.atomic
    def set_categories(self, categories: "Iterable[Category]") -> None:
        """Make these the categories of the activity, in one step that two callers at once can take.

        ManyToMany's own set() raises where the other caller added the same category in between.
        """
        Activity.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        wanted = {category.pk for category in categories}
        ActivityCategory.objects.filter(activity=self).exclude(category_id__in=wanted).delete()
        ActivityCategory.objects.bulk_create(
            [ActivityCategory(activity_id=self.pk, category_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
        )
        self._prefetched_objects_cache = {}  # type: ignore[attr-defined,var-annotated]


class ActivityCategory(Recorded):
    """The link between them, on a table that has no id."""

    changes = ActivityChange
    belongs_to = "activity_id"

    pk = models.CompositePrimaryKey("activity_id", "category_id")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, db_index=False)

    objects = RecordedQuerySet["ActivityCategory"].as_manager()

    class Meta:
        db_table = "activity_categories"
        base_manager_name = "objects"
        verbose_name = "category of an activity"
        verbose_name_plural = "categories of activities"
        # The primary key's own index serves lookups by activity.
        indexes = [models.Index(fields=["category"], name="activity_categories_cat_idx")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.category_id}"
