"""Columns and nested rows of activities in responses."""

from django.db.models import Sum
from django.db.models.functions import Coalesce

from apps.activities.models import ActivityCategory
from apps.assessments.models import Category
from apps.core.list_queries import RelatedRows, Row, Rows
from apps.core.projections import Projection
from apps.scenarios.shown import first_line, picture_url, shown_patient

_LINKS = RelatedRows(
    "activity_id", ActivityCategory.objects.order_by("category_id").values("activity_id", "category_id")
)
_CATEGORIES = RelatedRows(
    "id",
    Category.objects.annotate(max_score=Coalesce(Sum("subcategories__highest_score"), 0)).values(
        "id", "name", "total_required_to_pass", "max_score"
    ),
)


def categories_of(ids: list[int]) -> dict[int, list[int]]:
    """An activity's id > the ids of its categories, in ascending order."""
    links = _LINKS.of(ids)
    return {pk: [link["category_id"] for link in links[pk]] for pk in ids}


def _with_summaries(rows: Rows) -> Rows:
    """Add the ids of the categories, and summaries of scenario and categories. Two queries."""
    ids = categories_of([row["id"] for row in rows])
    categories = _CATEGORIES.of({pk for group in ids.values() for pk in group})
    return [
        {
            "id": row["id"],
            "title": row["title"] or first_line(row["pre_brief"]),
            "position": row["position"],
            "time_limit_minutes": row["time_limit_minutes"],
            "pre_brief": row["pre_brief"],
            "character_id": row["character_id"],
            "categories": ids[row["id"]],
            "character": _character(row),
            # A category deleted after the links were read has no row here.
            "rubric": [one for pk in ids[row["id"]] for one in categories[pk]],
        }
        for row in rows
    ]


def _character(row: Row) -> Row:
    written = {name: row[f"character__{name}"] for name in ("scenario_text", "title", "name", "age")}
    return {
        "id": row["character_id"],
        **shown_patient(**written),
        "role": row["character__role"],
        "enable": row["character__enable"],
        "content_warning": row["character__content_warning"],
        "picture_url": picture_url(row["character_id"], row["character__picture__digest"]),
    }


ACTIVITY = Projection(
    "id", "title", "position", "time_limit_minutes", "pre_brief", "character_id", "character__scenario_text",
    "character__title", "character__name", "character__age", "character__role", "character__enable",
    "character__content_warning", "character__picture__digest",
    finish=_with_summaries,
)  # fmt: skip
