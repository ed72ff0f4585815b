"""What the old addresses share."""

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

Row = TypeVar("Row", bound=Model)


class JsonWhateverIsAccepted(DefaultContentNegotiation):
    """The old service does not look at Accept, and never answers 406."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class OldView(APIView):
    """An old address: signed in by default, errors as {"message"}, not in the schema."""

    schema = None
    # The old service had no limits, and the old frontend knows no 429; the views that need one name it.
    throttle_classes: tuple[type[BaseThrottle], ...] = ()
    content_negotiation_class = JsonWhateverIsAccepted

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return old_error_response


def body_of(request: Request) -> dict[str, Any]:
    """The body as an object; Invalid for anything else."""
    if not isinstance(request.data, dict):
        raise Invalid("The body must be a JSON object")
    return request.data


def find(rows: QuerySet[Row], pk: int | str, not_found: str) -> Row:
    """The row with this id; OldNotFound with that message where there is none."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise OldNotFound(not_found)
    return row


def row_to_save(body: dict[str, Any], rows: QuerySet[Row], not_found: str) -> Row | None:
    """The row that the body's `id` names, or None for a new one: without id, or with an empty one."""
    pk = body.get("id")
    return None if is_blank(pk) or pk == 0 else find(rows, whole_number(pk, "id"), not_found)


def checked(serializer: BaseSerializer) -> BaseSerializer:
    """The serializer, valid; its first error is the answer otherwise."""
    serializer.is_valid(raise_exception=True)
    return serializer


def message(text: str, status: int = 200, **more: Any) -> Response:
    return Response({"message": text, **more}, status=status)
