"""Lists of students' work, which leave out what the staff have done themselves unless it is asked for."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import ReadOnlyAdmin
from apps.openai_integration.models.whose import Whose, rows_of
from apps.users.models import User


class WhoseFilter(admin.SimpleListFilter):
    """By whose conversation it is. Lists have the students' by default."""

    title = "whose"
    parameter_name = "whose"
    default = Whose.STUDENTS
    # The path to the account.
    student_path = "student"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Whose.choices]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            asked = {self.parameter_name: value}
            chosen = str(value) == str(self.value() or self.default)
            yield {"selected": chosen, "query_string": changelist.get_query_string(asked), "display": label}

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        whose = self.value() if self.value() in Whose.values else self.default
        return rows_of(str(whose), rows, student=self.student_path)


class WhoseInThreadFilter(WhoseFilter):
    student_path = "thread__student"


class WorkAdmin(ReadOnlyAdmin):
    """Base admin for rows of conversations: nobody reads another's preview but admins."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(cast(User, request.user))  # type: ignore[no-any-return]
