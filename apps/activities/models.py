"""Activity models: a scenario, a brief, and the categories that a thread is marked by."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction

from apps.assessments.models import Category
from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded, RecordedQuerySet
from apps.core.models import Timestamped
from apps.core.visibility import VisibleByRole
from apps.scenarios.models import AssistantScenario
from apps.scenarios.shown import TITLE_MAX, first_line

if TYPE_CHECKING:
    from collections.abc import Iterable


class ActivityChange(Change):
    """A recorded change to an activity or to its list of categories."""

    class Meta(Change.Meta):
        db_table = "activity_changes"
        verbose_name = "change to exercises"
        verbose_name_plural = "changes to exercises"


class ActivityQuerySet(VisibleByRole["Activity"]):
    def visible_to_students(self) -> "ActivityQuerySet":
        """Activities with an enabled scenario."""
        return self.filter(character__enable=True)


class Activity(Recorded, Timestamped):
    """A task for students: talk with the patient of a scenario, after reading a brief."""

    changes = ActivityChange
    words = {
        "character": "Patient",
        "pre_brief": "Brief",
        "position": "Place",
        "time_limit_minutes": "Time limit in minutes",
    }

    pre_brief = models.TextField(help_text="What the student reads first: the setting, their role, the task.")
    character = models.ForeignKey(
        AssistantScenario,
        on_delete=models.CASCADE,
        related_name="activities",
        db_index=False,
        help_text="The patient of this exercise.",
    )
    title = models.CharField(
        max_length=TITLE_MAX,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: the first line of the brief.",
    )
    position = models.SmallIntegerField(
        default=0,
        db_default=0,
        validators=[MinValueValidator(0)],
        help_text="Its place among the exercises; those with the same number stay in the order of making.",
    )
    time_limit_minutes = models.SmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text="How long the conversation should take, for a clock on the student's page; nothing is cut off. "
        "Empty: no limit.",
    )
    categories = models.ManyToManyField(Category, through="ActivityCategory", related_name="activities", blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        db_table = "activities"
        base_manager_name = "objects"
        ordering = ["id"]
        verbose_name = "exercise"
        indexes = [models.Index(fields=["character"], name="activities_character_idx")]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """The title, or else the first line of the brief."""
        return self.title or first_line(self.pre_brief)

    @property
    def shown_brief(self) -> str:
        """The brief without a first line that is the title, as the students' page shows it."""
        first, _, rest = self.pre_brief.strip().partition("\n")
        return rest.strip() if first.strip() == self.shown_title else self.pre_brief.strip()

    @property
    def shown(self) -> dict[str, str]:
        """The title as v2 shows it."""
        return {"title": self.shown_title}

    @transaction.atomic
    def set_categories(self, categories: "Iterable[Category]") -> None:
        """Replace the activity's categories. Safe for concurrent callers.

        ManyToMany's own set() raises if another caller has added the same category in between.
        """
        Activity.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        wanted = {category.pk for category in categories}
        ActivityCategory.objects.filter(activity=self).exclude(category_id__in=wanted).delete()
        ActivityCategory.objects.bulk_create(
            [ActivityCategory(activity_id=self.pk, category_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
        )
        self._prefetched_objects_cache = {}  # type: ignore[attr-defined,var-annotated]


class ActivityCategory(Recorded):
    """Links an activity and a category. The table has no id column."""

    changes = ActivityChange
    belongs_to = "activity_id"

    pk = models.CompositePrimaryKey("activity_id", "category_id")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, db_index=False)

    objects = RecordedQuerySet["ActivityCategory"].as_manager()

    class Meta:
        db_table = "activity_categories"
        base_manager_name = "objects"
        verbose_name = "category of an exercise"
        verbose_name_plural = "categories of exercises"
        # The primary key's own index serves lookups by activity.
        indexes = [models.Index(fields=["category"], name="activity_categories_cat_idx")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.category_id}"
