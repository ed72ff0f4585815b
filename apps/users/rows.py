"""People for lists."""

from apps.rows import Rows
from apps.users.models import Role, has_power

COLUMNS = (
    "id", "username", "email", "role", "approved_role", "is_active", "date_joined", "last_login", "is_superuser",
)  # fmt: skip


def with_powers(rows: Rows) -> Rows:
    """The rows with what each account may."""
    for row in rows:
        claim = row["role"], row["approved_role"], row.pop("is_superuser")
        row["is_admin"] = has_power(Role.ADMIN, *claim)
        row["is_instructor"] = row["is_admin"] or has_power(Role.INSTRUCTOR, *claim)
    return rows
