"""The base viewset for teaching content: instructors edit it, students see a public part."""

from typing import Any, ClassVar

from rest_framework import status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet

from apps.core.api.preconditions import ConditionalWrites
from apps.core.api.viewsets import ProjectionMixin
from apps.core.list_queries import CompiledQuery
from apps.core.projections import Projection
from apps.core.visibility import depends_on_person
from apps.users.permissions import InstructorWritesOthersRead, request_user


class RoleAwareModelViewSet(ProjectionMixin, ConditionalWrites, ModelViewSet):
    """Teaching content: instructors read and write all of it, students read the `public_projection`.

    Serializers validate input, and describe the projections in the schema.
    """

    permission_classes: tuple[type[BasePermission], ...] = (InstructorWritesOthersRead,)
    serializer_class: type[BaseSerializer]
    public_serializer_class: type[BaseSerializer]
    public_projection: Projection
    ordering_last = "id"
    _whole_for_students: ClassVar[CompiledQuery]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not depends_on_person(cls.queryset):
            visible: Any = cls.queryset.all()
            cls._whole_for_students = CompiledQuery(cls.public_projection.values(visible.visible_to_students()))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        return self.tagged(Response(self.shown(data.save()), status=status.HTTP_201_CREATED))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.tagged(super().retrieve(request, pk))

    def update(self, request: Request, pk: str, partial: bool = False) -> Response:
        with self.unless_changed(request, pk):
            data = self.get_serializer(self.get_object(), data=request.data, partial=partial)
            data.is_valid(raise_exception=True)
            return self.tagged(Response(self.shown(data.save())))

    def destroy(self, request: Request, pk: str) -> Response:
        with self.unless_changed(request, pk):
            return super().destroy(request, pk)

    def get_projection(self) -> Projection:
        return self.projection if self.is_instructor() else self.public_projection

    def whole_list(self) -> CompiledQuery:
        return self._whole if self.is_instructor() else self._whole_for_students

    def is_instructor(self) -> bool:
        """Whether the caller is an instructor; the anonymous schema generator counts as one."""
        return not self.request.user.is_authenticated or request_user(self.request).is_instructor

    def get_serializer_class(self) -> type[BaseSerializer]:
        return self.serializer_class if self.is_instructor() else self.public_serializer_class
