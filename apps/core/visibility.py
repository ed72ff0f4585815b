"""Which rows a person sees."""

from typing import Any, Self, TypeVar

from django.db import models

from apps.core.history.recorded import RecordedQuerySet

_Row = TypeVar("_Row", bound=models.Model)


class VisibleByRole(RecordedQuerySet[_Row]):
    """Teaching content: rows with a history that are shown by role alone, whoever has it.

    `visible_to_students` is given no person, so lists of what it selects may be read by SQL that was made at import.
    A model that shows each person rows of their own overrides `visible_to`; its lists are then made for each request.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        base = VisibleByRole
        if cls.visible_to is not base.visible_to and cls.visible_to_students is not base.visible_to_students:
            # What belongs to these rows may be selected by the second, and would miss the first.
            raise TypeError(f"{cls.__name__} has a visible_to of its own, so no rows that all students see.")

    def visible_to_students(self) -> Self:
        """What every student sees."""
        raise NotImplementedError

    def visible_to(self, user: Any) -> Self:
        """Instructors see all rows, students those of `visible_to_students`."""
        return self if user.is_instructor else self.visible_to_students()


def depends_on_person(queryset: models.QuerySet[Any]) -> bool:
    """Whether two people of one role may see different rows: the queryset has a `visible_to` of its own."""
    return getattr(type(queryset), "visible_to", None) not in (None, VisibleByRole.visible_to)
