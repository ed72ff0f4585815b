"""Totals of calls to the model, for instructors."""

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.filters import IdFilter, UTCDateTimeFilter
from apps.openai_integration.jobs.usage_report import GROUPS, totals_by, totals_of
from apps.openai_integration.models import Usage
from apps.openai_integration.serializers.usage import UsageReportSerializer
from apps.openai_integration.views import examples
from apps.users.permissions import IsInstructor


class UsageFilter(filters.FilterSet):
    """Filters by time, activity, scenario and student."""

    since = UTCDateTimeFilter("created_at", lookup_expr="gte")
    until = UTCDateTimeFilter("created_at", lookup_expr="lt")
    activity_id = IdFilter(method="filter_subject")
    scenario_id = IdFilter(method="filter_subject")
    student_id = IdFilter(method="filter_subject")

    PATHS = {
        "activity_id": ("run__activity_id", "evaluation__activity_id"),
        "scenario_id": ("run__scenario_version__scenario_id", "evaluation__scenario_id"),
        "student_id": ("run__thread__student_id", "evaluation__student_id"),
    }

    def filter_subject(self, usage: QuerySet[Usage], name: str, value: int) -> QuerySet[Usage]:
        run_path, evaluation_path = self.PATHS[name]
        return usage.filter(Q(**{run_path: value}) | Q(**{evaluation_path: value}))


class UsageTotals(GenericAPIView):
    """Calls, tokens and latencies, in all and by model, outcome, purpose and day."""

    permission_classes = [IsInstructor]
    queryset = Usage.objects.all()
    serializer_class = UsageReportSerializer
    filterset_class = UsageFilter
    pagination_class = None

    @extend_schema(responses=UsageReportSerializer, filters=True, examples=examples.USAGE)
    def get(self, request: Request) -> Response:
        usage = self.filter_queryset(self.get_queryset())
        groups = {f"by_{group}": totals_by(usage, group) for group in GROUPS}
        return Response(UsageReportSerializer(totals_of(usage) | groups).data)
