from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.scenarios.models import AssistantScenario, Tag
from apps.scenarios.serializers import (
    PublicScenarioSerializer,
    ScenarioSerializer,
    ScenarioVersionSerializer,
    TagSerializer,
)
from apps.users.permissions import IsInstructor, caller
from apps.users.viewsets import ByReader, TeachingViewSet
from config.api.filters import IdFilter


@extend_schema_view(
    list=extend_schema(responses=ByReader(ScenarioSerializer, PublicScenarioSerializer, many=True)),
    retrieve=extend_schema(responses=ByReader(ScenarioSerializer, PublicScenarioSerializer)),
)
class ScenarioViewSet(TeachingViewSet):
    """Patients. Students see those that are enabled."""

    queryset = AssistantScenario.objects.all()
    serializer_class = ScenarioSerializer
    public_serializer_class = PublicScenarioSerializer
    filterset_fields = ("enable", "role")

    def get_queryset(self) -> QuerySet[AssistantScenario]:
        lists = ("tags", "rubric_questions") if self.sees_everything() else ("tags",)
        return AssistantScenario.objects.visible_to(caller(self.request)).prefetch_related(*lists)

    @extend_schema(request=None, responses=ScenarioSerializer)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: str) -> Response:
        """Let students talk with the patient."""
        return self._set_enabled(True)

    @extend_schema(request=None, responses=ScenarioSerializer)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: str) -> Response:
        """Hide the patient from students."""
        return self._set_enabled(False)

    @extend_schema(responses=ScenarioVersionSerializer(many=True), filters=False)
    @action(detail=True, permission_classes=[IsInstructor])
    def versions(self, request: Request, pk: str) -> Response:
        """What the patient said of itself over time, the newest first."""
        page = self.paginate_queryset(self.get_object().versions.order_by("-number"))
        return self.get_paginated_response(ScenarioVersionSerializer(page, many=True).data)

    def _set_enabled(self, enable: bool) -> Response:
        scenario = self.get_object()
        scenario.enable = enable
        scenario.save(update_fields=["enable", "updated_at"])
        return Response(ScenarioSerializer(scenario).data)


class TagFilter(filters.FilterSet):
    # By number, where a choice of existing rows would tell students which hidden patients there are.
    scenario_id = IdFilter()

    class Meta:
        model = Tag
        fields = ("tag",)


class TagViewSet(TeachingViewSet):
    """Words to find patients by; students see those of enabled patients."""

    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    public_serializer_class = TagSerializer
    filterset_class = TagFilter

    def get_queryset(self) -> QuerySet[Tag]:
        return Tag.objects.filter(scenario__in=AssistantScenario.objects.visible_to(caller(self.request)))
