"""The admin page of scenarios, with their tags."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core.admin import RowsInline, TextAsTyped
from apps.scenarios import services
from apps.scenarios.admin.forms import ScenarioForm
from apps.scenarios.admin.lifecycle import ArchiveFilter, LifecyclePages
from apps.scenarios.findings import in_words
from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion, Tag
from apps.scenarios.picture_views import picture_answer


class TagInline(RowsInline):
    model = Tag
    formfield_overrides = {models.TextField: {"form_class": TextAsTyped, "widget": UnfoldAdminTextInputWidget}}
    fields = ("tag",)
    extra = 1


class OpenFilter(admin.BooleanFieldListFilter):
    """By whether students can talk with the patient."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "open to students"


class AvatarFilter(admin.AllValuesFieldListFilter):
    """By avatar; patients without one are "None"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "avatar"

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "None"}


KNOWN = ("opening", "facts")
# Warnings that are shown after a patient was saved; the page has all of them.
WARNINGS = 5


@admin.register(AssistantScenario)
class ScenarioAdmin(LifecyclePages):
    form = ScenarioForm
    list_display = ("patient", "tag_words", "open_to_students", "activity_count", "version_number", "updated_at")
    list_filter = (ArchiveFilter, ("enable", OpenFilter), ("role", AvatarFilter))
    search_fields = ("title", "name", "scenario_text", "additional_instructions", "tags__tag")
    picker_names = ("title", "name")
    picker_texts = ("scenario_text",)
    ordering = ("id",)  # the counts' GROUP BY drops the model's ordering
    # Other apps add inlines of their own; apps.assessments adds the rubric questions.
    inlines = [TagInline]
    actions = ("enable_chosen", "disable_chosen", "duplicate_chosen", "archive_chosen", "restore_chosen")
    operations_fields = frozenset({"openid"})
    readonly_fields = ("shown_picture", "openid", "versions_link", "created_at", "updated_at")
    fieldsets = (
        ("Patient", {"fields": ("title", "name", "age", "scenario_text", "content_warning", "role", "enable")}),
        ("Picture", {"fields": ("shown_picture", "new_picture", "no_picture")}),
        ("What the patient says and knows", {"fields": KNOWN}),
        ("How the patient plays", {"fields": ("communication_preferences", "language", "setting")}),
        ("For the examiner", {"fields": ("diagnosis", "case_notes")}),
        ("Record", {"fields": ("openid", "versions_link", "created_at", "updated_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssistantScenario]:
        latest = ScenarioVersion.objects.filter(scenario=OuterRef("pk")).order_by("-number").values("number")[:1]
        return (
            super()
            .get_queryset(request)
            .prefetch_related("tags")
            .annotate(
                activities_in_use=Count("activities"),
                latest_version=Subquery(latest),
                has_picture=Exists(ScenarioPicture.objects.filter(pk=OuterRef("pk"))),
            )
        )

    def get_fieldsets(self, request: HttpRequest, obj: AssistantScenario | None = None) -> Any:
        """The fields; for who may only look, the text instead of the form's rows."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return fieldsets
        return [
            (name, {**options, "fields": ("additional_instructions",)} if options["fields"] == KNOWN else options)
            for name, options in fieldsets
        ]

    def save_model(self, request: HttpRequest, obj: AssistantScenario, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or form.changes_what_is_known or "language" in form.changed_data:
            found = in_words(form.findings)
            for sentence in found[:WARNINGS]:
                self.message_user(request, sentence, messages.WARNING)
            if len(found) > WARNINGS:
                self.message_user(request, "The patient's page has more to look at.", messages.WARNING)

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
        if not getattr(scenario, "has_picture", False):
            return "none"
        url = reverse("admin:scenarios_picture", args=[scenario.pk])
        return format_html('<img src="{}" alt="The patient" style="max-width: 12rem; max-height: 12rem">', url)

    @display(description="Patient", ordering="scenario_text")
    def patient(self, scenario: AssistantScenario) -> str:
        return scenario.shown_title or "(no text)"

    @display(description="Open to students", boolean=True, ordering="enable")
    def open_to_students(self, scenario: AssistantScenario) -> bool:
        return scenario.enable

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
            '<a href="{}?scenario__id__exact={}">All versions: compare and restore</a>', url, scenario.pk
        )

    @admin.action(description="Open to students", permissions=["change"])
    def enable_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._set_enable(request, chosen, True)

    @admin.action(description="Close to students, and hide them from them", permissions=["change"])
    def disable_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._set_enable(request, chosen, False)

    def _set_enable(self, request: HttpRequest, chosen: QuerySet[AssistantScenario], enable: bool) -> None:
        values = {"enable": enable, "updated_at": timezone.now()} | ({"archived_at": None} if enable else {})
        changed = AssistantScenario.objects.filter(pk__in=chosen.values("pk")).update(**values)
        self.message_user(request, f"{'Opened' if enable else 'Closed'} to students: {changed}.", messages.SUCCESS)
