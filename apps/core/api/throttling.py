"""Rate limits.

Hits are counted in Redis, in one round trip: those of the current window, plus those of the previous window weighted
by the share of it that still lies within the limit's duration. DRF's own throttles read a list of times and write it
back, so two simultaneous requests count as one.
"""

import hashlib
import math
from typing import TYPE_CHECKING, Any

import redis
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from apps.core.redis import FailOpenRedis

if TYPE_CHECKING:  # views read the settings that name this module
    from rest_framework.views import APIView

COUNTS = FailOpenRedis("throttles")


def hit(current: str, before: str, kept_s: int) -> tuple[int, int]:
    """Count a hit in `current`, which expires after `kept_s`; returns both counts. Zeros without Redis."""

    def count(client: redis.Redis) -> tuple[int, int]:
        exchange = client.pipeline(transaction=False)
        exchange.incr(current)
        exchange.expire(current, kept_s)
        exchange.get(before)
        hits, _, earlier = exchange.execute()
        return int(hits), int(earlier or 0)

    return COUNTS.ask(count, otherwise=(0, 0))


def unhit(current: str) -> None:
    """Take back one hit."""
    COUNTS.ask(lambda client: client.decr(current), otherwise=0)


class WindowThrottle(SimpleRateThrottle):
    """`scope` names the rate. Requests without a key are not counted, and neither are refused ones."""

    wait_s = 0.0

    def __init__(self) -> None:
        """Do nothing: the rate may depend on the request."""

    def scope_of(self, request: Request, view: "APIView") -> str | None:
        """The name of the rate; None for no limit."""
        return self.scope

    def ident_of(self, request: Request) -> str:
        """The identity that requests are counted under."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: "APIView") -> bool:
        scope = self.scope_of(request, view)
        if scope is None:
            return True
        limit, duration = self.parse_rate(self.THROTTLE_RATES[scope])
        return not limit or self._hit(f"throttle:{scope}:{self.ident_of(request)}", limit, duration or 1)

    def _hit(self, key: str, limit: int, duration: int) -> bool:
        window, passed = divmod(self.timer(), duration)
        current = f"{key}:{int(window)}"
        hits, before = hit(current, f"{key}:{int(window) - 1}", 2 * duration)
        if before * (1 - passed / duration) + hits <= limit:
            return True
        unhit(current)
        self.wait_s = _wait(limit, duration, passed, hits - 1, before)
        return False

    def wait(self) -> float:
        """Seconds until another request would be accepted."""
        return max(1.0, math.ceil(self.wait_s))


def _wait(limit: int, duration: int, passed: float, hits: int, before: int) -> float:
    """Seconds until there is room for another hit; hits of the previous window expire first."""
    if hits < limit and before:
        return duration * (1 - (limit - 1 - hits) / before) - passed
    return duration - passed + max(0.0, duration * (1 - (limit - 1) / max(hits, 1)))


class AddressThrottle(WindowThrottle):
    """Requests from one address. The rates are generous, since a whole lecture hall may share one."""

    def ident_of(self, request: Request) -> str:
        return str(self.get_ident(request))


class LoginAccountThrottle(AddressThrottle):
    """Password guesses for one account from one address, whether or not the account exists."""

    scope = "login_account"

    def ident_of(self, request: Request) -> str:
        return hash_key(f"{spelling_of(_email_in(request))}|{super().ident_of(request)}")


class LoginAddressThrottle(AddressThrottle):
    scope = "login_address"


class PasswordResetAccountThrottle(WindowThrottle):
    """Mails to one account, from all addresses together, whether or not the account exists."""

    scope = "password_reset_account"

    def ident_of(self, request: Request) -> str:
        return hash_key(spelling_of(_email_in(request)))


class PasswordResetAddressThrottle(AddressThrottle):
    scope = "password_reset_address"


class RegisterThrottle(AddressThrottle):
    scope = "register"


class RefreshThrottle(AddressThrottle):
    scope = "refresh"


class PersonThrottle(WindowThrottle):
    """Requests of one person: `reads` and `writes`, or the view's `throttle_scopes` for a method."""

    def scope_of(self, request: Request, view: "APIView") -> str | None:
        if request.method == "OPTIONS":
            return None
        named: dict[str, str] = getattr(view, "throttle_scopes", {})
        method = "GET" if request.method == "HEAD" else str(request.method)
        return named.get(method, "reads" if method in SAFE_METHODS else "writes")

    def ident_of(self, request: Request) -> str:
        user: Any = request.user
        return str(user.pk) if user.is_authenticated else str(self.get_ident(request))


def _email_in(request: Request) -> str:
    return str(request.data.get("email") if isinstance(request.data, dict) else None)


def spelling_of(email: str) -> str:
    """One spelling for all that the database may treat as the same email, so that variants give no extra guesses.

    It goes by upper case, as the database does: the dotless i and i have the same capital.
    """
    return email.strip().upper().casefold()


def hash_key(text: str) -> str:
    """A hash used as a key, from which the original cannot be read."""
    return hashlib.sha256(text.encode()).hexdigest()
