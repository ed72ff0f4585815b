"""Two people on one admin page: the second is told what has changed meanwhile, and loses nothing that they typed."""

import hashlib
import json
import re
from collections.abc import Mapping, Set
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone

LOADED = "loaded"
# How many entries of the history are looked through for who it was, and how much of another's text an error has.
ENTRIES = 20
SHOWN_CHARACTERS = 2000
_LINE_END = re.compile(r"\r\n|\r|\n")


class LoadedField(forms.CharField):
    """The digests of the values that the page was opened with; never a change by itself."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenChangesForm(forms.ModelForm):
    """A form of a recorded row that is saved only over what its user has seen.

    The page carries a digest of each stored value. Where one is another when the form comes back, whichever service
    has written it, nothing is saved: fields that the user left alone show the new value, the others keep what was
    typed, and a second save is over what is shown then.
    """

    loaded = LoadedField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not hasattr(self.instance, "recorded_fields"):
            del self.fields[LOADED]
        elif not self.instance._state.adding:
            self.initial[LOADED] = _packed(self.stored_values(self.instance))

    def stored_values(self, row: Any) -> dict[str, Any]:
        """What a save can overwrite. A form whose fields write other rows adds those."""
        return {field.name: field.value_from_object(row) for field in row.recorded_fields()}

    def refuse_unseen_changes(self, cleaned: Mapping[str, Any]) -> None:
        """Add errors if the row was changed after the page was opened. Called last, within the page's transaction."""
        loaded = _unpacked(cleaned.get(LOADED))
        if not loaded or self.instance._state.adding:
            return
        row = type(self.instance)._base_manager.select_for_update(no_key=True).filter(pk=self.instance.pk).first()
        if row is None:
            return
        stored = self.stored_values(row)
        now = {name: _digest(value) for name, value in stored.items()}
        mine = {name: _digest(self.as_stored(name, cleaned[name])) for name in stored if name in cleaned}
        changed = [name for name in loaded if name in now and now[name] not in (loaded[name], mine.get(name))]
        if not changed:
            return
        data: Any = self.data
        self.data = data.copy()
        self._show(LOADED, _packed(stored))
        for name in changed:
            if mine.get(name) == loaded[name]:
                self._show(name, stored[name])
            elif name in self.fields:
                self.add_error(name, f"Somebody else wrote here meanwhile: “{self._as_typed(name, stored[name])}”")
        labels, columns = [self._label(name) for name in changed], {self.column_of(name) for name in changed}
        self.add_error(None, _told(row, labels, columns))

    def as_stored(self, name: str, value: Any) -> Any:
        """A cleaned value as `stored_values` has it."""
        return value

    def column_of(self, name: str) -> str:
        """The column that holds a stored value."""
        return name

    def _label(self, name: str) -> str:
        return str(self.fields[name].label or name) if name in self.fields else name.replace("_", " ")

    def _as_typed(self, name: str, value: Any) -> str:
        field: Any = self.fields[name]
        rows = getattr(field, "queryset", None)
        if rows is not None:
            found = rows.filter(pk__in=value if isinstance(value, list) else [value])
            return ", ".join(str(row) for row in found) or "none"
        return shown_text(str(field.prepare_value(value)))

    def _show(self, name: str, value: Any) -> None:
        """Put the stored value in the place of the one that was sent."""
        key, shown = self.add_prefix(name), self.fields[name].prepare_value(value)
        data: Any = self.data
        if isinstance(shown, bool):
            data.pop(key, None)
            shown = "on" if shown else None
        if isinstance(shown, (list, tuple)):
            data.setlist(key, [str(one) for one in shown])
        elif shown is None:
            data.pop(key, None)
        else:
            data[key] = str(shown)


def shown_text(text: str) -> str:
    """As much of another's text as an error has."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}… (the history has the rest)"


def _told(row: Any, labels: list[str], names: Set[str]) -> str:
    return (
        f"{_who_changed(row, names)} changed this while you were editing: {', '.join(labels)}. Nothing is saved yet. "
        "Fields that you left alone show the new values; where both of you wrote, yours is in the field and theirs "
        "stands beside it. Save again to keep what you see."
    )


def _who_changed(row: Any, names: Set[str]) -> str:
    """Who made the latest recorded change to one of the columns, and when; the old service records none.

    Names that are no columns stand for rows that belong to this one.
    """
    columns = {field.attname for field in row._meta.concrete_fields if field.name in names}
    entries = row.changes.objects.select_related("changed_by").order_by("-pk")
    if not columns:
        return _author(entries.filter(parent_id=row.pk).first())
    values = row.recorded_values()
    for entry in entries.filter(kind=row._meta.model_name, object_key=row.recorded_key)[:ENTRIES]:
        if any(entry.after.get(column) != values[column] for column in columns):
            break
        if columns & set(entry.changed_columns):
            return _author(entry)
    return _author(None)


def _author(entry: Any) -> str:
    if entry is None or entry.changed_by is None:
        return "Somebody in the old service, by hand or without an account any more,"
    return f"{entry.changed_by} ({timezone.localtime(entry.changed_at):%H:%M})"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(_plain(value), sort_keys=True, default=str).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """The value as it is stored: rows by their keys, texts with one kind of line end, nothing as an empty text."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet):
        return sorted(one.pk for one in value)
    if isinstance(value, str):
        return _LINE_END.sub("\n", value)
    return "" if value is None else value


def _packed(values: Mapping[str, Any]) -> str:
    return json.dumps({name: _digest(value) for name, value in values.items()})


def _unpacked(text: Any) -> dict[str, str]:
    """The digests by name; {} for what no page of ours has sent."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: digest for name, digest in found.items() if isinstance(digest, str)}
