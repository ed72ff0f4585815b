"""Models whose writes are recorded: through objects, querysets and cascading deletes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import NotSupportedError, models, router

from apps.core.history.changes import Change
from apps.core.history.recording import recording

_Row = TypeVar("_Row", bound=models.Model)
_TIMES = ("created_at", "updated_at")


class RecordedQuerySet(models.QuerySet[_Row]):
    """Records bulk writes too. bulk_update and the managers of relations use these methods."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        """Insert rows. NotSupportedError if it would be unknown which of them already existed."""
        self._for_write = True
        rows = list(objs)
        given = {row.recorded_key: row for row in rows if row.has_key}
        if kwargs.get("update_conflicts") or (kwargs.get("ignore_conflicts") and len(given) < len(rows)):
            raise NotSupportedError("A history needs to know which rows are new.")
        with recording(self.db) as history:
            there = history.stored(self._whole().filter(pk__in=[row.pk for row in given.values()])) if given else []
            made = super().bulk_create(rows, *args, **kwargs)
            known = {row.recorded_key for row in there}
            history.created([row for row in rows if row.recorded_key not in known], given=given)
        return made

    def update(self, **kwargs: Any) -> int:
        """Update rows. NotSupportedError for a column of the key, since the row would become another one."""
        self._for_write = True
        fields = [field for field in self._recorded_fields() if {field.name, field.attname} & kwargs.keys()]
        if not fields:
            return super().update(**kwargs)
        if {field.name for field in self.model._meta.pk_fields} & {field.name for field in fields}:  # type: ignore[attr-defined]
            raise NotSupportedError("A row keeps its key: delete it and make another.")
        with recording(self.db) as history:
            before: dict[Any, Any] = {row.pk: row for row in history.stored(self._chosen())}
            count = super(RecordedQuerySet, self.filter(pk__in=list(before))).update(**kwargs)
            after: dict[Any, Any] = self._whole().in_bulk(before)
            for pk, row in after.items():
                history.changed(row, before[pk].recorded_values(), row.recorded_values())
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows and everything that cascades from them."""
        self._for_write = True
        with recording(self.db) as history:
            found = history.deleting(self._chosen())
            # Exactly these rows, even if others match the filter by now.
            return super(RecordedQuerySet, self._whole().filter(pk__in=[row.pk for row in found])).delete()  # type: ignore[misc]

    # As in Django: templates may not call these, and managers have no delete.
    update.alters_data = delete.alters_data = delete.queryset_only = True  # type: ignore[attr-defined]

    def _recorded_fields(self) -> "list[models.Field[Any, Any]]":
        model: Any = self.model
        fields: list[models.Field[Any, Any]] = model.recorded_fields()
        return fields

    def _whole(self) -> "models.QuerySet[_Row]":
        return self.model._base_manager.using(self.db)

    def _chosen(self) -> "models.QuerySet[_Row]":
        """The same rows without joins and groups, which cannot be locked."""
        return self._whole().filter(pk__in=self.order_by().values("pk"))


class Recorded(models.Model):
    """A row with a history. Its default and base managers must use a RecordedQuerySet."""

    # The model of its entries, and the column that points at its parent row.
    changes: ClassVar[type[Change]]
    belongs_to: ClassVar[str] = ""
    # Columns that the service derives, which nobody edits.
    unrecorded: ClassVar[tuple[str, ...]] = ()
    # Field > what the pages of teachers call it, where the name of its column does not tell.
    words: ClassVar[Mapping[str, str]] = {}
    # Field > how those pages show its text, where it has marks that its form does not show.
    readers: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and record the changes."""
        written = self._written(kwargs.get("update_fields"))
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with recording(using) as history:
            given = [self.recorded_key] if self.has_key else []
            stored = history.stored(self._row()) if given else []
            super().save(*args, **kwargs)
            if stored:
                row, before = self.as_written(using), stored[0].recorded_values()
                history.changed(row, before, before | row.recorded_values(written))
            else:
                history.created([self], given=given)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and record an entry for this row and for each row that cascades."""
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with recording(using) as history:
            history.deleting(self._row())
            return super().delete(*args, **kwargs)

    # As in Django: templates may not call these.
    save.alters_data = delete.alters_data = True  # type: ignore[attr-defined]

    @classmethod
    def readable(cls, name: str, value: Any) -> str:
        """The value of a field as the pages of teachers show it."""
        return cls.readers.get(name, str)(value)

    @classmethod
    def recorded_fields(cls) -> "list[models.Field[Any, Any]]":
        """The fields that people edit."""
        left_out = {"id", *_TIMES, *cls.unrecorded}
        return [field for field in cls._meta.concrete_fields if field.column and field.name not in left_out]

    def recorded_values(self, fields: "list[models.Field[Any, Any]] | None" = None) -> dict[str, Any]:
        """Column > value, for these fields or for all recorded ones."""
        chosen = self.recorded_fields() if fields is None else fields
        return {field.attname: _in_json(field.to_python(getattr(self, field.attname))) for field in chosen}

    def as_written(self, using: str) -> Any:
        """The saved row, read again if a field was set to an expression that the database evaluated."""
        given = (self.__dict__.get(field.attname) for field in self.recorded_fields())
        if any(hasattr(value, "resolve_expression") for value in given):
            return self._row().using(using).get()
        return self

    @property
    def recorded_key(self) -> str:
        return ",".join(str(getattr(self, field.attname)) for field in self._meta.pk_fields)  # type: ignore[attr-defined]

    @property
    def has_key(self) -> bool:
        """Whether the key is set; the row may not exist."""
        return all(getattr(self, field.attname) is not None for field in self._meta.pk_fields)  # type: ignore[attr-defined]

    def _row(self) -> "models.QuerySet[Any]":
        return type(self)._base_manager.filter(pk=self.pk)

    def _written(self, named: Iterable[str] | None) -> "list[models.Field[Any, Any]]":
        """The recorded fields that `save` will write."""
        left_out = self.get_deferred_fields()
        names = None if named is None else set(named)
        return [
            field
            for field in self.recorded_fields()
            if field.attname not in left_out and (names is None or names & {field.name, field.attname})
        ]


def _in_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
