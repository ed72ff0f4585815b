"""Columns and nested rows of scenarios and tags in responses."""

from functools import partial
from typing import cast

from django.db.models import Model

from apps.core.list_queries import RelatedRows, Rows
from apps.core.projections import Projection
from apps.scenarios.models import AssistantScenario
from apps.scenarios.serializers import TEXTS

# The key of each list of texts > the relation that it comes from.
_PUBLIC_TEXTS = {"tags": "tags"}
_TEXTS = {**_PUBLIC_TEXTS, "rubrics": "rubric_questions"}


def _with_texts(rows: Rows, texts: dict[str, str]) -> Rows:
    """Add the lists of texts to each row, in the order in which they were written. One query for each list."""
    ids = [row["id"] for row in rows]
    for key, relation in texts.items():
        column, groups = TEXTS[relation], _RELATED[relation].of(ids)
        for row in rows:
            row[key] = [one[column] for one in groups[row["id"]]]
    return rows


def _related(relation: str) -> RelatedRows:
    model = cast(type[Model], AssistantScenario._meta.get_field(relation).related_model)
    ordered = model._default_manager.order_by("id")
    return RelatedRows("scenario_id", ordered.values("scenario_id", TEXTS[relation]))


_RELATED = {relation: _related(relation) for relation in _TEXTS.values()}

# The columns that the Flask service has too.
SHARED_COLUMNS = (
    "id", "scenario_text", "additional_instructions", "enable", "role", "openid", "communication_preferences",
)  # fmt: skip
SHARED_SCENARIO = Projection(*SHARED_COLUMNS, finish=partial(_with_texts, texts=_TEXTS))
SCENARIO = Projection(
    *SHARED_COLUMNS, "setting", "content_warning", "case_notes", finish=partial(_with_texts, texts=_TEXTS)
)
PUBLIC_SCENARIO = Projection(
    "id", "scenario_text", "enable", "role", "content_warning", finish=partial(_with_texts, texts=_PUBLIC_TEXTS)
)
TAG = Projection("id", "tag", "scenario_id")
