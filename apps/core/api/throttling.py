"""How often who may ask.

Counted in Redis, in one exchange with it: the hits of this window, and those of the one before by the share
of it that a window up to now still covers. DRF's own way reads and writes a list of times, of which two requests at
once keep one.
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
    """Count one more in `current`, which is kept for some seconds; its count and that of `before`. 0 without Redis."""

    def count(client: redis.Redis) -> tuple[int, int]:
        exchange = client.pipeline(transaction=False)
        exchange.incr(current)
        exchange.expire(current, kept_s)
        exchange.get(before)
        hits, _, earlier = exchange.execute()
        return int(hits), int(earlier or 0)

    return COUNTS.ask(count, otherwise=(0, 0))


def unhit(current: str) -> None:
    """Take one back."""
    COUNTS.ask(lambda client: client.decr(current), otherwise=0)


class WindowThrottle(SimpleRateThrottle):
    """`scope` names the rate; a request without a key is not counted. What is refused is not counted either."""

    wait_s = 0.0

    def __init__(self) -> None:
        """Nothing: which rate it is may depend on the request."""

    def scope_of(self, request: Request, view: "APIView") -> str | None:
        """The name of the rate; None where there is none."""
        return self.scope

    def ident_of(self, request: Request) -> str:
        """Whose requests are counted together."""
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
        """Seconds until one more would be let in."""
        return max(1.0, math.ceil(self.wait_s))


def _wait(limit: int, duration: int, passed: float, hits: int, before: int) -> float:
    """Seconds until the hits that still count leave room for one: those of the window before fade first."""
    if hits < limit and before:
        return duration * (1 - (limit - 1 - hits) / before) - passed
    return duration - passed + max(0.0, duration * (1 - (limit - 1) / max(hits, 1)))


class AddressThrottle(WindowThrottle):
    """Requests from one address; a whole lecture hall may share one, so its rates are generous."""

    def ident_of(self, request: Request) -> str:
        return str(self.get_ident(request))


class LoginAccountThrottle(AddressThrottle):
    """Guesses at one account from one address, whether or not there is such an account."""

    scope = "login_account"

    def ident_of(self, request: Request) -> str:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return hash_key(f"{spelling_of(str(email))}|{super().ident_of(request)}")


class LoginAddressThrottle(AddressThrottle):
    scope = "login_address"


class RegisterThrottle(AddressThrottle):
    scope = "register"


class RefreshThrottle(AddressThrottle):
    scope = "refresh"


class PersonThrottle(WindowThrottle):
    """What one person asks for: `reads` and `writes`, or what the view names in `throttle_scopes` for a method."""

    def scope_of(self, request: Request, view: "APIView") -> str | None:
        if request.method == "OPTIONS":
            return None
        named: dict[str, str] = getattr(view, "throttle_scopes", {})
        method = "GET" if request.method == "HEAD" else str(request.method)
        return named.get(method, "reads" if method in SAFE_METHODS else "writes")

    def ident_of(self, request: Request) -> str:
        user: Any = request.user
        return str(user.pk) if user.is_authenticated else str(self.get_ident(request))


def spelling_of(email: str) -> str:
    """One for all that the database may take for the same email, so that other spellings give no more guesses.

    By way of capitals, as the database does it: the dotless i has the same one as i.
    """
    return email.strip().upper().casefold()


def hash_key(text: str) -> str:
    """A key that does not show what it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()
