"""The form of a scenario's page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from apps.core.admin import StoredRowForm
from apps.scenarios import pictures

AVATARS = ("Adult Man", "Adult Woman", "Elderly Man", "Elderly Woman", "Child", "Toddler")
ROWS = {
    "scenario_text": 5,
    "additional_instructions": 22,
    "communication_preferences": 4,
    "setting": 3,
    "content_warning": 2,
    "case_notes": 6,
}


class ScenarioForm(StoredRowForm):
    new_picture = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="PNG, JPEG or WebP, at most 512 KiB and 2048 by 2048 pixels. Shown to students.",
    )
    no_picture = forms.BooleanField(required=False, label="Take the picture away", widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in ROWS.items():
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows
        role = self.fields.get("role")
        if role:  # absent for users with view permission only
            stored = self.initial.get("role") or ""
            names = AVATARS if stored in {"", *AVATARS} else (*AVATARS, stored)
            role.widget = UnfoldAdminSelectWidget(choices=[("", "None"), *((name, name) for name in names)])

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
