"""Teaching content: what instructors work with, and the part of it that students see."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.permissions import BasePermission
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet

from apps.core.api.viewsets import ValuesListMixin
from apps.core.list_queries import Row
from apps.users.permissions import InstructorWritesOthersRead, request_user


class RoleAwareModelViewSet(ValuesListMixin, ModelViewSet):
    """Teaching content: instructors read and write all of it, students read the fields of `public_serializer_class`."""

    permission_classes: tuple[type[BasePermission], ...] = (InstructorWritesOthersRead,)
    serializer_class: type[BaseSerializer]
    public_serializer_class: type[BaseSerializer]
    ordering_last = "id"

    def values(self) -> QuerySet[Any, Row]:
        values: QuerySet[Any, Row] = self.get_queryset().prefetch_related(None).values(*self.columns())
        return values

    def columns(self) -> Sequence[str]:
        """What a row of the list is read from, for the caller."""
        fields: Sequence[str] = self.get_serializer_class().Meta.fields  # type: ignore[attr-defined]
        return fields

    def visibility_key(self) -> bool:
        return self.is_instructor()

    def is_instructor(self) -> bool:
        """Whether the caller is an instructor; the generator of the schema, who is nobody, is taken for one."""
        return not self.request.user.is_authenticated or request_user(self.request).is_instructor

    def get_serializer_class(self) -> type[BaseSerializer]:
        return self.serializer_class if self.is_instructor() else self.public_serializer_class
