"""Links above a list that download what it shows."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

from apps.core.downloads import CONTENT_TYPES
from apps.openai_integration.admin.whose import WorkAdmin


class DownloadableAdmin(WorkAdmin):
    """Base admin for rows whose list can be downloaded with its search and filters, by all who may read them."""

    list_before_template = "admin/openai_integration/downloads.html"

    def export(self, rows: QuerySet[Any], *, file_format: str, pseudonyms: bool) -> StreamingHttpResponse:
        """The rows as a file."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_download"
        return [path("download/", self.admin_site.admin_view(self.download_view), name=name), *super().get_urls()]

    def download_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """All rows that the list shows on its pages, by its own parameters, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        parameters = request.GET.copy()
        file_format = str(parameters.pop("file_format", ["csv"])[-1])
        pseudonyms = str(parameters.pop("pseudonyms", ["false"])[-1])
        if file_format not in CONTENT_TYPES or pseudonyms not in {"true", "false"}:
            raise BadRequest("A file is csv or json, and its pseudonyms are true or false.")
        request.GET = parameters  # type: ignore[assignment]
        try:
            shown = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest("The list has no such filter.") from error
        return self.export(shown.queryset, file_format=file_format, pseudonyms=pseudonyms == "true")
