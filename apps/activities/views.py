from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.viewsets import ModelViewSet

from apps.activities.models import Activity
from apps.activities.serializers import ActivitySerializer
from apps.users.permissions import InstructorWritesOthersRead, caller
from config.api.filters import IdFilter


class ActivityFilter(filters.FilterSet):
    # By number, where a choice of existing rows would tell students which hidden patients there are.
    character_id = IdFilter()


class ActivityViewSet(ModelViewSet):
    """Exercises. Students see those whose patient is enabled."""

    queryset = Activity.objects.all()
    serializer_class = ActivitySerializer
    permission_classes = (InstructorWritesOthersRead,)
    filterset_class = ActivityFilter

    def get_queryset(self) -> QuerySet[Activity]:
        return Activity.objects.visible_to(caller(self.request)).prefetch_related("categories")
