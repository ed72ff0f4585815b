"""The rows in which teachers write a scenario's facts."""

import hashlib
import json
import math
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from unfold.widgets import (
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.core.admin import TextAsTyped
from apps.scenarios.fact_rows import RowError, tidied
from apps.scenarios.fact_sheet import MOST_ROWS, Kind, Row, Sheet, Stored
from apps.scenarios.fact_words import WHEN
from apps.scenarios.findings import Finding

BLANK_ROWS = 3
CONTENT = ("kind", "topics", "questions", "text")
_LINE_END = re.compile(r"\r\n|\r|\n")


class FactForm(forms.Form):
    """A row. `row` is what it says once it is clean; None for one that is empty."""

    kind = forms.ChoiceField(
        label="When", choices=[*WHEN.items()], initial=Kind.OPEN, widget=UnfoldAdminSelectWidget, required=False
    )
    topics = TextAsTyped(
        label="What may be asked",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "smoking, cigarettes, vaping"}),
    )
    text = TextAsTyped(
        label="What is told",
        required=False,
        widget=UnfoldAdminExpandableTextareaWidget(attrs={"placeholder": "I stopped ten years ago."}),
    )
    questions = TextAsTyped(
        label="Example questions, one on each line",
        required=False,
        widget=UnfoldAdminExpandableTextareaWidget(attrs={"placeholder": "Have you ever smoked?"}),
    )

    def __init__(self, *args: Any, stored: Stored | None = None, **kwargs: Any) -> None:
        self.stored = stored
        self.row: Row | None = None
        if stored:
            kwargs["initial"] = _values(stored.row)
        # The browser's own validation would stop before the rows that are to be removed.
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})

    @property
    def typed(self) -> Row:
        topics, questions, text = (str(self.cleaned_data.get(name) or "") for name in ("topics", "questions", "text"))
        return Row(Kind(self.cleaned_data["kind"] or Kind.OPEN), text, topics, tuple(questions.split("\n")))

    @property
    def was_sent(self) -> bool:
        return any(self.add_prefix(name) in self.data for name in CONTENT)

    def clean(self) -> dict[str, Any]:
        if self.stored and not ({*CONTENT} & {*self.changed_data} and self.was_sent):
            self.row = self.stored.row
        elif "kind" in self.cleaned_data and any(
            map(str.strip, (self.typed.text, self.typed.topics, *self.typed.questions))
        ):
            try:
                self.row = tidied(self.typed)
            except RowError as error:
                self.add_error(error.field, str(error))
        return self.cleaned_data


class FactFormSet(BaseFormSet):
    form = FactForm
    renderer = None
    extra, min_num, max_num, absolute_max = BLANK_ROWS, 0, 2 * MOST_ROWS, 2 * MOST_ROWS
    can_order = can_delete = can_delete_extra = True
    validate_min = validate_max = edit_only = False
    ordering_widget = UnfoldAdminIntegerFieldWidget
    deletion_widget = UnfoldBooleanWidget

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        self.sheet = sheet
        super().__init__(*args, **{**kwargs, "initial": [_values(row) for row in sheet.rows]})

    def initial_form_count(self) -> int:
        """The rows of the stored text, whatever a browser says; none where the sent ones were made of another text."""
        return 0 if self.is_stale else len(self.sheet.stored)

    def total_form_count(self) -> int:
        """Never fewer than the stored rows: one that is left out by a broken client is not removed."""
        stored = len(self.sheet.stored)
        if self.is_bound:
            return max(super().total_form_count(), stored)
        return stored + (1 if stored else self.extra)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        stored = index is not None and index < len(self.sheet.stored)
        return {"stored": self.sheet.stored[index]} if stored and index is not None else {}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = "Place"
        form.fields["DELETE"].label = "Remove"

    @property
    def read_from(self) -> str:
        """The digest of the rows that the page began with."""
        return str(self.data.get(f"{self.prefix}-read_from") or "") if self.is_bound else digest_of(self.sheet)

    @property
    def is_stale(self) -> bool:
        """Whether the page began with other rows than are stored now."""
        return self.read_from != digest_of(self.sheet)

    @property
    def digest(self) -> str:
        """That of the rows as they are in the browser."""
        return _digest(self._sent())

    @property
    def is_touched(self) -> bool:
        """Whether the rows are others than those that the page began with."""
        return self.digest != self.read_from

    def _sent(self) -> list[dict[str, str]]:
        """The rows as they were sent, valid or not, in their order."""
        kept = [form for form in self.forms if not form["DELETE"].data]
        kept.sort(key=lambda form: _place(str(form["ORDER"].data or "")))
        rows = ({name: str(form[name].data or "") for name in CONTENT} for form in kept)
        return [row for row in rows if any(row[name].strip() for name in ("topics", "questions", "text"))]

    @property
    def rows(self) -> list[tuple[int | None, Row]]:
        """The rows in their order, each with its index in the sheet, None if it is new."""
        places = {id(form): index for index, form in enumerate(self.forms) if index < self.initial_form_count()}
        return [(places.get(id(form)), form.row) for form in self.ordered_forms if form.row]


class FactsWidget(forms.Widget):
    template_name = "admin/scenarios/facts.html"
    sheet = Sheet()
    findings: tuple[Finding, ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> FactFormSet:
        return FactFormSet(data, prefix=name, sheet=self.sheet)

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        # Who is told of others' rows saves over them the next time.
        seen = {"read_from": digest_of(self.sheet)}
        return {**context, **seen, "formset": self.formset(name, value), "findings": self.findings}

    def formset(self, name: str, value: Any) -> FactFormSet:
        """The rows that are shown for a bound field's value: the stored ones where the user has changed none."""
        mine = isinstance(value, FactFormSet) and (value.is_touched or not value.is_stale)
        return value if mine else FactFormSet(prefix=name, sheet=self.sheet)

    class Media:
        css = {"all": ["scenarios/admin/facts.css"]}
        js = ["scenarios/admin/facts.js"]


class FactsField(forms.Field):
    """A FactFormSet as one field of a form."""

    widget = FactsWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: FactFormSet) -> FactFormSet:
        if not value.is_touched:
            return value
        if value.is_stale:
            raise ValidationError(
                "Somebody else has changed these facts since you opened the page. Nothing is saved yet: save again "
                "to keep yours in place of theirs."
            )
        if not value.is_valid():
            raise ValidationError(["Correct the rows that are marked above.", *value.non_form_errors()])
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.is_touched)


def digest_of(sheet: Sheet) -> str:
    """A digest of the rows as a browser sends them."""
    return _digest([_values(row) for row in sheet.rows])


def _place(order: str) -> float:
    return int(order) if order.isdecimal() and len(order) < 10 else math.inf


def _values(row: Row) -> dict[str, str]:
    return {"kind": row.kind, "topics": row.topics, "questions": "\n".join(row.questions), "text": row.text}


def _digest(rows: list[dict[str, str]]) -> str:
    # A text area sends one kind of line ends, and an input none.
    plain = [
        {name: _LINE_END.sub("" if name == "topics" else "\n", text) for name, text in row.items()} for row in rows
    ]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
