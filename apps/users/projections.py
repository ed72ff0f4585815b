"""Projections of accounts."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from apps.core.list_queries import Row, Rows
from apps.core.projections import Projection
from apps.users.models import Role, User, has_power

_TIMES = ("date_joined", "last_login")


class _AccountProjection(Projection):
    """Reads times as text from PostgreSQL: parsing and formatting them would take longer than all the rest."""

    def values(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Row]:
        times = {f"_{name}": Cast(name, TextField()) for name in _TIMES}
        return queryset.values(*self.columns, **times)

    def row_of(self, instance: User) -> Row:
        return super().row_of(instance) | {f"_{name}": getattr(instance, name) for name in _TIMES}


def _with_power(rows: Rows) -> Rows:
    for row in rows:
        is_superuser, claim, approved = row.pop("is_superuser"), row["role"], row["approved_role"]
        is_admin = has_power(Role.ADMIN, claim, approved, is_superuser)
        row["is_instructor"] = is_admin or has_power(Role.INSTRUCTOR, claim, approved, is_superuser)
        row["is_admin"] = is_admin
        row["date_joined"], row["last_login"] = _iso(row.pop("_date_joined")), _iso(row.pop("_last_login"))
    return rows


def _iso(time: str | datetime | None) -> str | None:
    """A time in UTC as ISO 8601, from a datetime or from PostgreSQL's text: 2026-11-23 07:05:01.12+00."""
    if time is None:
        return None
    if isinstance(time, datetime):
        return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    moment, _, fraction = time.removesuffix("+00").partition(".")
    return f"{moment[:10]}T{moment[11:]}.{fraction:0<6}Z" if fraction else f"{moment[:10]}T{moment[11:]}Z"


ACCOUNT = _AccountProjection(
    "id", "username", "email", "role", "approved_role", "is_active", "is_superuser", finish=_with_power
)
_OWN = ("id", "username", "email", "role", "is_instructor", "is_admin")


def own_account(user: User) -> Row:
    """The account as its owner sees it."""
    account = ACCOUNT.of_instance(user)
    return {name: account[name] for name in _OWN}
