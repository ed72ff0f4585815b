"""Categories as students see them, and what can be reached in them, from rows or from a form as it was typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from apps.assessments.models import Category, SubCategory
from apps.core.places import MAX_PLACE
from apps.core.previews import typed_number

# The prefix of the criteria's rows in the form of a category.
ROWS = "subcategories"
MOST_ROWS = 1000


@dataclass(frozen=True)
class CategoryPreview:
    """A category: its name, its pass mark, and its criteria as (name, lowest score, highest score)."""

    name: str
    required: int
    criteria: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, category: Category) -> Self:
        """A stored one; its criteria should be prefetched."""
        criteria = tuple((one.name, one.lowest_score, one.highest_score) for one in category.subcategories.all())
        return cls(category.name, category.total_required_to_pass, criteria)

    @classmethod
    def typed(cls, form: QueryDict) -> Self:
        """The one in a category's form. Rows that are to be deleted, or have no name, are left out."""
        rows = range(min(typed_number(form.get(f"{ROWS}-TOTAL_FORMS")), MOST_ROWS))
        found = sorted(row for number in rows if (row := _typed_row(form, number)))
        return cls(
            form.get("name") or "", typed_number(form.get("total_required_to_pass")), tuple(row[2:] for row in found)
        )

    @property
    def reachable(self) -> int:
        """The most marks that its criteria give."""
        return sum(highest for _, _, highest in self.criteria)

    @property
    def out_of_reach(self) -> bool:
        """Whether nobody can pass it."""
        return self.required > self.reachable


def _typed_row(form: QueryDict, number: int) -> tuple[int, int, str, int, int] | None:
    """A criterion's row in the order of the category: (position, number of the row, name, lowest, highest)."""
    prefix = f"{ROWS}-{number}"
    name = (form.get(f"{prefix}-name") or "").strip()
    if not name or f"{prefix}-DELETE" in form:
        return None
    usual = SubCategory()
    lowest = typed_number(form.get(f"{prefix}-lowest_score"), usual.lowest_score)
    highest = typed_number(form.get(f"{prefix}-highest_score"), usual.highest_score)
    # One without a place comes last.
    position = typed_number(form.get(f"{prefix}-position"), MAX_PLACE)
    return position, number, name, lowest, highest


def previews_of(keys: Iterable[str]) -> list[CategoryPreview]:
    """The stored categories with these keys, in the order of categories; what is no key is left out."""
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) < 10]
    chosen = Category.objects.filter(pk__in=numbers).prefetch_related("subcategories")
    return [CategoryPreview.of(category) for category in chosen]
