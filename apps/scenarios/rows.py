"""Patients for lists."""

from typing import Any, cast

from apps.rows import Rows, grouped
from apps.scenarios.models import AssistantScenario
from apps.scenarios.serializers import TEXTS as COLUMNS

PUBLIC = ("id", "scenario_text", "enable", "role")
FULL = ("id", "scenario_text", "additional_instructions", "enable", "role", "openid", "communication_preferences")
# Key of a list of texts > the relation that it is read from.
TEXTS = {"tags": "tags", "rubrics": "rubric_questions"}


def with_texts(rows: Rows, texts: dict[str, str]) -> Rows:
    """The rows with their lists of texts, each in the order in which it was written. One query a list."""
    ids = [row["id"] for row in rows]
    for key, relation in texts.items():
        related = cast(Any, AssistantScenario._meta.get_field(relation).related_model)
        found = related.objects.filter(scenario_id__in=ids).order_by("id")
        groups = grouped(found.values_list("scenario_id", COLUMNS[relation]))
        for row in rows:
            row[key] = groups[row["id"]]
    return rows
