"""How often who may ask."""

import hashlib

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle
from rest_framework.views import APIView


class LoginAccountThrottle(SimpleRateThrottle):
    """Guesses at one account from one address."""

    scope = "login_account"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return self.cache_format % {"scope": self.scope, "ident": hash_key(f"{email}|{self.get_ident(request)}")}


class AddressThrottle(SimpleRateThrottle):
    """Requests from one address; a whole lecture hall may share one, so its rates are generous."""

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class LoginAddressThrottle(AddressThrottle):
    scope = "login_address"


class RegisterThrottle(AddressThrottle):
    scope = "register"


class PasswordChangeThrottle(UserRateThrottle):
    """Guesses at the old password by somebody who has got hold of an access token."""

    scope = "password_change"


class RunThrottle(UserRateThrottle):
    """Turns and markings that one person asks for; reading is not counted."""

    scope = "runs"

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or super().allow_request(request, view)


def hash_key(text: str) -> str:
    """A cache key that does not show what it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()
