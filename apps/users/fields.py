"""Columns of accounts that are written otherwise than Django does."""

from typing import Any

from django.db import models
from django.db.models import F

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


class SetByUpdateMixin:
    """A column that only UPDATE statements about it change.

    A row that is saved whole would write back what it was when it was read, which may be before such a statement.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.attname)  # type: ignore[misc,attr-defined]


class SetByUpdateCharField(SetByUpdateMixin, models.CharField):
    pass


class SetByUpdateIntegerField(SetByUpdateMixin, models.IntegerField):
    pass


class SetByUpdateDateTimeField(SetByUpdateMixin, models.DateTimeField):
    pass
