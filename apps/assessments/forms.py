"""Forms of the rubric: a pass mark is held against what can be reached; texts of single scores are typed as lines."""

import re
from typing import Any, cast

from django import forms
from django.forms import BaseInlineFormSet
from django.http import QueryDict
from unfold.widgets import UnfoldAdminExpandableTextareaWidget, UnfoldAdminIntegerFieldWidget

from apps.assessments.models import Category, SubCategory
from apps.assessments.previews import ROWS, CategoryPreview
from apps.assessments.scales import MAX_TEXT_CHARACTERS, MAX_TEXTS
from apps.core.admin import StoredRowForm
from apps.core.places import MAX_PLACE, last_place

_LINE = re.compile(r"\s*(\d{1,2})\s*:\s*(.*)")
# "2 fully", where all lines are so: elsewhere "2 of them" may go on with the line before.
_WITHOUT_COLON = re.compile(r"\s*(\d{1,2})\s*[ .)=–-]\s*(.*)")
NARROW, WIDE = "min-width: 4rem; max-width: 6rem", "min-width: 12rem; width: 100%"
SCALE = ("lowest_score", "highest_score", "levels", "anchors")


class CategoryForm(StoredRowForm):
    """Saves a pass mark that nobody can reach only once its user has been told."""

    # The pass mark and the most marks that the user has been told of.
    out_of_reach = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Category
        fields = ("name", "total_required_to_pass")
        labels = Category.words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        data = cast(QueryDict, self.data)
        typed = CategoryPreview.typed(data)
        told = f"{typed.required} of {typed.reachable}"
        if f"{ROWS}-TOTAL_FORMS" in data and typed.out_of_reach and cleaned.get("out_of_reach") != told:
            changed = data.copy()
            changed[self.add_prefix("out_of_reach")] = told
            self.data = changed
            self.add_error(
                "total_required_to_pass",
                f"Nobody can pass: {typed.required} marks are required, and the criteria below give {typed.reachable} "
                "at most. Lower it or add criteria; or save again to keep it so.",
            )
        return cleaned


class LinesByScore(forms.CharField):
    """A list of {score, text}, typed as lines "2: text"; a line without a score continues the one before."""

    widget = UnfoldAdminExpandableTextareaWidget

    def to_python(self, value: Any) -> Any:
        texts: list[dict[str, Any]] = []
        lines = (super().to_python(value) or "").splitlines()
        loose = all(_WITHOUT_COLON.fullmatch(line) for line in lines if line.strip())
        for line in lines:
            if begins := (_WITHOUT_COLON if loose else _LINE).fullmatch(line):
                texts.append({"score": int(begins[1]), "text": begins[2].strip()})
            elif texts:
                texts[-1]["text"] = f"{texts[-1]['text']}\n{line.strip()}".strip()
            elif line.strip():
                raise forms.ValidationError("Begin each line with the score and a colon, as in “2: asks how much”.")
        if any(not text["text"] or len(text["text"]) > MAX_TEXT_CHARACTERS for text in texts):
            raise forms.ValidationError(
                f"Each score is followed by a text of at most {MAX_TEXT_CHARACTERS} characters."
            )
        if len(texts) > MAX_TEXTS:
            raise forms.ValidationError(f"There are more than {MAX_TEXTS} texts.")
        return texts

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{text['score']}: {text['text']}" for text in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


class CriterionRows(BaseInlineFormSet):
    """The criteria of a rubric. New ones without a place come after those that are sent with them."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or not form.instance._state.adding]
        last = max((form.cleaned_data.get("position") or 0 for form in kept), default=0)
        for form in kept:
            if form.instance._state.adding and not form["position"].data:
                form.instance.position = last


class CriterionForm(StoredRowForm):
    """A criterion on its own page, and in a row of its category's, where labels are short."""

    levels = LinesByScore(
        required=False,
        widget=UnfoldAdminExpandableTextareaWidget(
            attrs={"placeholder": "2: asks how much\n1: asks\n0: does not ask", "style": WIDE}
        ),
        help_text="What a score means, one on each line: “2: asks how much”.",
    )
    anchors = LinesByScore(
        required=False, help_text="What students say who get a score, one on each line: “2: How many a day?”"
    )

    position = forms.IntegerField(
        label=SubCategory.words["position"],
        required=False,
        min_value=0,
        max_value=MAX_PLACE,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"style": NARROW, "placeholder": "last"}),
        help_text="Its place in the rubric; empty is the last. Those with one number stay in the order of making.",
    )

    class Meta:
        model = SubCategory
        fields = "__all__"
        labels = SubCategory.words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["position"] = None
        for name, style in {"lowest_score": NARROW, "highest_score": NARROW, "marking_instructions": WIDE}.items():
            if name in self.fields:
                self.fields[name].widget.attrs["style"] = style

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("position") is None and "position" not in self.errors:
            rubric = cleaned.get("category")
            stored = rubric.subcategories.all() if rubric and rubric.pk else SubCategory.objects.none()
            cleaned["position"] = last_place(stored.exclude(pk=self.instance.pk))
        return cleaned

    def columns_to_save(self) -> list[str]:
        """The edited columns; a scale is written as a whole, since its parts were checked together."""
        columns = super().columns_to_save()
        return [*columns, *(name for name in SCALE if name not in columns)] if set(SCALE) & set(columns) else columns
