"""The form of a scenario's page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import (
    UnfoldAdminExpandableTextareaWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.core.admin import StoredRowForm, TextAsTyped
from apps.core.concurrent_edits import shown_text
from apps.scenarios import pictures
from apps.scenarios.admin.facts import FactsField, digest_of
from apps.scenarios.fact_rows import one_line
from apps.scenarios.fact_sheet import read, shortened, written
from apps.scenarios.findings import findings_of
from apps.scenarios.models import AssistantScenario

AVATARS = ("Adult Man", "Adult Woman", "Elderly Man", "Elderly Woman", "Child", "Toddler")
ROWS = {
    "scenario_text": 5,
    "communication_preferences": 4,
    "setting": 3,
    "content_warning": 2,
    "diagnosis": 2,
    "case_notes": 6,
}


class ScenarioForm(StoredRowForm):
    """A scenario, with the text of what the patient knows as the opening words and rows of facts."""

    opening = TextAsTyped(
        required=False,
        label="Opening words",
        widget=UnfoldAdminExpandableTextareaWidget,
        help_text="What the patient says when they are asked why they have come. Hidden from students.",
    )
    facts = FactsField(
        help_text="A fact is told when one of its topics, which are separated by commas, is asked about. A row whose "
        "boxes are empty is left out. Hidden from students.",
    )
    new_picture = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="PNG, JPEG or WebP, at most 512 KiB and 2048 by 2048 pixels. Shown to students.",
    )
    no_picture = forms.BooleanField(required=False, label="Take the picture away", widget=UnfoldBooleanSwitchWidget)

    class Meta:
        labels = AssistantScenario.words
        help_texts = {
            "scenario_text": "Who they are and why they come. Without a title, students see the first line. Write "
            "nothing here that they must find out.",
            "role": "A figure for pages that do not show the picture.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = shortened(read(self.instance.additional_instructions or ""))
        self.initial.update({"opening": self.sheet.opening, "facts": self.sheet})
        widget: Any = self.fields["facts"].widget
        widget.sheet = self.sheet
        if self.instance.pk and not self.is_bound:
            widget.findings = self.findings
        for name, rows in ROWS.items():
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows
        role = self.fields.get("role")
        if role:  # absent for users with view permission only
            stored = self.initial.get("role") or ""
            names = AVATARS if stored in {"", *AVATARS} else (*AVATARS, stored)
            role.widget = UnfoldAdminSelectWidget(choices=[("", "None"), *((name, name) for name in names)])

    @property
    def findings(self) -> list[Any]:
        """What a teacher should look at in the patient's text as it is now."""
        patient = self.instance
        return findings_of(additional_instructions=patient.additional_instructions or "", language=patient.language)

    def stored_values(self, row: Any) -> dict[str, Any]:
        values = super().stored_values(row)
        sheet = shortened(read(values.pop("additional_instructions") or ""))
        return {**values, "opening": sheet.opening, "facts": digest_of(sheet)}

    def as_stored(self, name: str, value: Any) -> Any:
        return value.digest if name == "facts" else value

    def column_of(self, name: str) -> str:
        return "additional_instructions" if name in {"opening", "facts"} else name

    def _as_typed(self, name: str, value: Any) -> str:
        if name != "facts":
            return super()._as_typed(name, value)
        return shown_text("\n".join(row.line() for row in self.sheet.rows))

    def _show(self, name: str, value: Any) -> None:
        if name != "facts":  # which its widget shows as they are stored
            super()._show(name, value)

    def clean_new_picture(self) -> bytes | None:
        file: UploadedFile | None = self.cleaned_data["new_picture"]
        if file is None:
            return None
        content: bytes = file.read(pictures.MAX_BYTES + 1)
        try:
            pictures.facts_of(content)
        except pictures.PictureError as error:
            raise forms.ValidationError(str(error)) from error
        return content

    def columns_to_save(self) -> list[str]:
        known = ["additional_instructions"] if self.changes_what_is_known else []
        return [*super().columns_to_save(), *known]

    @property
    def changes_what_is_known(self) -> bool:
        return not {"opening", "facts"}.isdisjoint(self.changed_data)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.changes_what_is_known and not self.errors:
            formset = self.cleaned_data["facts"]
            rows = formset.rows if "facts" in self.changed_data else list(enumerate(self.sheet.rows))
            opening = self.sheet.opening
            if "opening" in self.changed_data:
                opening = one_line(self.cleaned_data["opening"] or "")
            self.instance.additional_instructions = written(self.sheet, opening=opening, rows=rows)
