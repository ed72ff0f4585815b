"""Lets admins pause calls to the model: adding a row pauses them, and an action resumes them."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.openai_integration.models import ModelPause
from apps.openai_integration.models.pauses import calls_are_paused
from apps.openai_integration.services import pausing
from apps.users.models import User


@admin.register(ModelPause)
class ModelPauseAdmin(ReadOnlyAdmin):
    list_display = ("began_at", "state", "began_by", "ended_at", "ended_by", "reason")
    search_fields = ("reason", "began_by", "ended_by")
    fields = ("reason", ("began_at", "began_by"), ("ended_at", "ended_by"))
    actions = ("resume",)  # type: ignore[assignment]
    add_fieldsets = ((None, {"fields": ("reason",)}),)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("openai_integration.add_modelpause") and not calls_are_paused()

    def has_resume_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("openai_integration.change_modelpause")

    def get_fieldsets(self, request: HttpRequest, obj: ModelPause | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except pausing.AlreadyPaused as error:  # another admin was faster
            self.message_user(request, str(error.detail), messages.WARNING)
            return redirect("admin:openai_integration_modelpause_changelist")

    def save_model(self, request: HttpRequest, obj: ModelPause, form: Any, change: bool) -> None:
        obj.pk = pausing.pause(by=_who(request), reason=obj.reason).pk
        obj.refresh_from_db()

    @admin.action(description="Resume calls to the model", permissions=["resume"])
    def resume(self, request: HttpRequest, chosen: QuerySet[ModelPause]) -> None:
        try:
            ended = pausing.resume(by=_who(request))
        except pausing.NotPaused as error:
            self.message_user(request, str(error.detail), messages.WARNING)
            return
        self.log_change(request, ended, "Resumed.")
        self.message_user(request, pausing.describe_state(), messages.SUCCESS)

    @display(description="State", label={"paused": "danger", "over": "success"})
    def state(self, pause: ModelPause) -> str:
        return "over" if pause.ended_at else "paused"


def _who(request: HttpRequest) -> str:
    return cast(User, request.user).email
