"""The sample teaching set: scenarios, categories and activities as JSON files next to this one, and their pictures."""

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
from apps.scenarios.services import set_picture

SAMPLES = Path(__file__).parent


@dataclass(frozen=True)
class SampleResult:
    """Whether one sample was created; otherwise it existed and was left as it is."""

    kind: str
    name: str
    created: bool


def read_sample(name: str) -> Any:
    """The contents of the sample file `name`.json."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def scenarios() -> list[dict[str, Any]]:
    """All sample scenarios, in the order of their file names."""
    return [read_sample(path.stem) for path in sorted(SAMPLES.glob("scenario_*.json"))]


def picture_of(name: str) -> bytes:
    """The picture of the sample patient with this name, drawn for this project."""
    return (SAMPLES / "pictures" / f"{name.lower().replace(' ', '_')}.png").read_bytes()


@transaction.atomic
def load_teaching_set() -> list[SampleResult]:
    """Create the missing samples. Existing ones are left as they are, edited or not.

    A scenario is recognised by the name at the start of its text, a category by its name, and an activity by the
    first line of its brief.
    """
    results = []
    for sample in scenarios():
        results.append(_load_scenario(sample))
    for sample in read_sample("categories"):
        results.append(_load_category(sample))
    for position, sample in enumerate(read_sample("activities"), start=1):
        results.append(_load_activity(sample, position))
    return results


def _scenarios_named(name: str) -> QuerySet[AssistantScenario]:
    return AssistantScenario.objects.filter(scenario_text__startswith=name).order_by("id")


def _find_categories(names: Iterable[str]) -> list[Category]:
    return [Category.objects.filter(name=name).order_by("id")[0] for name in names]


def _load_scenario(sample: dict[str, Any]) -> SampleResult:
    missing = not _scenarios_named(sample["name"]).exists()
    if missing:
        scenario = AssistantScenario.objects.create(
            scenario_text=sample["scenario_text"],
            communication_preferences=sample["communication_preferences"],
            role=sample["role"],
            additional_instructions="\n".join(sample["additional_instructions"]),
            diagnosis=sample["diagnosis"],
            enable=sample["enable"],
        )
        Tag.objects.bulk_create([Tag(scenario=scenario, tag=tag) for tag in sample["tags"]])
        RubricQuestion.objects.bulk_create(
            [RubricQuestion(scenario=scenario, question=question) for question in sample["rubric_questions"]]
        )
        set_picture(scenario.pk, picture_of(sample["name"]))
    return SampleResult("patient", sample["name"], created=missing)


def _load_category(sample: dict[str, Any]) -> SampleResult:
    missing = not Category.objects.filter(name=sample["name"]).exists()
    if missing:
        category = Category.objects.create(name=sample["name"], total_required_to_pass=sample["total_required_to_pass"])
        SubCategory.objects.bulk_create(
            [SubCategory(category=category, **criterion) for criterion in sample["criteria"]]
        )
    return SampleResult("category", sample["name"], created=missing)


def _load_activity(sample: dict[str, Any], position: int) -> SampleResult:
    missing = not Activity.objects.filter(pre_brief__startswith=sample["title"]).exists()
    if missing:
        activity = Activity.objects.create(
            pre_brief=f"{sample['title']}\n{sample['brief']}",
            character=_scenarios_named(sample["patient"])[0],
            position=position,
            time_limit_minutes=sample["minutes"],
        )
        activity.set_categories(_find_categories(sample["categories"]))
    return SampleResult("activity", sample["title"], created=missing)
