"""Requests that may be sent twice and are carried out once: the `Idempotency-Key` header.

The work and its answer are written in one transaction, so a key has an answer exactly if its work was done, whatever
dies in between. Until then a lease keeps others with the same key away; one that ran out was held by a dead process.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.generics import get_object_or_404
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.exceptions import Conflict
from apps.core.api.serializers import error_response_schema
from apps.core.api.throttling import PersonThrottle
from apps.core.clock import Moment
from apps.openai_integration.models import IdempotencyKey, Thread
from apps.users.permissions import request_user

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LEASE = timedelta(seconds=30)
KEPT = timedelta(hours=24)
_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")

KEY_PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters, the same for each try of one request. A repeat within 24 hours gets"
    f" the stored answer with `{REPLAYED}: true`; with another body 422, and 409 while the first is being carried out.",
)
KEY_REFUSALS = {
    409: error_response_schema("`idempotency_in_progress`, with Retry-After; or what there is already forbids it."),
    422: error_response_schema("`idempotency_key_reused`, or another name that stands for something else."),
}


class InvalidKey(APIException):
    status_code = 400
    default_code = "invalid_idempotency_key"
    default_detail = f"{HEADER} takes 1 to 255 visible ASCII characters."


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This key was sent with another request; take a new one for each."


class RequestGoingOn(Conflict):
    default_code = "idempotency_in_progress"
    default_detail = "The first request with this key is being carried out."
    wait = 1  # Retry-After, in seconds


Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """For a view's POST: with the header, its work is done once and its answer is kept; refusals are not.

    A `pk` in the address is that of a talk.
    """

    @wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key_of(request) if request.method == "POST" else None
        if key is None:
            return handler(view, request, *args, **kwargs)
        answered = _once(request, key, lambda: handler(view, request, *args, **kwargs))
        if REPLAYED in answered.headers and "pk" in kwargs:
            # The answer is from when they could see the talk.
            get_object_or_404(Thread.objects.visible_to(request_user(request)), pk=kwargs["pk"])
        return answered

    return answer


class RepeatableThrottle(PersonThrottle):
    """Each request counts, but a repeat is not refused for it: it asks for no work. Looked up over the limit only."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return super().allow_request(request, view) or (request.method == "POST" and self._is_repeat(request))

    def _is_repeat(self, request: Request) -> bool:
        key = _key_of(request)
        sent = IdempotencyKey.objects.filter(user=request_user(request), key=key, created_at__gt=Now() - KEPT)
        return key is not None and sent.exists()


def _key_of(request: Request) -> str | None:
    """None where there is none, InvalidKey for one that is none."""
    key = request.headers.get(HEADER)
    if key is not None and not _VISIBLE.fullmatch(key):
        raise InvalidKey
    return key


def _once(request: Request, key: str, work: Callable[[], Response]) -> Response:
    claimed = _claim(request, key)
    if claimed.lease_token is None:
        return Response(claimed.body, claimed.status, headers={REPLAYED: "true"})
    ours = IdempotencyKey.objects.filter(pk=claimed.pk, lease_token=claimed.lease_token)
    kept = False
    try:
        with _sound(), transaction.atomic():
            response = work()
            body = json.loads(JSONRenderer().render(response.data))
            if not ours.update(status=response.status_code, body=body, lease_token=None, lease_until=None):
                raise RequestGoingOn  # it took longer than the lease, and somebody else has begun it
        kept = True
    finally:
        if not kept:
            ours.delete()
    return response


@contextmanager
def _sound() -> Iterator[None]:
    """Some of the database's rules are looked at when the transaction ends, behind the back of whoever wrote."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("What this is about was changed at the same moment. Please try again.") from error


def _claim(request: Request, key: str) -> IdempotencyKey:
    """The key's row: ours to work for if it has a lease, else with the answer. KeyReused and RequestGoingOn."""
    sent = {"method": request.method, "path": request.path.rstrip("/"), "body": request.data}
    new = {
        "fingerprint": hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest(),
        "lease_token": uuid.uuid4(),
        "lease_until": Now() + LEASE,
        "created_at": Now(),
        "status": None,
        "body": None,
    }
    user = request_user(request)
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, **new)
    except IntegrityError:  # the database's own rule: it has been sent before
        row = IdempotencyKey.objects.filter(user=user, key=key).annotate(now=Now()).first()
    if row is None:  # refused, and free again, since we looked
        raise RequestGoingOn
    if row.created_at > row.now - KEPT:
        if row.fingerprint != new["fingerprint"]:
            raise KeyReused
        if row.status is not None:
            return row
        if row.lease_until and row.lease_until > row.now:
            raise RequestGoingOn
    untouched = Q(lease_token=row.lease_token, created_at=row.created_at)
    if not IdempotencyKey.objects.filter(untouched, pk=row.pk).update(**new):
        raise RequestGoingOn
    return IdempotencyKey(pk=row.pk, **new)


def forget_old_keys(*, now: Moment) -> int:
    """Delete the keys that count no more."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEPT).delete()[0]
