"""One surface, two views of it: what instructors work with, and the part of it that students see."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from apps.rows import Compiled, Row, Rows
from apps.users.permissions import InstructorWritesOthersRead, caller
from config.api.pages import PageNumbers


class ValuesListMixin(GenericViewSet):
    """Lists of plain values. Most ask for one as it is: then the SQL of its first page is made once a process."""

    _whole: ClassVar[dict[tuple[Any, ...], Compiled]] = {}

    def list(self, request: Request) -> Response:
        return self.get_paginated_response(self.rows(self._page()))

    def values(self) -> QuerySet[Any, Row]:
        """What the rows of the list are read from, for the caller."""
        raise NotImplementedError

    def rows(self, page: Rows) -> Rows:
        """The objects of a page, as the serializer of one would show them."""
        return page

    def reader(self) -> Any:
        """The same for all who see the same rows and columns."""
        raise NotImplementedError

    def _page(self) -> Rows:
        if not set(self.request.query_params) <= {PageNumbers.page_size_query_param}:
            return self.paginate_queryset(self.filter_queryset(self.values())) or []
        key = type(self), self.reader()
        whole = self._whole.get(key) or self._whole.setdefault(key, Compiled(self.values()))
        return cast(PageNumbers, self.paginator).paginate_whole(whole, self.request)


class TeachingViewSet(ValuesListMixin, ModelViewSet):
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

    def reader(self) -> bool:
        return self.sees_everything()

    def sees_everything(self) -> bool:
        """Whether the caller is an instructor; the generator of the schema, who is nobody, is taken for one."""
        return not self.request.user.is_authenticated or caller(self.request).is_instructor

    def get_serializer_class(self) -> type[BaseSerializer]:
        return self.serializer_class if self.sees_everything() else self.public_serializer_class


class ByReader(PolymorphicProxySerializer):
    """For the schema: an answer is the full object or its public part, by who asks."""

    def __init__(self, full: type[Serializer], public: type[Serializer], **kwargs: Any) -> None:
        name = f"{full.__name__.removesuffix('Serializer')}ByReader"
        super().__init__(name, serializers=[full, public], resource_type_field_name=None, **kwargs)


class AnyOf(PolymorphicProxySerializerExtension):
    """The library's own says oneOf, which a full object breaks, since it fits the public part too."""

    target_class = "apps.users.viewsets.ByReader"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"anyOf": super().map_serializer(auto_schema, direction)["oneOf"]}
