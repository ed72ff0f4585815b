"""The `Idempotency-Key` header: a request that is sent twice is carried out once.

The work and its response are written in one transaction, so a key has a stored response exactly if its work was done.
Until then, a lease blocks other requests with the key. An expired lease belonged to a process that died.
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

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEY_LEASE = timedelta(seconds=30)
KEY_LIFETIME = timedelta(hours=24)
_VALID_KEY = re.compile(r"[\x21-\x7e]{1,255}")

KEY_PARAMETER = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters, the same for every attempt at one request. A repeat within 24 hours"
    f" gets the stored response with `{REPLAYED_HEADER}: true`. The same key with another body gets 422, and a repeat"
    " while the first request is in progress gets 409.",
)
KEY_REFUSALS = {
    409: error_response_schema("`idempotency_in_progress`, with Retry-After; or a conflict with the current state."),
    422: error_response_schema("`idempotency_key_reused`, or a `client_message_id` that another message has."),
}


class InvalidKey(APIException):
    status_code = 400
    default_code = "invalid_idempotency_key"
    default_detail = f"{KEY_HEADER} takes 1 to 255 visible ASCII characters."


class KeyReused(APIException):
    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = "This key was sent with another request; use a new key for each request."


class RequestInProgress(Conflict):
    default_code = "idempotency_in_progress"
    default_detail = "The first request with this key is being carried out."
    wait = 1  # Retry-After, in seconds


Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Decorator for a view's POST: with the header, the work is done once. Its response is stored, errors are not.

    A `pk` in the URL must be a thread's.
    """

    @wraps(handler)
    def answer_once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key_of(request) if request.method == "POST" else None
        if key is None:
            return handler(view, request, *args, **kwargs)
        answered = _carry_out_once(request, key, lambda: handler(view, request, *args, **kwargs))
        if REPLAYED_HEADER in answered.headers and "pk" in kwargs:
            # The response dates from when the user could see the thread.
            get_object_or_404(Thread.objects.visible_to(request_user(request)), pk=kwargs["pk"])
        return answered

    return answer_once


class RepeatableThrottle(PersonThrottle):
    """Counts every request, but never refuses a repeat: it causes no work. It is looked up only over the limit."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return super().allow_request(request, view) or (request.method == "POST" and self._is_repeat(request))

    def _is_repeat(self, request: Request) -> bool:
        key = _key_of(request)
        sent = IdempotencyKey.objects.filter(user=request_user(request), key=key, created_at__gt=Now() - KEY_LIFETIME)
        return key is not None and sent.exists()


def _key_of(request: Request) -> str | None:
    """The request's key, or None without one; InvalidKey if it is malformed."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not _VALID_KEY.fullmatch(key):
        raise InvalidKey
    return key


def _carry_out_once(request: Request, key: str, work: Callable[[], Response]) -> Response:
    claimed = _claim(request, key)
    if claimed.lease_token is None:
        return Response(claimed.body, claimed.status, headers={REPLAYED_HEADER: "true"})
    claimed_row = IdempotencyKey.objects.filter(pk=claimed.pk, lease_token=claimed.lease_token)
    stored = False
    try:
        with _late_integrity_errors_as_conflicts(), transaction.atomic():
            response = work()
            body = json.loads(JSONRenderer().render(response.data))
            if not claimed_row.update(status=response.status_code, body=body, lease_token=None, lease_until=None):
                raise RequestInProgress  # the lease expired, and another request has taken over
        stored = True
    finally:
        if not stored:
            claimed_row.delete()
    return response


@contextmanager
def _late_integrity_errors_as_conflicts() -> Iterator[None]:
    """Turn errors of deferred constraints, which are checked on commit, into 409."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("Another request changed the same data at the same time. Please try again.") from error


def _claim(request: Request, key: str) -> IdempotencyKey:
    """The row claimed for a new key, or a finished row, without a lease. Raises KeyReused or RequestInProgress."""
    sent = {"method": request.method, "path": request.path.rstrip("/"), "body": request.data}
    new = {
        "fingerprint": hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest(),
        "lease_token": uuid.uuid4(),
        "lease_until": Now() + KEY_LEASE,
        "created_at": Now(),
        "status": None,
        "body": None,
    }
    user = request_user(request)
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, **new)
    except IntegrityError:  # the key has been sent before
        row = IdempotencyKey.objects.filter(user=user, key=key).annotate(now=Now()).first()
    if row is None:  # deleted between the two queries
        raise RequestInProgress
    if row.created_at > row.now - KEY_LIFETIME:
        if row.fingerprint != new["fingerprint"]:
            raise KeyReused
        if row.status is not None:
            return row
        if row.lease_until and row.lease_until > row.now:
            raise RequestInProgress
    untouched = Q(lease_token=row.lease_token, created_at=row.created_at)
    if not IdempotencyKey.objects.filter(untouched, pk=row.pk).update(**new):
        raise RequestInProgress
    return IdempotencyKey(pk=row.pk, **new)


def delete_expired_keys(*, now: Moment) -> int:
    """Delete expired keys; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEY_LIFETIME).delete()[0]
