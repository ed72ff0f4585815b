"""Lists that leave out what the staff have done themselves, unless it is asked for."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from apps.openai_integration.models.whose import Whose, rows_of
from apps.users.permissions import request_user

# Who asks for one of these has said whose rows are meant.
_SAYS_WHOSE = {"whose", "student_id", "preview", "thread_id"}


class WhoseFilterSet(filters.FilterSet):
    whose = filters.ChoiceFilter(
        choices=Whose.choices,
        method="filter_whose",
        help_text="Instructors read students' rows, unless they ask for the `staff`'s own or `everyone`'s.",
    )
    student_path = "student"

    def filter_whose(self, rows: QuerySet[Any], name: str, whose: str) -> QuerySet[Any]:
        return rows_of(whose, rows, student=self.student_path)


def of_students_unless_asked(rows: QuerySet[Any], request: Request, *, student: str = "student") -> QuerySet[Any]:
    """What an instructor's list has by default. Students' lists have their own rows alone anyway."""
    if not request_user(request).is_instructor or _SAYS_WHOSE & set(request.query_params):
        return rows
    return rows_of(Whose.STUDENTS, rows, student=student)
