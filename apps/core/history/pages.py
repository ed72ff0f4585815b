"""History entries in a readable form, for the pages that show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import DateTimeField, Field, Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime

from apps.core.history.changes import Change
from apps.core.history.recorded import Recorded
from apps.core.history.recording import kind_of
from apps.core.text.unified_diff import unified_diff

# (model, id) > that row's title.
Names = Mapping[tuple[type[Model], Any], str]


@dataclass(frozen=True)
class FieldChange:
    """A changed field with its values as text; "" if there was no row. `diff` is by lines, for multi-line texts."""

    field: str
    before: str
    after: str
    diff: str | None

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(sign, text) of the lines of `diff`: "-" was taken out, "+" was put in, else it stands there still."""
        return [(line[:1], line[1:]) if line[:1] in "+- " else ("", line) for line in (self.diff or "").splitlines()]


@dataclass(frozen=True)
class HistoryEntry:
    """When, who, in which request, the action, the row, and the fields that changed."""

    changed_at: datetime
    who: str
    request: str
    action: str
    kind: str
    title: str
    differences: list[FieldChange]


def recorded_models() -> dict[str, type[Recorded]]:
    """Kind > model, for all models with a history."""
    return {kind_of(model): model for model in apps.get_models() if issubclass(model, Recorded)}


def of_row(model: type[Recorded], pk: int) -> QuerySet[Any]:
    """The entries of a row and its child rows, newest first. The row may have been deleted."""
    told: dict[type[Change], Q] = {model.changes: Q(kind=kind_of(model), object_key=str(pk))}
    for relation in model._meta.related_objects:
        child: Any = relation.related_model
        if issubclass(child, Recorded) and child.belongs_to == relation.field.attname:
            told[child.changes] = told.get(child.changes, Q()) | Q(kind=kind_of(child), parent_id=pk)
    first, *others = [changes.objects.filter(chosen).order_by() for changes, chosen in told.items()]
    rows: QuerySet[Any] = first.union(*others, all=True) if others else first
    return rows.order_by("-changed_at", "-id")


def entries(changes: Iterable[Change]) -> list[HistoryEntry]:
    """Format the entries. One query for all people, and one for each model that the values refer to."""
    rows = list(changes)
    people = get_user_model()._default_manager.in_bulk({row.changed_by_id for row in rows})  # type: ignore[attr-defined]
    names = _names(rows)
    models = recorded_models()
    return [
        HistoryEntry(
            row.changed_at,
            str(people.get(row.changed_by_id) or _nobody(row)),  # type: ignore[attr-defined]
            row.request,
            row.get_action_display().lower(),  # type: ignore[attr-defined]
            str(models[row.kind]._meta.verbose_name),
            row.title,
            _field_changes(row, models[row.kind], names),
        )
        for row in rows
    ]


def who(change: Change) -> str:
    """The author of a change, in words."""
    return str(change.changed_by or _nobody(change))


def changed_words(change: Change) -> list[str]:
    """The changed fields, as teachers' pages call them."""
    fields = recorded_models()[change.kind]._meta.concrete_fields
    changed = (field for field in fields if field.attname in change.changed_columns)
    return [f"{words_of(field)} (taken away)" if _is_emptied(field, change) else words_of(field) for field in changed]


def _is_emptied(field: "Field[Any, Any]", change: Change) -> bool:
    """Whether it has a value before, and none since: a patient is archived no more."""
    return change.action == Change.Action.CHANGED and change.after.get(field.attname) in (None, "")


def _nobody(change: Change) -> str:
    if change.action == Change.Action.FOUND:
        return "the Flask service, or by hand"
    return "a deleted account" if change.request else "the command line"


def _field_changes(change: Change, model: type[Recorded], names: Names) -> list[FieldChange]:
    """The changed fields, in the order of the model."""
    changed = set(change.changed_columns)
    return [
        _field_change(field, change, names)
        for field in model._meta.concrete_fields
        if field.column and field.attname in changed
    ]


def _field_change(field: "Field[Any, Any]", change: Change, names: Names) -> FieldChange:
    before, after = (_display_value(field, values, names) for values in (change.before, change.after))
    has_lines = "\n" in before and "\n" in after
    return FieldChange(words_of(field), before, after, _lines(unified_diff(before, after)) if has_lines else None)


def words_of(field: "Field[Any, Any]") -> str:
    """The field as teachers' pages call it."""
    model: Any = field.model
    return str(model.words.get(field.name, field.verbose_name))


def _lines(diff: str | None) -> str | None:
    """A diff for people: its lines alone, with "…" where some that did not change are left out."""
    if diff is None:
        return None
    lines = diff.splitlines()[3:]  # without the names of the texts and the first place
    return "\n".join("…" if line.startswith("@@") else line for line in lines)


def _display_value(field: "Field[Any, Any]", values: Mapping[str, Any], names: Names) -> str:
    value = values.get(field.attname)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(field, DateTimeField):
        return date_format(localtime(datetime.fromisoformat(value)), "j M Y, H:i")
    if field.related_model:
        return names.get((field.related_model, value), "a deleted one")
    model: Any = field.model
    return str(model.readable(field.name, value))


def _names(rows: list[Change]) -> Names:
    """The titles of the existing rows that the values refer to."""
    models = recorded_models()
    wanted: dict[type[Model], set[Any]] = {}
    for row in rows:
        for field in models[row.kind]._meta.concrete_fields:
            if field.related_model and field.attname in row.changed_columns:
                ids = {values[field.attname] for values in (row.before, row.after) if values}
                wanted.setdefault(field.related_model, set()).update(ids)
    return {
        (model, pk): str(found)
        for model, ids in wanted.items()
        for pk, found in model._default_manager.in_bulk(ids).items()
    }
