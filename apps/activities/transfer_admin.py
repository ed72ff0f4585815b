"""Files with patients in the admin site: an action that exports, and a page that imports."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from rest_framework.exceptions import ErrorDetail, ParseError
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.activities import transfer
from apps.activities.transfer_serializers import TransferSerializer
from apps.core.api.parsers import GuardedJSONParser
from apps.core.history.admin import RecordedAdmin
from apps.scenarios.models import AssistantScenario

MOST_BYTES = 5_000_000
ERRORS_SHOWN = 20


class ImportForm(forms.Form):
    file = forms.FileField(widget=UnfoldAdminFileFieldWidget, help_text="A file that was exported, of at most 5 MB.")

    def clean_file(self) -> dict[str, Any]:
        """The validated content of the file."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB.")
        try:
            content = GuardedJSONParser().parse(file)
        except ParseError as error:
            raise forms.ValidationError("This is not a JSON file.") from error
        data = TransferSerializer(data=content)
        if not data.is_valid():
            raise forms.ValidationError(list(_by_path(data.errors))[:ERRORS_SHOWN])
        validated: dict[str, Any] = data.validated_data
        return validated


def _by_path(errors: Any, where: str = "") -> Any:
    """The messages of nested errors, each with its path in the file."""
    if isinstance(errors, (str, ErrorDetail)):
        yield f"{where}: {errors}" if where else str(errors)
        return
    steps = errors.items() if isinstance(errors, dict) else enumerate(errors)
    for step, inner in steps:
        whole = step == "non_field_errors" or isinstance(inner, (str, ErrorDetail))
        yield from _by_path(inner, where if whole else f"{where}.{step}".strip("."))


@admin.action(description="Export as a file", permissions=["view"])
def export_chosen(model_admin: Any, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> HttpResponse | None:
    """The patients with their exercises and rubrics, as the import takes them."""
    rows = AssistantScenario.objects.filter(pk__in=chosen.order_by().values("pk")).order_by("pk")
    if rows.count() > transfer.MOST_SCENARIOS:
        model_admin.message_user(request, f"Choose {transfer.MOST_SCENARIOS} patients at most.", messages.ERROR)
        return None
    content = json.dumps(transfer.exported(rows), ensure_ascii=False, indent=1)
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="patients.json"'},
    )


class ImportPage(RecordedAdmin):
    """Under the pages of exercises, since a file holds these too."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="activities_import"), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Make all that a file holds, or show what is wrong with it."""
        if not (self.has_add_permission(request) and request.user.has_perm("scenarios.add_assistantscenario")):
            raise PermissionDenied
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_valid():
            made = transfer.import_file(form.cleaned_data["file"])
            told = (
                f"Imported: {len(made)} patients with their exercises. They are closed to students until you open them."
            )
            self.message_user(request, told, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:scenarios_assistantscenario_changelist"))
        context = {**self.admin_site.each_context(request), "title": "Import patients", "form": form, "opts": self.opts}
        return TemplateResponse(request, "admin/activities/import.html", context)
