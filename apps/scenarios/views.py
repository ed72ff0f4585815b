from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import IntegerField
from rest_framework.views import APIView

from apps.core.api.filters import IdFilter, StrictBooleanFilter
from apps.core.api.serializers import HIGHEST_ID
from apps.core.api.viewsets import ByReader
from apps.scenarios import examples, lifecycle, projections
from apps.scenarios.findings import checked
from apps.scenarios.models import AssistantScenario, ScenarioVersion, Tag
from apps.scenarios.serializers import (
    CheckedScenarioSerializer,
    PublicScenarioSerializer,
    ScenarioCheckSerializer,
    ScenarioSerializer,
    TagCountSerializer,
    TagSerializer,
    VersionInListSerializer,
    VersionWithDifferencesSerializer,
)
from apps.scenarios.versions import differences, with_changes
from apps.users.permissions import IsInstructor, request_user
from apps.users.viewsets import RoleAwareModelViewSet


class ScenarioFilter(filters.FilterSet):
    enable = StrictBooleanFilter()
    archived = StrictBooleanFilter(method="in_archive", help_text="Those in the archive; by default all others.")
    tag = filters.CharFilter(field_name="tags__tag", distinct=True, help_text="Scenarios with exactly this tag.")

    class Meta:
        model = AssistantScenario
        fields = ("role",)

    def in_archive(self, rows: Any, name: str, value: bool) -> Any:
        return rows.archived() if value else rows.current()


@extend_schema_view(
    list=extend_schema(
        responses=ByReader(ScenarioSerializer, PublicScenarioSerializer, many=True), examples=examples.SCENARIOS
    ),
    create=extend_schema(examples=examples.CREATE),
    retrieve=extend_schema(
        responses=ByReader(ScenarioSerializer, PublicScenarioSerializer), examples=examples.SCENARIOS
    ),
    update=extend_schema(examples=examples.UPDATE),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE),
)
class ScenarioViewSet(RoleAwareModelViewSet):
    """Scenarios. Students see the enabled ones."""

    # apps.activities answers these two.
    lookup_value_regex = r"(?!(?:export|import)(?:/|$))[^/.]+"
    queryset = AssistantScenario.objects.all()
    projection, public_projection = projections.SCENARIO, projections.PUBLIC_SCENARIO
    serializer_class = ScenarioSerializer
    public_serializer_class = PublicScenarioSerializer
    filterset_class = ScenarioFilter
    search_fields = ("title", "name", "scenario_text", "tags__tag")
    ordering_fields = ("id", "scenario_text", "enable", "role", "updated_at")
    conditional_actions = ("restore_version",)

    @classmethod
    def listed(cls, queryset: Any) -> Any:
        return queryset.current()

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        asks = self.action != "list" or "archived" in self.request.query_params
        return rows if asks else self.listed(rows)

    def destroy(self, request: Request, pk: str) -> Response:
        """For admins alone, since it takes the scenario's activities along."""
        if not request_user(request).is_admin:
            raise PermissionDenied("Only admins delete patients. You can archive it: POST scenarios/{id}/archive/.")
        return super().destroy(request, pk)

    @extend_schema(request=None, responses=ScenarioSerializer, examples=examples.ENABLED)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, pk: str) -> Response:
        """Show the scenario to students."""
        return self._set_enabled(True)

    @extend_schema(request=None, responses=ScenarioSerializer, examples=examples.DISABLED)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, pk: str) -> Response:
        """Hide the scenario from students."""
        return self._set_enabled(False)

    @extend_schema(request=None, responses={201: ScenarioSerializer}, examples=examples.DUPLICATED)
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Make a disabled copy with its texts, tags, picture and rubric questions, without activities."""
        return Response(self.shown(lifecycle.duplicate(self.get_object())), status=201)

    @extend_schema(request=None, responses=ScenarioSerializer, examples=examples.ARCHIVED)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Disable the scenario and take it out of lists. Threads with it go on."""
        return Response(self.shown(lifecycle.archive(self.get_object())))

    @extend_schema(request=None, responses=ScenarioSerializer, examples=examples.DISABLED)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Take the scenario out of the archive. It stays disabled; `enable/` shows it to students again."""
        return Response(self.shown(lifecycle.restore(self.get_object())))

    @extend_schema(request=None, responses=ScenarioSerializer, examples=examples.RESTORED)
    @action(detail=True, methods=["post"], url_path="versions/(?P<number>[0-9]{1,9})/restore")
    def restore_version(self, request: Request, pk: str, number: str) -> Response:
        """Make the texts of a version the scenario's own again. That makes a version too, so nothing is lost."""
        with self.unless_changed(request, pk):
            version = get_object_or_404(self.get_object().versions, number=number)
            return self.tagged(Response(self.shown(lifecycle.restore_version(version))))

    @extend_schema(request=ScenarioCheckSerializer, responses=CheckedScenarioSerializer, examples=examples.CHECK)
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def check(self, request: Request) -> Response:
        """What is understood of a text for a scenario, and what to look at. Nothing is stored."""
        data = ScenarioCheckSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(CheckedScenarioSerializer(checked(**data.validated_data)).data)

    def _set_enabled(self, enable: bool) -> Response:
        scenario = self.get_object()
        scenario.enable = enable
        scenario.save(update_fields=["enable", "updated_at"])
        return Response(self.shown(scenario))


@extend_schema_view(get=extend_schema(examples=examples.VERSIONS))
class ScenarioVersions(ListAPIView):
    """The versions of a scenario, newest first."""

    queryset = ScenarioVersion.objects.none()
    serializer_class = VersionInListSerializer
    permission_classes = (IsInstructor,)
    search_fields = ("title",)
    ordering_fields = ("number", "created_at")

    def get_queryset(self) -> QuerySet[ScenarioVersion]:
        scenario = get_object_or_404(AssistantScenario, pk=self.kwargs["pk"])
        return scenario.versions.order_by("-number")

    def paginate_queryset(self, queryset: Any) -> Any:
        return with_changes(super().paginate_queryset(queryset) or [])


class ScenarioVersionView(APIView):
    permission_classes = (IsInstructor,)

    @extend_schema(
        responses=VersionWithDifferencesSerializer,
        parameters=[
            OpenApiParameter("against", int, description="The version to compare with; by default the previous.")
        ],
        examples=examples.VERSION,
    )
    def get(self, request: Request, pk: str, number: str) -> Response:
        """One version of a scenario, with its differences from another one."""
        versions = ScenarioVersion.objects.filter(scenario=int(pk))
        version = get_object_or_404(versions, number=number)
        against = self._against(request, version)
        other = get_object_or_404(versions, number=against) if against else None
        version.against = against  # type: ignore[attr-defined]
        version.differences = differences(other.content if other else None, version.content)  # type: ignore[attr-defined]
        return Response(VersionWithDifferencesSerializer(version).data)

    def _against(self, request: Request, version: ScenarioVersion) -> int | None:
        asked = request.query_params.get("against")
        if asked is None:
            return version.number - 1 or None
        try:
            return IntegerField(min_value=1, max_value=HIGHEST_ID).run_validation(asked)
        except ValidationError as error:
            raise ValidationError({"against": error.detail}) from error


class TagFilter(filters.FilterSet):
    # A choice of existing rows would tell students the ids of hidden scenarios.
    scenario_id = IdFilter()

    class Meta:
        model = Tag
        fields = ("tag",)


@extend_schema_view(
    list=extend_schema(examples=examples.TAGS),
    create=extend_schema(examples=examples.CREATE_TAG),
    retrieve=extend_schema(examples=examples.TAGS),
    update=extend_schema(examples=examples.UPDATE_TAG),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE_TAG),
)
class TagViewSet(RoleAwareModelViewSet):
    """Tags: words to find scenarios by. Students see those of enabled scenarios."""

    queryset = Tag.objects.all()
    projection = public_projection = projections.TAG
    serializer_class = public_serializer_class = TagSerializer
    filterset_class = TagFilter
    search_fields: Sequence[str] = ("tag",)
    ordering_fields: Sequence[str] = ("id", "tag", "scenario_id")

    @extend_schema(responses=TagCountSerializer(many=True), examples=examples.TAG_COUNTS)
    @action(detail=False, filterset_class=None, ordering_fields=("tag", "scenarios"), ordering_last="tag")
    def counts(self, request: Request) -> Response:
        """Each word once, with the number of scenarios that have it."""
        words = self.get_queryset().values("tag").annotate(scenarios=Count("scenario", distinct=True)).order_by("tag")
        return self.get_paginated_response(self.paginate_queryset(self.filter_queryset(words)))
