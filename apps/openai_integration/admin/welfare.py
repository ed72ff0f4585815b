"""Admin pages of suspended conversations, for welfare contacts alone: no role or flag of an account opens them."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin
from apps.openai_integration.models import WelfareFlag, WelfareLook
from apps.openai_integration.welfare.suspension import lift
from apps.users.models import User


class ContactsOnly(ReadOnlyAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_contact(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_contact(request)


@admin.register(WelfareFlag)
class WelfareFlagAdmin(ContactsOnly):
    list_display = ("created_at", "state", "conversation", "found_by", "handled_by", "mailed_at")
    list_filter = ("found_by", "created_at", "handled_at")
    search_fields = ("=id", "handled_by", "lifted_by", "=thread__id")
    list_select_related = ("thread",)
    fields = (
        ("created_at", "found_by", "mailed_at"),
        "conversation",
        "note",
        ("handled_at", "handled_by"),
        ("lifted_at", "lifted_by"),
    )
    readonly_fields = (
        "created_at", "found_by", "mailed_at", "conversation", "handled_at", "handled_by", "lifted_at", "lifted_by",
    )  # fmt: skip
    actions = ("lift_suspension",)  # type: ignore[assignment]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_contact(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. Each conversation on the page counts as looked at."""
        page = super().changelist_view(request, extra_context)
        if shown := getattr(page, "context_data", {}).get("cl"):
            _record_looks(request, list(shown.result_list), WelfareLook.Page.LIST)
        return page

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        _record_looks(request, [kwargs["obj"]], WelfareLook.Page.DETAIL)
        return super().render_change_form(request, context, **kwargs)

    def save_model(self, request: HttpRequest, obj: WelfareFlag, form: Any, change: bool) -> None:
        """Save the note, which marks the conversation as handled."""
        WelfareFlag.objects.filter(pk=obj.pk).update(note=obj.note, handled_at=Now(), handled_by=_email(request))

    @admin.action(description="Let the conversation go on", permissions=["change"])
    def lift_suspension(self, request: HttpRequest, chosen: QuerySet[WelfareFlag]) -> None:
        lifted = lift(chosen, by=_email(request))
        self.message_user(request, f"Conversations that can go on: {lifted}.", messages.SUCCESS)

    @display(description="State", label={"new": "danger", "handled": "success", "lifted": "info"})
    def state(self, flag: WelfareFlag) -> str:
        return "lifted" if flag.lifted_at else "handled" if flag.handled_at else "new"

    @display(description="Conversation")
    def conversation(self, flag: WelfareFlag) -> str:
        page = reverse("admin:openai_integration_thread_change", args=[flag.thread_id])
        return format_html('<a href="{}">{}</a>', page, flag.thread)


@admin.register(WelfareLook)
class WelfareLookAdmin(ContactsOnly):
    list_display = ("created_at", "looked_by", "page", "flag")
    list_filter = ("page", "created_at")
    search_fields = ("looked_by", "=flag__id")
    list_select_related = ("flag",)
    fields = (("created_at", "looked_by"), ("page", "flag"))


def _is_contact(request: HttpRequest) -> bool:
    # Whoever is not signed in has no such attribute.
    return bool(getattr(request.user, "is_welfare_contact", False))


def _email(request: HttpRequest) -> str:
    return cast(User, request.user).email


def _record_looks(request: HttpRequest, flags: list[WelfareFlag], page: str) -> None:
    WelfareLook.objects.bulk_create([WelfareLook(flag=flag, looked_by=_email(request), page=page) for flag in flags])
