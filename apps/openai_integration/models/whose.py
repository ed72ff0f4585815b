"""Students' work, and conversations that the staff have had themselves."""

from typing import TypeVar

from django.db import models

from apps.users.models import User

_Rows = TypeVar("_Rows", bound="models.QuerySet")


class Whose(models.TextChoices):
    """Whose rows a list has. The staff are those who may teach now; a deleted account's rows are students'."""

    STUDENTS = "students", "Students'"
    STAFF = "staff", "Staff's own"
    EVERYONE = "everyone", "Everyone's"


def rows_of(whose: str, rows: _Rows, *, student: str = "student") -> _Rows:
    """The rows of these people; `student` is the path to the account."""
    if whose == Whose.EVERYONE:
        return rows
    of_staff = {f"{student}__in": User.objects.instructors().order_by().values("pk")}
    return rows.filter(**of_staff) if whose == Whose.STAFF else rows.exclude(**of_staff)
