"""Viewsets whose responses are plain values that depend on the reader's role."""

from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from apps.core.api.pagination import PageNumbers
from apps.core.list_queries import CompiledQuery, Row, Rows
from apps.core.projections import Projection
from apps.core.visibility import depends_on_person


class ProjectionMixin(GenericViewSet):
    """Renders one projection in lists, at object URLs, and in responses to writes.

    `queryset` has all objects; if its class has a `visible_to`, the caller sees what that selects. Most requests ask
    for a list without parameters: its first page uses SQL that was compiled at import, before there was a caller.
    """

    queryset: QuerySet[Any, Any]
    projection: Projection
    _whole: ClassVar[CompiledQuery]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "projection"):
            cls._whole = CompiledQuery(cls.projection.values(cls.listed(cls.queryset)))

    @classmethod
    def listed(cls, queryset: Any) -> Any:
        """Those of the objects that a list has where the request asks for no others."""
        return queryset

    def get_queryset(self) -> QuerySet[Any, Any]:
        """The objects that the caller may see. Views that override it get no precompiled list."""
        rows: Any = super().get_queryset()
        return rows.visible_to(self.request.user) if hasattr(rows, "visible_to") else rows

    def get_projection(self) -> Projection:
        """The projection for the caller's role."""
        return self.projection

    def whole_list(self) -> CompiledQuery:
        """The precompiled list for the caller's role."""
        return self._whole

    def shown(self, instance: Model) -> Row:
        """An object that was just saved, as the caller sees it."""
        return self.get_projection().of_instance(instance)

    def list(self, request: Request) -> Response:
        return self.get_paginated_response(self.get_projection().of_rows(self._page()))

    def retrieve(self, request: Request, pk: str) -> Response:
        projection = self.get_projection()
        row = get_object_or_404(projection.values(self.get_queryset()), pk=pk)
        return Response(projection.of_row(row))

    def _page(self) -> Rows:
        if self.is_list_shared() and set(self.request.query_params) <= {PageNumbers.page_size_query_param}:
            return cast(PageNumbers, self.paginator).paginate_whole(self.whole_list(), self.request)
        return self.paginate_queryset(self.filter_queryset(self.get_projection().values(self.get_queryset()))) or []

    @classmethod
    def is_list_shared(cls) -> bool:
        """Whether everyone of a role sees the same list: neither the view nor the model filters by person."""
        return cls.get_queryset is ProjectionMixin.get_queryset and not depends_on_person(cls.queryset)


class ByReader(PolymorphicProxySerializer):
    """Schema of a response that is the full object or its public part, depending on the reader."""

    def __init__(self, full: type[Serializer], public: type[Serializer], **kwargs: Any) -> None:
        name = f"{full.__name__.removesuffix('Serializer')}ByReader"
        super().__init__(name, serializers=[full, public], resource_type_field_name=None, **kwargs)


class AnyOf(PolymorphicProxySerializerExtension):
    """Says anyOf. The library says oneOf, which a full object violates because it fits the public part too."""

    target_class = "apps.core.api.viewsets.ByReader"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"anyOf": super().map_serializer(auto_schema, direction)["oneOf"]}
