"""Conditional writes: objects are shown with an ETag, and `If-Match` refuses a write to one that has changed since."""

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.core.list_queries import Row
from apps.core.projections import Projection


class ChangedMeanwhile(APIException):
    status_code = 412
    default_code = "changed_meanwhile"
    default_detail = "Somebody has changed this since you read it. Read it again, then repeat your change."


def etag_of(shown: Row) -> str:
    """An ETag of an object as it is shown. It goes by content, since the Flask service writes no version anywhere."""
    content = json.dumps(shown, sort_keys=True, default=str, ensure_ascii=False)
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


class ConditionalWrites(GenericViewSet):
    """Mixed into viewsets that show one projection."""

    # Those beside PUT, PATCH and DELETE that heed `If-Match`.
    conditional_actions: Collection[str] = ()

    def get_projection(self) -> Projection:
        raise NotImplementedError

    def tagged(self, response: Response) -> Response:
        """The response, with the ETag of the object in it."""
        response["ETag"] = etag_of(response.data)
        return response

    @contextmanager
    def unless_changed(self, request: Request, pk: str) -> Iterator[None]:
        """Wrap a write: ChangedMeanwhile if `If-Match` names other states of the object, Http404 if there is no object.

        The row is locked until the write is done. A weak tag counts too: nginx makes them when it compresses.
        """
        wanted = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-Match", ""))]
        if "If-Match" not in request.headers or wanted == ["*"]:
            yield
            return
        with transaction.atomic():
            rows: Any = self.get_queryset()
            # DRF's, to which an id that is no number is one that nothing has.
            get_object_or_404(rows.order_by().select_for_update(no_key=True, of=("self",)).values_list("pk"), pk=pk)
            current = self.get_projection().values(rows).get(pk=pk)
            if etag_of(self.get_projection().of_row(current)) not in wanted:
                raise ChangedMeanwhile
            yield
