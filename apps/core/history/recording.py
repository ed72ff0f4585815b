"""Writes history entries in the same transaction as the change that they describe."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.models import CharField, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from apps.core.history import origin
from apps.core.history.changes import TITLE_MAX, Change

# Column > value; {} stands for a row that does not exist.
Values = Mapping[str, Any]


@contextmanager
def recording(using: str) -> Iterator["Recording"]:
    """Wrap a write: it is committed together with its entries, or not at all."""
    # As with Django's own writes, an error inside an outer transaction breaks that transaction.
    with transaction.atomic(using=using, savepoint=False):
        record = Recording(using)
        yield record
        record.write()


class Recording:
    """Collects the entries of one write."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._entries: dict[type[Change], list[Change]] = {}

    def stored(self, rows: QuerySet[Any]) -> list[Any]:
        """The rows as stored, locked until the transaction ends.

        If the last entry differs from a row, another service has written it, and an entry of its own records that.
        """
        model = rows.model
        of_row = model.changes.objects.filter(kind=kind_of(model), object_key=_key_in_sql(model)).order_by("-pk")
        known = rows.using(self._using).annotate(last_recorded=Subquery(of_row.values("after")[:1]))
        found = list(known.order_by("pk").select_for_update(no_key=True))
        doubtful = [
            row for row in found if row.last_recorded is not None and _differ(row.last_recorded, row.recorded_values())
        ]
        # A transaction that waited for the lock may have read the row before the wait and the entry after it.
        last = self._last(model, {row.recorded_key for row in doubtful})
        for row in doubtful:
            entry, values = last[row.recorded_key], row.recorded_values()
            if _differ(entry, values):
                self._note(row, Change.Action.FOUND, entry, values)
        return found

    def created(self, rows: Iterable[Any], *, given: Collection[str] = ()) -> None:
        """Record inserted rows. `given` are keys that the caller chose, which an earlier row may have had."""
        new = {row.recorded_key: row.as_written(self._using) for row in rows}
        last = self._last(type(next(iter(new.values()))), new.keys() & set(given)) if new else {}
        for key, row in new.items():
            if last.get(key):  # the earlier row has been deleted since
                self._note(row, Change.Action.FOUND, last[key], {})
            self._note(row, Change.Action.CREATED, {}, row.recorded_values())

    def changed(self, row: Any, before: Values, after: Values) -> None:
        """Record an updated row; no entry if nothing changed."""
        if _differ(before, after):
            self._note(row, Change.Action.CHANGED, before, after)

    def deleting(self, rows: QuerySet[Any]) -> list[Any]:
        """Record rows that are about to be deleted, and those that cascade; returns the former.

        They are locked from the leaves up, the order in which both services delete: the reverse could deadlock.
        """
        for relation in rows.model._meta.related_objects:
            child: Any = relation.related_model
            if relation.on_delete is models.CASCADE and hasattr(child, "recorded_values"):
                self.deleting(child._base_manager.filter(**{f"{relation.field.name}__in": rows}))
        found = self.stored(rows)
        for row in found:
            self._note(row, Change.Action.DELETED, row.recorded_values(), {})
        return found

    def write(self) -> None:
        """Insert the entries in the order in which they were recorded."""
        for model, entries in self._entries.items():
            model.objects.using(self._using).bulk_create(entries)

    def _last(self, model: Any, keys: Collection[str]) -> dict[str, Values]:
        """Key > the values in the row's last entry, for rows that have one."""
        if not keys:
            return {}
        entries = model.changes.objects.using(self._using)
        of_rows = entries.filter(kind=kind_of(model), object_key__in=keys).order_by()
        newest = of_rows.values("object_key").annotate(newest=Max("pk")).values("newest")
        return dict(entries.filter(pk__in=newest).values_list("object_key", "after"))

    def _note(self, row: Any, action: Change.Action, before: Values, after: Values) -> None:
        elsewhere = action == Change.Action.FOUND
        entry = row.changes(
            action=action,
            kind=kind_of(type(row)),
            object_key=row.recorded_key,
            parent_id=(after or before).get(row.belongs_to),
            title=str(row)[:TITLE_MAX],
            before=before,
            after=after,
            changed_by_id=None if elsewhere else origin.person_id(),
            request="" if elsewhere else origin.request_line(),
        )
        self._entries.setdefault(row.changes, []).append(entry)


def kind_of(model: type[models.Model]) -> str:
    """The name of the model in entries."""
    return str(model._meta.model_name)


def _differ(before: Values, after: Values) -> bool:
    """Whether the values differ, ignoring columns that only one of them has."""
    return bool(before) != bool(after) or any(before[name] != after[name] for name in before.keys() & after.keys())


def _key_in_sql(model: Any) -> Any:
    parts = [Cast(OuterRef(field.attname), CharField()) for field in model._meta.pk_fields]
    return parts[0] if len(parts) == 1 else Concat(parts[0], Value(","), *parts[1:])
