"""People for lists."""

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from apps.core.list_queries import Rows
from apps.users.models import Role, User, has_power

_COLUMNS = ("id", "username", "email", "role", "approved_role", "is_active", "is_superuser")


def values_of(people: QuerySet[User]) -> QuerySet[User, Any]:
    """What `as_accounts` needs. Times as PostgreSQL writes them: reading and writing them again takes longer than all
    the rest.
    """
    times = {f"_{name}": Cast(name, TextField()) for name in ("date_joined", "last_login")}
    return people.values(*_COLUMNS, **times)


def as_accounts(rows: Rows) -> Rows:
    """The rows as the serializer of one account would show them."""
    for row in rows:
        is_superuser, claim, approved = row.pop("is_superuser"), row["role"], row["approved_role"]
        is_admin = has_power(Role.ADMIN, claim, approved, is_superuser)
        row["is_instructor"] = is_admin or has_power(Role.INSTRUCTOR, claim, approved, is_superuser)
        row["is_admin"] = is_admin
        row["date_joined"], row["last_login"] = _iso(row.pop("_date_joined")), _iso(row.pop("_last_login"))
    return rows


def _iso(text: str | None) -> str | None:
    """A time in UTC, from how the database writes it: 2026-11-23 07:05:01.12+00."""
    if text is None:
        return None
    moment, _, fraction = text.removesuffix("+00").partition(".")
    return f"{moment[:10]}T{moment[11:]}.{fraction:0<6}Z" if fraction else f"{moment[:10]}T{moment[11:]}Z"
