"""Tracks which columns of an instance have changed in memory since it was read or saved."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models


class StoredValuesMixin:
    """Model mixin; list it before the classes that save. Columns that were never read count as unchanged."""

    _stored: dict[str, Any] = {}

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        read = super().from_db(*args, **kwargs)  # type: ignore[misc]
        read._note_stored()
        return read

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        names = None if fields is None else list(fields)
        super().refresh_from_db(using, names, from_queryset)  # type: ignore[misc]
        self._note_stored(names)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)  # type: ignore[misc]
        self._note_stored(kwargs.get("update_fields"))

    def changed_columns(self) -> set[str]:
        """The attribute names of changed columns."""
        return {name for name, stored in self._stored.items() if self.__dict__.get(name, stored) != stored}

    def _note_stored(self: Any, names: Iterable[str] | None = None) -> None:
        """Note that the database holds these columns, or all, with their current values."""
        fields: list[models.Field] = self._meta.concrete_fields
        if names is not None:
            wanted = set(names)
            fields = [field for field in fields if wanted & {field.name, field.attname}]
        held = self.__dict__
        # A new dictionary each time, since copies of the instance share the old one.
        self._stored = self._stored | {field.attname: held[field.attname] for field in fields if field.attname in held}
