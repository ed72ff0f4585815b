"""Patients for lists."""

from typing import cast

from django.db.models import Model

from apps.core.list_queries import RelatedRows, Rows
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
        column, groups = COLUMNS[relation], _RELATED[relation].of(ids)
        for row in rows:
            row[key] = [one[column] for one in groups[row["id"]]]
    return rows


def _related(relation: str) -> RelatedRows:
    model = cast(type[Model], AssistantScenario._meta.get_field(relation).related_model)
    ordered = model._default_manager.order_by("id")
    return RelatedRows("scenario_id", ordered.values("scenario_id", COLUMNS[relation]))


_RELATED = {relation: _related(relation) for relation in TEXTS.values()}
