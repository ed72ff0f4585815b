"""Patients as one JSON file: scenarios with their activities, and the categories that these are marked by.

docs/api.md describes the format. An import never changes what is there: everything in the file becomes new rows.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from apps.activities.models import Activity
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.models import AssistantScenario, Tag

FORMAT, VERSION = "virtual-patients", 1
MOST_SCENARIOS = 100
SCENARIO_COLUMNS = (
    "title", "name", "age", "scenario_text", "additional_instructions", "role", "communication_preferences", "setting",
    "content_warning", "language", "diagnosis", "case_notes",
)  # fmt: skip
ACTIVITY_COLUMNS = ("title", "pre_brief", "position", "time_limit_minutes")
CATEGORY_COLUMNS = ("name", "total_required_to_pass")
CRITERION_COLUMNS = (
    "name", "marking_instructions", "lowest_score", "highest_score", "levels", "anchors", "position", "scope",
)  # fmt: skip


def exported(scenarios: Iterable[AssistantScenario]) -> dict[str, Any]:
    """The file's content. Activities name their categories by place in the list, from 0."""
    rows = list(scenarios)
    texts = (
        Prefetch("tags", Tag.objects.order_by("pk")),
        Prefetch("rubric_questions", RubricQuestion.objects.order_by("pk")),
    )
    prefetch_related_objects(rows, *texts)
    activities = Activity.objects.filter(character__in=rows).prefetch_related("categories").order_by("pk")
    used = Category.objects.filter(activities__in=activities).distinct().prefetch_related("subcategories")
    categories = list(used.order_by("pk"))
    places = {category.pk: place for place, category in enumerate(categories)}
    of_scenario: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    for activity in activities:
        marked_by = sorted(places[one.pk] for one in activity.categories.all())
        of_scenario[activity.character_id].append({**_columns(activity, ACTIVITY_COLUMNS), "categories": marked_by})
    return {
        "format": FORMAT,
        "version": VERSION,
        "scenarios": [
            {
                **_columns(row, SCENARIO_COLUMNS),
                "tags": [one.tag for one in row.tags.all()],  # type: ignore[attr-defined]
                "rubric_questions": [one.question for one in row.rubric_questions.all()],  # type: ignore[attr-defined]
                "activities": of_scenario[row.pk],
            }
            for row in rows
        ],
        "categories": [
            {
                **_columns(category, CATEGORY_COLUMNS),
                "criteria": [_columns(one, CRITERION_COLUMNS) for one in category.subcategories.all()],  # type: ignore[attr-defined]
            }
            for category in categories
        ],
    }


@transaction.atomic
def import_file(content: dict[str, Any]) -> list[AssistantScenario]:
    """Create all that a validated file holds, and return the scenarios. They are disabled until enabled here."""
    categories = [_new_category(one) for one in content["categories"]]
    return [_new_scenario(one, categories) for one in content["scenarios"]]


def _new_category(given: dict[str, Any]) -> Category:
    category = Category.objects.create(**{name: given[name] for name in CATEGORY_COLUMNS})
    SubCategory.objects.bulk_create([SubCategory(category=category, **one) for one in given["criteria"]])
    return category


def _new_scenario(given: dict[str, Any], categories: list[Category]) -> AssistantScenario:
    values = {name: given[name] for name in SCENARIO_COLUMNS if name in given}
    scenario = AssistantScenario.objects.create(**values, enable=False)
    Tag.objects.bulk_create([Tag(scenario=scenario, tag=tag) for tag in given["tags"]])
    questions = [RubricQuestion(scenario=scenario, question=text) for text in given["rubric_questions"]]
    RubricQuestion.objects.bulk_create(questions)
    for one in given["activities"]:
        marked_by = [categories[place] for place in one.pop("categories")]
        Activity.objects.create(character=scenario, **one).set_categories(marked_by)
    return scenario


def _columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
