"""Failed sign-ins of one account from all addresses together, whether or not there is such an account.

From SIGN_IN_FAILURES_PER_HOUR on the next try has to wait for a second, and after each further failure for twice as
long, up to LONGEST_WAIT_S. Addresses that have signed in to the account before do not wait: nobody keeps its owner out.
Counted in Redis, and not at all without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.api.exceptions import DATABASE_AWAY
from apps.core.api.throttling import COUNTS, hash_key, spelling_of
from apps.users.models import SignInAddress, User

log = structlog.get_logger(__name__)

FORGOTTEN_AFTER_S = 3600
LONGEST_WAIT_S = 900
ADDRESS_KEPT = timedelta(days=90)

# One more failure, unless the account waits: {failures, seconds left to wait, when the next try may come}. Those below
# the limit are forgotten an hour after the first, the others an hour after the last.
_COUNT = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local limit, may_wait, forgotten_after, longest = tonumber(ARGV[1]), ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local next_try = tonumber(redis.call('HGET', KEYS[1], 'next_try') or 0)
if may_wait and next_try > now then
    return {tonumber(redis.call('HGET', KEYS[1], 'failures')), tostring(next_try - now), ''}
end
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
local set = ''
if failures >= limit and may_wait then
    set = string.format('%.6f', now + math.min(2 ^ (failures - limit), longest))
    redis.call('HSET', KEYS[1], 'next_try', set)
end
if failures == 1 or failures >= limit then
    redis.call('EXPIRE', KEYS[1], forgotten_after)
end
return {failures, '0', set}
"""
# It was none after all; and what it has made others wait for, unless another has set a time since.
_TAKE_BACK = """
if redis.call('HINCRBY', KEYS[1], 'failures', -1) < 1 then
    redis.call('DEL', KEYS[1])
elseif ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'next_try') == ARGV[1] then
    redis.call('HDEL', KEYS[1], 'next_try')
end
"""


@dataclass(frozen=True)
class _Counted:
    failures: int = 0
    wait_s: float = 0.0
    next_try: str = ""


class Attempt:
    """One look at a password. It counts as failed until it is known to be none."""

    def __init__(self, *, email: str, address: str) -> None:
        """Throttled where the account waits, and has not been signed in to from there."""
        self._key = f"throttle:sign_in_failures:{hash_key(spelling_of(email))}"
        self._address = _keyed(address)
        self._counted = self._count(may_wait=True)
        if self._counted.wait_s:
            meant = User.objects.meant_by(email)
            if not SignInAddress.objects.filter(address=self._address, user=meant).exists():
                raise Throttled(wait=self._counted.wait_s)
            self._counted = self._count(may_wait=False)
        self.failures = self._counted.failures

    def succeeded(self, user: User) -> None:
        """The password was right: whatever is decided next, it was no guess, and the address is the account's."""
        self.take_back()
        _remember(self._address, user)

    def take_back(self) -> None:
        """Nothing is said of the password: it does not count."""
        if not self.failures:
            return
        COUNTS.ask(lambda client: client.eval(_TAKE_BACK, 1, self._key, self._counted.next_try), otherwise=None)
        self.failures = 0

    def _count(self, *, may_wait: bool) -> _Counted:
        arguments = (settings.SIGN_IN_FAILURES_PER_HOUR, int(may_wait), FORGOTTEN_AFTER_S, LONGEST_WAIT_S)
        counted = COUNTS.ask(lambda client: client.eval(_COUNT, 1, self._key, *arguments), otherwise=None)
        if counted is None:
            return _Counted()
        failures, wait_s, next_try = counted
        return _Counted(int(failures), float(wait_s), next_try.decode())


@contextmanager
def counted(request: Request | HttpRequest, email: str) -> Iterator[Attempt]:
    """Around a look at the account's password; who finds it right says so to the attempt. Throttled before it begins.

    It is counted before and taken back afterwards, so that a hundred guesses at once are a hundred.
    """
    attempt = Attempt(email=email, address=_address_of(request))
    try:
        yield attempt
    except DATABASE_AWAY:
        attempt.take_back()
        raise
    finally:
        if attempt.failures >= settings.SIGN_IN_FAILURES_PER_HOUR:
            log.warning("sign_in_failures", failures=attempt.failures)


def remember_address(request: Request, user: User) -> None:
    """A new account has been signed in to from where it was opened."""
    _remember(_keyed(_address_of(request)), user)


def forget_addresses() -> int:
    """Delete what was not used for ADDRESS_KEPT; how many these were."""
    return SignInAddress.objects.filter(last_used_at__lt=Now() - ADDRESS_KEPT).delete()[0]


def _address_of(request: Request | HttpRequest) -> str:
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]


def _remember(keyed_address: str, user: User) -> None:
    # The other service may have deleted the account since.
    with suppress(IntegrityError), transaction.atomic():
        SignInAddress.objects.bulk_create(
            [SignInAddress(user=user, address=keyed_address)],
            update_conflicts=True,
            unique_fields=["address", "user"],
            update_fields=["last_used_at"],
        )


def _keyed(address: str) -> str:
    return salted_hmac("apps.users.sign_in_addresses", _network_of(address), algorithm="sha256").hexdigest()


def _network_of(address: str) -> str:
    """An address of IPv4; of IPv6 the first half, since devices change the rest from day to day."""
    try:
        parsed = ip_address(address)
        # A server of both kinds of addresses writes one of IPv4 so.
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return str(ip_network((parsed, 64), strict=False) if isinstance(parsed, IPv6Address) else parsed)
    except ValueError:
        return address
