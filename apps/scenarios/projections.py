"""Columns and nested rows of scenarios and tags in responses."""

from functools import partial
from typing import cast

from django.db.models import Model
from rest_framework.serializers import DateTimeField

from apps.core.list_queries import RelatedRows, Rows
from apps.core.projections import Projection
from apps.scenarios.models import AssistantScenario
from apps.scenarios.serializers import TEXTS
from apps.scenarios.shown import picture_url, shown_patient

_AS_SENT = DateTimeField()
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


def _shown_to_instructors(rows: Rows) -> Rows:
    for row in rows:
        archived_at = None if row["enable"] else row["archived_at"]
        row["archived_at"] = archived_at and _AS_SENT.to_representation(archived_at)
    return _shown(rows, _TEXTS)


def _shown(rows: Rows, texts: dict[str, str]) -> Rows:
    """Scenarios as v2 shows them."""
    for row in rows:
        row.update(shown_patient(**{name: row[name] for name in ("scenario_text", "title", "name", "age")}))
        row["picture_url"] = picture_url(row["id"], row.pop("picture__digest"))
    return _with_texts(rows, texts)


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
    *SHARED_COLUMNS, "title", "name", "age", "setting", "content_warning", "language", "diagnosis",
    "case_notes", "archived_at", "picture__digest",
    finish=_shown_to_instructors,
)  # fmt: skip
PUBLIC_SCENARIO = Projection(
    "id", "title", "name", "age", "scenario_text", "enable", "role", "content_warning", "picture__digest",
    finish=partial(_shown, texts=_PUBLIC_TEXTS),
)  # fmt: skip
TAG = Projection("id", "tag", "scenario_id")
