"""Which rows a user may see."""

from typing import Any, Self, TypeVar

from django.db import models

from apps.core.history.recorded import RecordedQuerySet

_Row = TypeVar("_Row", bound=models.Model)


class VisibleByRole(RecordedQuerySet[_Row]):
    """Teaching content: rows with a history whose visibility depends on the role alone.

    `visible_to_students` takes no user, so lists of its rows can use SQL that was compiled at import. A model whose
    rows differ by person overrides `visible_to`; its lists are then built for each request.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        base = VisibleByRole
        if cls.visible_to is not base.visible_to and cls.visible_to_students is not base.visible_to_students:
            # Child rows may be selected by visible_to_students, and would bypass visible_to.
            raise TypeError(f"{cls.__name__} has a visible_to of its own, so no rows that all students see.")

    def visible_to_students(self) -> Self:
        """The rows that every student sees."""
        raise NotImplementedError

    def visible_to(self, user: Any) -> Self:
        """Instructors see all rows; students see those of `visible_to_students`."""
        return self if user.is_instructor else self.visible_to_students()


def depends_on_person(queryset: models.QuerySet[Any]) -> bool:
    """Whether two people of one role may see different rows: the queryset overrides `visible_to`."""
    return getattr(type(queryset), "visible_to", None) not in (None, VisibleByRole.visible_to)
