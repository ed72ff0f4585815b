"""Places of rows in an order that teachers give by numbers. Rows with the same number stay in the order of making."""

from typing import Any

from django.db.models import Max, QuerySet

MAX_PLACE = 32767


def last_place(rows: QuerySet[Any]) -> int:
    """The highest `position` of the rows; a new row with it stands last."""
    highest: int | None = rows.aggregate(highest=Max("position"))["highest"]
    return highest or 0
