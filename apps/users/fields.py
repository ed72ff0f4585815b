"""Model fields for columns that both services write, or that only UPDATE statements change."""

from typing import Any

from django.db import models
from django.db.models import F

from apps.users.hashers import PasslibPBKDF2Hasher

RAW = "$pbkdf2-sha256$"
PREFIX = PasslibPBKDF2Hasher.algorithm


class PasslibPasswordField(models.CharField):
    """Stores passlib's own `$pbkdf2-sha256$rounds$salt$hash` unchanged.

    Django expects the algorithm before the first `$`, where passlib has nothing. So Python sees the same string with
    the algorithm's name in front. Other strings pass through unchanged in both directions.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return PREFIX + value if value and value.startswith(RAW) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.removeprefix(PREFIX) if isinstance(value, str) and value.startswith(PREFIX + RAW) else value


class SetByUpdateMixin:
    """A column that changes only by UPDATE statements that name it.

    Saving a whole instance would otherwise write back a value read before such a statement.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.attname)  # type: ignore[misc,attr-defined]


class SetByUpdateCharField(SetByUpdateMixin, models.CharField):
    pass


class SetByUpdateIntegerField(SetByUpdateMixin, models.IntegerField):
    pass


class SetByUpdateDateTimeField(SetByUpdateMixin, models.DateTimeField):
    pass
