"""What of a row has been changed in memory since it was read or written."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models


class StoredValuesMixin:
    """For a model, in front of the classes that save it. A column that was never read is not changed."""

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
        """By the names of the attributes."""
        return {name for name, stored in self._stored.items() if self.__dict__.get(name, stored) != stored}

    def _note_stored(self: Any, names: Iterable[str] | None = None) -> None:
        """The database holds these columns, or all, as they are here."""
        fields: list[models.Field] = self._meta.concrete_fields
        if names is not None:
            wanted = set(names)
            fields = [field for field in fields if wanted & {field.name, field.attname}]
        held = self.__dict__
        # Another dictionary each time: a copy of the instance has this one.
        self._stored = self._stored | {field.attname: held[field.attname] for field in fields if field.attname in held}
