"""Downloads of marks and conversations of many students, for instructors."""

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from apps.core.api.filters import StrictBooleanFilter
from apps.core.downloads import CONTENT_TYPES
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.serializers.exports import MarkRowSerializer, MessageRowSerializer
from apps.openai_integration.services.exports import export_marks, export_messages
from apps.openai_integration.views import examples
from apps.openai_integration.views.evaluations import AnyEvaluationFilter
from apps.openai_integration.views.threads import ThreadFilter
from apps.openai_integration.views.whose import of_students_unless_asked
from apps.users.permissions import IsInstructor, request_user


class FileFilter(filters.FilterSet):
    """What kind of file it is. Neither parameter leaves a row out."""

    file_format = filters.ChoiceFilter(
        choices=[(name, name) for name in CONTENT_TYPES], method="keep", help_text="`csv` (the default) or `json`."
    )
    pseudonyms = StrictBooleanFilter(
        method="keep", help_text="`true`: pseudonyms instead of ids of students, threads and evaluations; no names."
    )

    def keep(self, rows: QuerySet, name: str, value: object) -> QuerySet:
        return rows


class MarkExportFilter(FileFilter, AnyEvaluationFilter):
    pass


class MessageExportFilter(FileFilter, ThreadFilter):
    pass


class ExportView(GenericAPIView):
    """A file with all rows of a filter, sent while it is read."""

    permission_classes = (IsInstructor,)
    pagination_class = None

    def asked_file(self, request: Request) -> dict[str, Any]:
        """The arguments of an export, which the filters have checked."""
        asked = request.query_params
        return {"file_format": asked.get("file_format") or "csv", "pseudonyms": asked.get("pseudonyms") == "true"}


class MarkExport(ExportView):
    queryset = Evaluation.objects.none()
    serializer_class = MarkRowSerializer
    filterset_class = MarkExportFilter
    search_fields = ("title", "student__username")

    def get_queryset(self) -> QuerySet[Evaluation]:
        evaluations = Evaluation.objects.visible_to(request_user(self.request))
        return of_students_unless_asked(evaluations, self.request)

    @extend_schema(
        filters=True,
        responses={(200, "application/json"): MarkRowSerializer(many=True), (200, "text/csv"): OpenApiTypes.STR},
        examples=examples.MARK_EXPORT,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The current marks of completed evaluations, a row for each criterion, as CSV or JSON."""
        rows = self.filter_queryset(self.get_queryset())
        return export_marks(rows, **self.asked_file(request))


class MessageExport(ExportView):
    queryset = Thread.objects.none()
    serializer_class = MessageRowSerializer
    filterset_class = MessageExportFilter
    search_fields = ("title", "student__username")

    def get_queryset(self) -> QuerySet[Thread]:
        return of_students_unless_asked(Thread.objects.visible_to(request_user(self.request)), self.request)

    @extend_schema(
        filters=True,
        responses={(200, "application/json"): MessageRowSerializer(many=True), (200, "text/csv"): OpenApiTypes.STR},
        examples=examples.MESSAGE_EXPORT,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """What was said in threads, a row for each message, as CSV or JSON."""
        rows = self.filter_queryset(self.get_queryset())
        return export_messages(rows, **self.asked_file(request))
