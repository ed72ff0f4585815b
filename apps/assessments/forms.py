"""Form of a criterion: texts of single scores are typed as lines."""

import re
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.assessments.models import SubCategory
from apps.assessments.scales import MAX_TEXT_CHARACTERS, MAX_TEXTS
from apps.core.admin import StoredRowForm

_LINE = re.compile(r"\s*(\d{1,2})\s*:\s*(.*)")
SCALE = ("lowest_score", "highest_score", "levels", "anchors")


class LinesByScore(forms.CharField):
    """A list of {score, text}, typed as lines "2: text"; a line without a score continues the one before."""

    widget = UnfoldAdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        texts: list[dict[str, Any]] = []
        for line in (super().to_python(value) or "").splitlines():
            if begins := _LINE.fullmatch(line):
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


class CriterionForm(StoredRowForm):
    levels = LinesByScore(required=False, help_text="What a score means, one on each line: “2: asks how much”.")
    anchors = LinesByScore(
        required=False, help_text="What students say who get a score, one on each line: “2: How many a day?”"
    )

    class Meta:
        model = SubCategory
        fields = "__all__"

    def columns_to_save(self) -> list[str]:
        """The edited columns; a scale is written as a whole, since its parts were checked together."""
        columns = super().columns_to_save()
        return [*columns, *(name for name in SCALE if name not in columns)] if set(SCALE) & set(columns) else columns
