"""A password column that another service reads."""

from typing import Any

from django.db import models

from apps.users.hashers import PasslibPBKDF2Hasher

RAW = "$pbkdf2-sha256$"
PREFIX = PasslibPBKDF2Hasher.algorithm


class PasslibPasswordField(models.CharField):
    """Holds passlib's own `$pbkdf2-sha256$rounds$salt$hash` in the database, unchanged.

    Django takes the text before the first `$` for the algorithm, which is empty there; so Python sees the same string
    with the algorithm's name in front. Any other string passes through as it is, both ways.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return PREFIX + value if value and value.startswith(RAW) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.removeprefix(PREFIX) if isinstance(value, str) and value.startswith(PREFIX + RAW) else value
