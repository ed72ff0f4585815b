"""Columns and nested rows of categories, criteria and rubric questions in responses."""

from functools import partial

from apps.assessments.models import SubCategory
from apps.core.list_queries import RelatedRows, Rows
from apps.core.projections import Projection

# The columns that the Flask service has too.
SHARED_CRITERION_COLUMNS = ("id", "name", "marking_instructions", "category_id")
CRITERION_COLUMNS = (
    *SHARED_CRITERION_COLUMNS, "lowest_score", "highest_score", "levels", "anchors", "position", "scope",
)  # fmt: skip
PUBLIC_CRITERION_COLUMNS = ("id", "name", "category_id", "lowest_score", "highest_score")
SHARED_CRITERION = Projection(*SHARED_CRITERION_COLUMNS)
CRITERION = Projection(*CRITERION_COLUMNS)
PUBLIC_CRITERION = Projection(*PUBLIC_CRITERION_COLUMNS)
QUESTION = Projection("id", "question", "scenario_id")


def _with_criteria(rows: Rows, criteria: RelatedRows) -> Rows:
    """Add each category's criteria, with one query."""
    groups = criteria.of(row["id"] for row in rows)
    return [{**row, "subcategories": groups[row["id"]]} for row in rows]


def _categories(criterion: Projection, *order: str) -> Projection:
    criteria = RelatedRows("category_id", criterion.values(SubCategory.objects.order_by(*order)))
    return Projection("id", "name", "total_required_to_pass", finish=partial(_with_criteria, criteria=criteria))


CATEGORY = _categories(CRITERION, "position", "id")
PUBLIC_CATEGORY = _categories(PUBLIC_CRITERION, "position", "id")
SHARED_CATEGORY = _categories(SHARED_CRITERION, "id")
