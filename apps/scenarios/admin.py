"""Admin pages of scenarios, their tags and their versions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.core.admin import ReadOnlyAdmin, RowsInline, StoredRowForm, TextAsTyped
from apps.core.history.admin import ChangeAdmin, RecordedAdmin
from apps.scenarios import pictures, services
from apps.scenarios.models import AssistantScenario, ScenarioChange, ScenarioPicture, ScenarioVersion, Tag
from apps.scenarios.picture_views import picture_answer

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


class TagInline(RowsInline):
    model = Tag
    formfield_overrides = {models.TextField: {"form_class": TextAsTyped, "widget": UnfoldAdminTextInputWidget}}
    fields = ("tag",)
    extra = 1


@admin.register(AssistantScenario)
class ScenarioAdmin(RecordedAdmin):
    form = ScenarioForm
    list_display = ("patient", "tag_words", "enable", "activity_count", "version_number", "updated_at")
    list_filter = ("enable", "role")
    search_fields = ("title", "name", "scenario_text", "additional_instructions", "tags__tag")
    ordering = ("id",)  # the counts' GROUP BY drops the model's ordering
    # Other apps add inlines of their own; apps.assessments adds the rubric questions.
    inlines = [TagInline]
    actions = ("enable_chosen", "disable_chosen")
    readonly_fields = ("shown_picture", "openid", "versions_link", "created_at", "updated_at")
    fieldsets = (
        (
            "Patient",
            {
                "fields": (
                    "title",
                    "name",
                    "age",
                    "scenario_text",
                    "additional_instructions",
                    "communication_preferences",
                    "setting",
                    "content_warning",
                    "role",
                    "enable",
                )
            },
        ),
        ("Picture", {"fields": ("shown_picture", "new_picture", "no_picture")}),
        ("For the examiner", {"fields": ("case_notes",)}),
        ("Record", {"fields": ("openid", "versions_link", "created_at", "updated_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssistantScenario]:
        latest = ScenarioVersion.objects.filter(scenario=OuterRef("pk")).order_by("-number").values("number")[:1]
        return (
            super()
            .get_queryset(request)
            .prefetch_related("tags")
            .annotate(activities_in_use=Count("activities"), latest_version=Subquery(latest))
        )

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.picture_view)
        return [path("<int:pk>/picture/", shown, name="scenarios_picture"), *super().get_urls()]

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The picture, for the page of its patient."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return picture_answer(request, get_object_or_404(ScenarioPicture, pk=pk))

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if content := form.cleaned_data.get("new_picture"):
            services.set_picture(form.instance.pk, content)
        elif form.cleaned_data.get("no_picture"):
            services.remove_picture(form.instance.pk)

    @display(description="Now")
    def shown_picture(self, scenario: AssistantScenario) -> str:
        if scenario.pk is None or not ScenarioPicture.objects.filter(pk=scenario.pk).exists():
            return "none"
        url = reverse("admin:scenarios_picture", args=[scenario.pk])
        return format_html('<img src="{}" alt="The patient" style="max-width: 12rem; max-height: 12rem">', url)

    @display(description="Patient", ordering="scenario_text")
    def patient(self, scenario: AssistantScenario) -> str:
        return scenario.shown_title or f"(no text, number {scenario.pk})"

    @display(description="Tags")
    def tag_words(self, scenario: AssistantScenario) -> str:
        return ", ".join(tag.tag for tag in scenario.tags.all())

    @display(description="Exercises", ordering="activities_in_use")
    def activity_count(self, scenario: AssistantScenario) -> int:
        return scenario.activities_in_use  # type: ignore[attr-defined]

    @display(description="Version", ordering="latest_version")
    def version_number(self, scenario: AssistantScenario) -> int | None:
        return scenario.latest_version  # type: ignore[attr-defined]

    @display(description="Versions")
    def versions_link(self, scenario: AssistantScenario) -> str:
        if scenario.pk is None:
            return ""
        url = reverse("admin:scenarios_scenarioversion_changelist")
        return format_html(
            '<a href="{}?scenario__id__exact={}">All versions that students talked with</a>', url, scenario.pk
        )

    @admin.action(description="Enable: students can talk with them", permissions=["change"])
    def enable_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._set_enable(request, chosen, True)

    @admin.action(description="Disable: hide them from students", permissions=["change"])
    def disable_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._set_enable(request, chosen, False)

    def _set_enable(self, request: HttpRequest, chosen: QuerySet[AssistantScenario], enable: bool) -> None:
        changed = AssistantScenario.objects.filter(pk__in=chosen.values("pk")).update(
            enable=enable, updated_at=timezone.now()
        )
        self.message_user(request, f"{'Enabled' if enable else 'Disabled'}: {changed}.", messages.SUCCESS)


@admin.register(Tag)
class TagAdmin(RecordedAdmin):
    list_display = ("tag", "scenario")
    search_fields = ("tag", "scenario__scenario_text")
    list_select_related = ("scenario",)
    autocomplete_fields = ("scenario",)
    fields = ("tag", "scenario")


@admin.register(ScenarioVersion)
class ScenarioVersionAdmin(ReadOnlyAdmin):
    list_display = ("title", "number", "openid", "created_at", "retired_at")
    list_filter = ("created_at", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "openid")
    fields = ("scenario", "number", "title", "openid", "readable_content", "content_hash", "created_at", "retired_at")

    @display(description="Content")
    def readable_content(self, version: ScenarioVersion) -> SafeString:
        parts = ((name.replace("_", " ").capitalize(), text) for name, text in version.content.items())
        return format_html_join("", '<p><strong>{}</strong></p><p style="white-space: pre-wrap">{}</p>', parts)


@admin.register(ScenarioChange)
class ScenarioChangeAdmin(ChangeAdmin):
    pass
