"""Lists of plain values, and answers that depend on who reads them."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from apps.core.api.pagination import PageNumbers
from apps.core.list_queries import CompiledQuery, Row, Rows


class ValuesListMixin(GenericViewSet):
    """Lists of plain values. Most ask for one as it is: then the SQL of its first page is made once a process."""

    _whole: ClassVar[dict[tuple[Any, ...], CompiledQuery]] = {}

    def list(self, request: Request) -> Response:
        return self.get_paginated_response(self.rows(self._page()))

    def values(self) -> QuerySet[Any, Row]:
        """What the rows of the list are read from, for the caller."""
        raise NotImplementedError

    def rows(self, page: Rows) -> Rows:
        """The objects of a page, as the serializer of one would show them."""
        return page

    def visibility_key(self) -> Any:
        """The same for all who see the same rows and columns."""
        raise NotImplementedError

    def _page(self) -> Rows:
        if not set(self.request.query_params) <= {PageNumbers.page_size_query_param}:
            return self.paginate_queryset(self.filter_queryset(self.values())) or []
        key = type(self), self.visibility_key()
        whole = self._whole.get(key) or self._whole.setdefault(key, CompiledQuery(self.values()))
        return cast(PageNumbers, self.paginator).paginate_whole(whole, self.request)


class ByReader(PolymorphicProxySerializer):
    """For the schema: an answer is the full object or its public part, by who asks."""

    def __init__(self, full: type[Serializer], public: type[Serializer], **kwargs: Any) -> None:
        name = f"{full.__name__.removesuffix('Serializer')}ByReader"
        super().__init__(name, serializers=[full, public], resource_type_field_name=None, **kwargs)


class AnyOf(PolymorphicProxySerializerExtension):
    """The library's own says oneOf, which a full object breaks, since it fits the public part too."""

    target_class = "apps.core.api.viewsets.ByReader"
    priority = 1

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"anyOf": super().map_serializer(auto_schema, direction)["oneOf"]}
