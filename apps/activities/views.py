from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view

from apps.activities import examples, projections
from apps.activities.models import Activity
from apps.activities.serializers import ActivitySerializer
from apps.core.api.filters import IdFilter
from apps.users.viewsets import RoleAwareModelViewSet


class ActivityFilter(filters.FilterSet):
    # A choice of existing rows would tell students the ids of hidden scenarios.
    character_id = IdFilter()
    category_id = IdFilter(field_name="categories__id")


@extend_schema_view(
    list=extend_schema(examples=examples.LIST_AND_RETRIEVE),
    create=extend_schema(examples=examples.CREATE),
    retrieve=extend_schema(examples=examples.LIST_AND_RETRIEVE),
    update=extend_schema(examples=examples.UPDATE),
    partial_update=extend_schema(examples=examples.PARTIAL_UPDATE),
)
class ActivityViewSet(RoleAwareModelViewSet):
    """Activities. Students see those with an enabled scenario."""

    queryset = Activity.objects.select_related("character")
    projection = public_projection = projections.ACTIVITY
    serializer_class = public_serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    search_fields = ("title", "pre_brief")
    ordering_fields = ("id", "position", "pre_brief", "character_id", "updated_at")
