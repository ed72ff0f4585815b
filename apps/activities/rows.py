"""Exercises for lists."""

from apps.activities.models import ActivityCategory
from apps.assessments.models import Category
from apps.rows import Row, Rows, grouped
from apps.scenarios.models import title_of

COLUMNS = (
    "id", "pre_brief", "character_id", "character__scenario_text", "character__role", "character__enable",
)  # fmt: skip


def with_summaries(rows: Rows) -> Rows:
    """The rows with their categories, and with their patient and their categories in short. Two queries."""
    links = ActivityCategory.objects.filter(activity__in=[row["id"] for row in rows]).order_by("category_id")
    ids = grouped(links.values_list("activity_id", "category_id"))
    wanted = {pk for group in ids.values() for pk in group}
    named = Category.objects.filter(pk__in=wanted).values("id", "name", "total_required_to_pass")
    categories = {row["id"]: row for row in named}
    return [
        {
            "id": row["id"],
            "pre_brief": row["pre_brief"],
            "character_id": row["character_id"],
            "categories": ids[row["id"]],
            "character": _character(row),
            "rubric": [categories[pk] for pk in ids[row["id"]]],
        }
        for row in rows
    ]


def _character(row: Row) -> Row:
    return {
        "id": row["character_id"],
        "title": title_of(row["character__scenario_text"]),
        "role": row["character__role"],
        "enable": row["character__enable"],
    }
