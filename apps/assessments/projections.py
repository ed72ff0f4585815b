"""Categories for lists."""

from apps.assessments.models import SubCategory
from apps.core.list_queries import RelatedRows, Rows

_CRITERIA = SubCategory.objects.order_by("id")
_FULL = RelatedRows("category_id", _CRITERIA.values("id", "name", "marking_instructions", "category_id"))
_PUBLIC = RelatedRows("category_id", _CRITERIA.values("id", "name", "category_id"))


def with_criteria(rows: Rows, *, full: bool) -> Rows:
    """The rows with their criteria, `full` ones with what earns marks. One query."""
    groups = (_FULL if full else _PUBLIC).of(row["id"] for row in rows)
    return [{**row, "subcategories": groups[row["id"]]} for row in rows]
