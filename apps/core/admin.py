"""Shared admin classes: forms that preserve untouched values, and read-only pages."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms.utils import pretty_name
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from apps.core.by_name import by_name
from apps.core.concurrent_edits import LOADED, SeenChangesForm


class TextAsTyped(forms.CharField):
    """Text that is not trimmed. Line ends are stored as `\\n`; a difference only in line ends is not a change."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return _LINE_END.sub("\n", text) if text else text

    def validate(self, value: Any) -> None:
        super().validate("" if isinstance(value, str) and not value.strip() else value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self._as_sent(initial), self._as_sent(data))

    def _as_sent(self, value: Any) -> Any:
        """Normalise line ends as the browser's control does: a text area sends one kind, an input has none."""
        one_line = not isinstance(self.widget, forms.Textarea)
        return _LINE_END.sub("" if one_line else "\n", value) if isinstance(value, str) else value


_LINE_END = re.compile(r"\r\n|\r|\n")


class StoredRowForm(SeenChangesForm):
    """Leaves untouched fields as they were read and unvalidated: the old service never validated its rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._is_stored():
            for name, field in self._texts():
                field.required = field.required and bool((self.initial.get(name) or "").strip())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self._is_stored():
            untouched = [name for name, _ in self._texts() if name in self.initial and name not in self.changed_data]
            cleaned.update({name: self.initial[name] for name in untouched})
        self.refuse_unseen_changes(cleaned)
        return self.cleaned_data

    def columns_to_save(self) -> list[str]:
        """The columns that the user edited. Somebody else may have changed the others since the form was loaded."""
        columns = [field.name for field in self.instance._meta.concrete_fields]
        return [name for name in columns if name in self.changed_data or name == "updated_at"]

    def save(self, commit: bool = True) -> Any:
        if not commit or not self._is_stored():
            return super().save(commit)
        row = super().save(commit=False)
        row.save(update_fields=self.columns_to_save())
        self.save_m2m()
        return row

    def _get_validation_exclusions(self) -> set[str]:
        untouched = set(self.fields) - set(self.changed_data) if self._is_stored() else set()
        return super()._get_validation_exclusions() | untouched  # type: ignore[misc]

    def _is_stored(self) -> bool:
        return not self.instance._state.adding

    def _texts(self) -> list[tuple[str, TextAsTyped]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, TextAsTyped)]


class FieldsForOperations(ModelAdmin):
    """Pages of which teachers do not see what only matters to those who run the service: raw ids, codes, models."""

    operations_fields: frozenset[str] = frozenset()
    # A row takes some 4 ms to render, so a hundred would take longer than people like to wait.
    list_per_page = 25

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown_to(request, super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self._shown_to(request, super().get_list_filter(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = (
            (name, {**options, "fields": tuple(self._shown_to(request, options["fields"]))})
            for name, options in super().get_fieldsets(request, obj)
        )
        return [(name, options) for name, options in shown if options["fields"]]

    def _shown_to(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        """These names, of which those in a tuple stand in one line."""
        if getattr(request.user, "is_admin", False):
            return list(names)
        kept = [
            tuple(one for one in name if one not in self.operations_fields)
            if isinstance(name, tuple) and name and all(isinstance(one, str) for one in name)
            else name
            for name in names
        ]
        return [name for name in kept if name != () and name not in self.operations_fields]


class EditableAdmin(FieldsForOperations):
    """Base admin for rows that people write."""

    form = StoredRowForm
    formfield_overrides = {
        models.CharField: {"form_class": TextAsTyped},
        models.TextField: {"form_class": TextAsTyped},
    }
    change_form_before_template = "admin/loaded_values.html"
    warn_unsaved_form = True
    compressed_fields = False
    # What a picker finds rows by, best first; it never takes a hit in some other text.
    picker_names: tuple[str, ...] = ()
    picker_texts: tuple[str, ...] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if self.picker_names and request.resolver_match and request.resolver_match.url_name == "autocomplete":
            return by_name(queryset, search_term, self.picker_names, self.picker_texts), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.columns_to_save())
        else:
            super().save_model(request, obj, form, change)


class RowsInline(TabularInline):
    """Child rows, one on each line; text boxes grow with their content."""

    form = StoredRowForm
    formfield_overrides = {
        models.CharField: {"form_class": TextAsTyped},
        models.TextField: {"form_class": TextAsTyped, "widget": UnfoldAdminExpandableTextareaWidget},
    }
    extra = 0
    hide_title = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the hidden field by which a row is saved only over what its user has seen."""
        fields = super().get_fields(request, obj)
        return [*fields, LOADED] if self.has_change_permission(request, obj) else fields

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows, whose fields have names of their own: the headings of the columns name them to the eye alone."""
        rows = super().get_formset(request, obj, **kwargs)
        for name, field in rows.form.base_fields.items():
            field.widget.attrs.setdefault("aria-label", field.label or pretty_name(name))
        return rows


class ReadOnlyAdmin(FieldsForOperations):
    """Base admin for rows that only the service writes."""

    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def duration_text(begun: datetime | None, ended: datetime | None) -> str:
    """A duration for display, such as "1.5 s"; empty until it has ended."""
    return f"{(ended - begun).total_seconds():.1f} s" if begun and ended else ""


def count_of(rows: QuerySet[Any], *, by: str) -> Coalesce:
    """Annotation: the number of `rows` whose key `by` points at the outer row, as a subquery without a join."""
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
