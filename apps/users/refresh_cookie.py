"""The refresh token in a cookie that no script can read, for pages of this service's own origin.

A request asks for it by the header `X-Refresh-Token: cookie`. No form can send that header, and no page of another
origin may, as CORS_ALLOW_HEADERS leaves it out. The Origin that browsers send must be this service's own, too.
"""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from apps.users.serializers import RefreshIn
from apps.users.tokens import InvalidRefreshToken

HEADER = "X-Refresh-Token"
COOKIE = "refresh_token"
PATH = "/api/v2/auth/"
PARAMETER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    enum=["cookie"],
    description="For pages of this origin: the refresh token is in a cookie, and in no body.",
)


class OtherOrigin(PermissionDenied):
    default_detail = "Only pages of this service may have the refresh token in a cookie."
    default_code = "other_origin"


def is_asked_for(request: Request) -> bool:
    """Whether the token is in a cookie; OtherOrigin if a page of another origin asks."""
    if request.headers.get(HEADER) != "cookie":
        return False
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    if origin is not None and origin != own and origin not in settings.CSRF_TRUSTED_ORIGINS:
        raise OtherOrigin
    return True


def token_in(request: Request) -> str:
    """The refresh token of the cookie or the body; InvalidRefreshToken if the cookie is missing."""
    data = RefreshIn(data=request.data)
    data.is_valid(raise_exception=True)
    in_body = data.validated_data.get("refresh")
    if not is_asked_for(request):
        if in_body is None:
            raise ValidationError({"refresh": ["This field is required."]})
        return str(in_body)
    if in_body is not None:
        raise ValidationError({"refresh": [f"It is in a cookie, as {HEADER} says; leave this out."]})
    if COOKIE not in request.COOKIES:
        raise InvalidRefreshToken
    return str(request.COOKIES[COOKIE])


def response(body: dict[str, Any], *, by_cookie: bool, status: int = status.HTTP_200_OK) -> Response:
    """A response with a pair of tokens, of which the refresh token goes into a cookie with `by_cookie`."""
    if not by_cookie:
        return Response(body, status=status)
    kept = Response({name: value for name, value in body.items() if name != "refresh"}, status=status)
    kept.set_cookie(
        COOKIE,
        body["refresh"],
        max_age=settings.SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"],
        path=PATH,
        # As the admin site's: without TLS no browser would send it back.
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )
    return kept


def forget(answer: Response) -> None:
    """Have the browser forget the cookie."""
    answer.delete_cookie(COOKIE, path=PATH, samesite="Strict")
