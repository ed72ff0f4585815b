"""The history in the admin site: a page for each row, even a deleted one, and a list of all changes."""

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.core.admin import EditableAdmin, ReadOnlyAdmin
from apps.core.history import pages
from apps.core.history.changes import Change

ENTRIES_A_PAGE = 50


class RecordedAdmin(EditableAdmin):
    """Rows with a history. A deleted row's history stays at its URL and is linked from the list of changes."""

    object_history_template = "admin/row_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Changes to the row and to its child rows: who, when, and the previous values."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        pk = unquote(object_id)
        row = self.get_object(request, pk)
        told = (
            pages.of_row(self.model, int(pk)) if re.fullmatch("[0-9]{1,18}", pk) else self.model.changes.objects.none()
        )
        page = self.get_paginator(request, told, ENTRIES_A_PAGE).get_page(request.GET.get(PAGE_VAR, 1))
        if row is None and not page.paginator.count:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        own = (change.title for change in page if (change.kind, change.object_key) == (self.opts.model_name, pk))
        name = row or next(own, "a deleted row")
        context = {
            **self.admin_site.each_context(request),
            "title": f"History: {name}",
            "subtitle": None,
            "entries": pages.entries(page),
            "page": page,
            "page_var": PAGE_VAR,
            "object": row,
            "opts": self.opts,
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        return TemplateResponse(request, self.object_history_template, context)


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        models = pages.recorded_models().items()
        return [(kind, str(model._meta.verbose_name)) for kind, model in models if model.changes is model_admin.model]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ChangeAdmin(ReadOnlyAdmin):
    """All changes to an app's rows, including deleted rows."""

    list_display = ("title", "kind_name", "action", "columns", "who", "changed_at")
    operations_fields = frozenset({"object_key", "request"})
    list_filter = ("action", KindFilter, "changed_at")
    search_fields = ("title", "changed_by__username", "changed_by__email")
    list_select_related = ("changed_by",)
    fields = ("title", "kind_name", "object_key", "history", "action", "who", "request", "changed_at", "values")

    @display(description="Kind", ordering="kind")
    def kind_name(self, change: Change) -> str:
        return str(pages.recorded_models()[change.kind]._meta.verbose_name)

    @display(description="History")
    def history(self, change: Change) -> SafeString:
        """A link to the row's history, or to its parent's if the row has no pages of its own."""
        model: Any = pages.recorded_models()[change.kind]
        key: Any = change.object_key
        if model not in self.admin_site._registry:
            model, key = model._meta.get_field(model.belongs_to).related_model, change.parent_id
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", args=[key])
        return format_html('<a href="{}">All changes to it</a>', url)

    @display(description="What")
    def columns(self, change: Change) -> str:
        return ", ".join(pages.changed_words(change))

    @display(description="Who", ordering="changed_by")
    def who(self, change: Change) -> str:
        return pages.who(change)

    @display(description="Before and after")
    def values(self, change: Change) -> SafeString:
        [entry] = pages.entries([change])
        return render_to_string("admin/changed_values.html", {"entry": entry})
