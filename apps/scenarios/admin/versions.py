"""Admin pages of tags, versions and changes."""

from datetime import datetime

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.core.history.admin import ChangeAdmin, RecordedAdmin
from apps.scenarios.admin.comparing import ComparisonPages
from apps.scenarios.models import AssistantScenario, ScenarioChange, ScenarioVersion, Tag
from apps.scenarios.versions import with_authors


@admin.register(Tag)
class TagAdmin(RecordedAdmin):
    list_display = ("tag", "scenario")
    search_fields = ("tag", "scenario__scenario_text")
    list_select_related = ("scenario",)
    autocomplete_fields = ("scenario",)
    fields = ("tag", "scenario")


@admin.register(ScenarioVersion)
class ScenarioVersionAdmin(ComparisonPages):
    ordering = ("-scenario_id", "-number")
    list_display = ("title", "number", "newest", "made_by", "openid", "created_at", "patient_deleted_at")
    operations_fields = frozenset({"openid", "content_hash"})
    list_filter = ("created_at", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "openid")
    fields = (
        "scenario",
        "number",
        "title",
        "made_by",
        "openid",
        "readable_content",
        "content_hash",
        "created_at",
        "retired_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScenarioVersion]:
        later = ScenarioVersion.objects.filter(scenario=OuterRef("scenario"), number__gt=OuterRef("number"))
        return super().get_queryset(request).annotate(is_newest=~Exists(later))

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        changelist = super().get_changelist_instance(request)
        with_authors(changelist.result_list)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ScenarioVersion | None:
        version: ScenarioVersion | None = super().get_object(request, object_id, from_field)
        if version:
            with_authors([version])
        return version

    @display(description="Made by")
    def made_by(self, version: ScenarioVersion) -> str:
        return version.author or "not known"  # type: ignore[attr-defined,no-any-return]

    @display(description="Newest", boolean=True)
    def newest(self, version: ScenarioVersion) -> bool:
        return version.is_newest  # type: ignore[attr-defined,no-any-return]

    @display(description="Patient deleted", ordering="retired_at")
    def patient_deleted_at(self, version: ScenarioVersion) -> datetime | None:
        return version.retired_at

    @display(description="Content")
    def readable_content(self, version: ScenarioVersion) -> SafeString:
        words, readable = AssistantScenario.words, AssistantScenario.readable
        content = version.content.items()
        parts = ((words.get(name, name.capitalize()), readable(name, text)) for name, text in content)
        return format_html_join("", '<p><strong>{}</strong></p><p style="white-space: pre-wrap">{}</p>', parts)


@admin.register(ScenarioChange)
class ScenarioChangeAdmin(ChangeAdmin):
    pass
