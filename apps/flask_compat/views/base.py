"""Shared base classes and helpers of the old views."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.flask_compat.errors import Invalid, OldNotFound, old_error_response
from apps.flask_compat.values import is_blank, whole_number

ModelRow = TypeVar("ModelRow", bound=Model)


class IgnoreAcceptNegotiation(DefaultContentNegotiation):
    """Always JSON: the Flask service ignores Accept and never responds with 406."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class OldView(APIView):
    """Base view: requires sign-in by default, renders errors as {"message"}, and is not in the schema."""

    schema = None
    # The Flask service had no limits and the old frontend does not handle 429, so only some views set one.
    throttle_classes: tuple[type[BaseThrottle], ...] = ()
    content_negotiation_class = IgnoreAcceptNegotiation

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return old_error_response


def body_of(request: Request) -> dict[str, Any]:
    """The body as an object; Invalid for anything else."""
    if not isinstance(request.data, dict):
        raise Invalid("The body must be a JSON object")
    return request.data


def get_or_not_found(rows: QuerySet[ModelRow], pk: int | str, not_found: str) -> ModelRow:
    """The row with this id; OldNotFound with the given message if there is none."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise OldNotFound(not_found)
    return row


def row_to_save(body: dict[str, Any], rows: QuerySet[ModelRow], not_found: str) -> ModelRow | None:
    """The row that the body's `id` names; None for a new row, if `id` is missing, blank or 0."""
    pk = body.get("id")
    return None if is_blank(pk) or pk == 0 else get_or_not_found(rows, whole_number(pk, "id"), not_found)


def validated(serializer: BaseSerializer) -> BaseSerializer:
    """The serializer after validation; ValidationError if it is invalid."""
    serializer.is_valid(raise_exception=True)
    return serializer


def message_response(text: str, status: int = 200, **more: Any) -> Response:
    return Response({"message": text, **more}, status=status)
