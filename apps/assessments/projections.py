"""Columns and nested rows of categories, criteria and rubric questions in responses."""

from functools import partial

from apps.assessments.models import SubCategory
from apps.core.list_queries import RelatedRows, Rows
from apps.core.projections import Projection

CRITERION = Projection("id", "name", "marking_instructions", "category_id")
PUBLIC_CRITERION = Projection("id", "name", "category_id")
QUESTION = Projection("id", "question", "scenario_id")


def _with_criteria(rows: Rows, criteria: RelatedRows) -> Rows:
    """Add each category's criteria, with one query."""
    groups = criteria.of(row["id"] for row in rows)
    return [{**row, "subcategories": groups[row["id"]]} for row in rows]


def _categories(criterion: Projection) -> Projection:
    criteria = RelatedRows("category_id", criterion.values(SubCategory.objects.order_by("id")))
    return Projection("id", "name", "total_required_to_pass", finish=partial(_with_criteria, criteria=criteria))


CATEGORY = _categories(CRITERION)
PUBLIC_CATEGORY = _categories(PUBLIC_CRITERION)
