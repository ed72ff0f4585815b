"""Endpoints of reports of replies."""

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.filters import IdFilter, StrictBooleanFilter
from apps.core.api.serializers import error_response_schema
from apps.openai_integration.models import ReplyReport
from apps.openai_integration.serializers.reports import ReplyReportIn, ReplyReportSerializer
from apps.openai_integration.services.reports import own_reply, report, reports
from apps.openai_integration.views import examples
from apps.openai_integration.views.whose import WhoseFilterSet, of_students_unless_asked
from apps.users.permissions import request_user

_READ_ONLY = error_response_schema("The thread is another student's.")


class ReplyReportFilter(WhoseFilterSet):
    student_path = "message__thread__student"
    # Plain ids: a choice of existing rows would tell students which ones exist.
    thread_id = filters.UUIDFilter("message__thread")
    scenario_id = IdFilter(field_name="message__thread__scenario_id")
    open = StrictBooleanFilter(field_name="seen_at", lookup_expr="isnull")


class MessageReport(GenericAPIView):
    """The report of one reply, by its thread's student."""

    queryset = ReplyReport.objects.none()
    serializer_class = ReplyReportSerializer
    filter_backends = ()

    @extend_schema(
        request=ReplyReportIn,
        responses={200: ReplyReportSerializer, 403: _READ_ONLY},
        examples=examples.REPORT,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Say that this reply was wrong. Repeating it replaces the reason, and the report is open again."""
        reply = own_reply(student=request_user(request), pk=int(pk))
        data = ReplyReportIn(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(self.get_serializer(report(message=reply, **data.validated_data)).data)

    @extend_schema(responses={204: None, 403: _READ_ONLY})
    def delete(self, request: Request, pk: str) -> Response:
        """Take the report back."""
        reply = own_reply(student=request_user(request), pk=int(pk))
        get_object_or_404(ReplyReport, message=reply).delete()
        return Response(status=204)


@extend_schema_view(
    list=extend_schema(examples=examples.REPORTS),
    retrieve=extend_schema(examples=examples.REPORTS),
)
class ReplyReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Replies that their students say were wrong. Students see their own reports, instructors all."""

    queryset = ReplyReport.objects.none()
    serializer_class = ReplyReportSerializer
    filterset_class = ReplyReportFilter
    search_fields = ("reason", "message__content")
    ordering_fields = ("created_at", "seen_at")

    def get_queryset(self) -> Any:
        found = reports().visible_to(request_user(self.request))
        if self.action != "list":
            return found
        return of_students_unless_asked(found, self.request, student=ReplyReportFilter.student_path)

    @extend_schema(
        request=None,
        responses={200: ReplyReportSerializer, 403: error_response_schema("Only instructors settle reports.")},
        examples=examples.REPORTS,
    )
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: str) -> Response:
        """Settle the report. Who has seen it first stays."""
        found = self.get_object()
        if not request_user(request).is_instructor:
            raise PermissionDenied
        ReplyReport.objects.filter(pk=found.pk).mark_seen(request_user(request))
        return Response(self.get_serializer(self.get_object()).data)
