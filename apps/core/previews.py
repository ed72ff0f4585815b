"""A preview beside an admin form: what students see of what is typed, before it is saved."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin


class PreviewedAdmin(ModelAdmin):
    """Pages whose form has a preview. `preview_template` is a fragment, with the context of `preview_of`."""

    preview_template: str
    change_form_outer_after_template = "admin/preview.html"

    class Media:
        js = ("core/preview.js",)

    def preview_of(self, form: QueryDict) -> dict[str, Any]:
        """The context of the preview, from the form as it was typed: nothing of it is checked yet."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", view, name=self._preview_name), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The preview of a form that is sent as it stands; nothing is written."""
        if not (self.has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        return TemplateResponse(request, self.preview_template, self.preview_of(request.POST))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.has_change_permission(request, kwargs.get("obj")):
            context["preview_url"] = reverse(f"admin:{self._preview_name}")
        return super().render_change_form(request, context, **kwargs)

    @property
    def _preview_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_preview"


def typed_number(text: str | None, otherwise: int = 0) -> int:
    """A whole number as it was typed into a form, or else the other one."""
    try:
        return max(-(10**9), min(10**9, int(text or "")))
    except ValueError:
        return otherwise
