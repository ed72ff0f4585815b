"""`Authorization: Bearer <access token>`."""

from typing import Any

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed as TokenRefused


class TokenAuthentication(JWTAuthentication):
    """The active user of the token's `user_id`, read anew for each request.

    Refusals are 401 with a code: token_not_valid, user_not_found, user_inactive, bad_authorization_header.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        try:
            return super().authenticate(request)
        except TokenRefused as error:
            refused: Any = error.detail
            # Plain words: as they come they carry a code of their own, which would win.
            raise AuthenticationFailed(str(refused["detail"]), code=str(refused["code"])) from error


class TokenScheme(SimpleJWTScheme):
    """How the OpenAPI schema names it."""

    target_class = "apps.users.authentication.TokenAuthentication"
