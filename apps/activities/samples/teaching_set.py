"""The sample teaching set: patients, categories of criteria and exercises, as JSON files beside this one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.activities.models import Activity
from apps.assessments.models import Category, RubricQuestion, SubCategory
from apps.scenarios.models import AssistantScenario, Tag

SAMPLES = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """What became of one sample: `created`, or found there and left as it is."""

    kind: str
    name: str
    created: bool


def read(name: str) -> Any:
    """The JSON value in the samples file of that name."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def patients() -> list[dict[str, Any]]:
    """All sample patients, in the order of their files' names."""
    return [read(path.stem) for path in sorted(SAMPLES.glob("patient_*.json"))]


@transaction.atomic
def load() -> list[Outcome]:
    """Create the samples that are missing. One that is there, edited or not, is not touched.

    They are recognised by what people call them: a patient by the name that the text begins with, a category by its
    name, an exercise by the first line of its brief.
    """
    outcomes = []
    for sample in patients():
        outcomes.append(_load_patient(sample))
    for sample in read("categories"):
        outcomes.append(_load_category(sample))
    for sample in read("activities"):
        outcomes.append(_load_activity(sample))
    return outcomes


def _named(name: str) -> QuerySet[AssistantScenario]:
    return AssistantScenario.objects.filter(scenario_text__startswith=name).order_by("id")


def _find_categories(names: Iterable[str]) -> list[Category]:
    return [Category.objects.filter(name=name).order_by("id")[0] for name in names]


def _load_patient(sample: dict[str, Any]) -> Outcome:
    missing = not _named(sample["name"]).exists()
    if missing:
        scenario = AssistantScenario.objects.create(
            scenario_text=sample["scenario_text"],
            communication_preferences=sample["communication_preferences"],
            role=sample["role"],
            additional_instructions="\n".join(sample["additional_instructions"]),
            enable=sample["enable"],
        )
        Tag.objects.bulk_create([Tag(scenario=scenario, tag=tag) for tag in sample["tags"]])
        RubricQuestion.objects.bulk_create(
            [RubricQuestion(scenario=scenario, question=question) for question in sample["rubric_questions"]]
        )
    return Outcome("patient", sample["name"], created=missing)


def _load_category(sample: dict[str, Any]) -> Outcome:
    missing = not Category.objects.filter(name=sample["name"]).exists()
    if missing:
        category = Category.objects.create(name=sample["name"], total_required_to_pass=sample["total_required_to_pass"])
        SubCategory.objects.bulk_create(
            [SubCategory(category=category, **criterion) for criterion in sample["criteria"]]
        )
    return Outcome("category", sample["name"], created=missing)


def _load_activity(sample: dict[str, Any]) -> Outcome:
    missing = not Activity.objects.filter(pre_brief__startswith=sample["title"]).exists()
    if missing:
        activity = Activity.objects.create(
            pre_brief=f"{sample['title']}\n{sample['brief']}", character=_named(sample["patient"])[0]
        )
        activity.set_categories(_find_categories(sample["categories"]))
    return Outcome("activity", sample["title"], created=missing)
