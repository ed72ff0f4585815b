"""Limits on failed sign-ins to an account from all addresses together, whether or not the account exists.

After SIGN_IN_FAILURES_PER_HOUR failures, the next attempt has to wait for a second, and twice as long after each
further failure, up to LONGEST_WAIT_S. Addresses that have signed in to the account before do not wait, so nobody can
lock the owner out. Failures are counted in Redis; without it there is no limit.
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

# Counts a failure unless the account must wait. Returns {failures, seconds left to wait, time of the next attempt}.
# Counts below the limit expire an hour after the first failure, others an hour after the last.
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
# Removes a failure, and the waiting time that it set unless a later failure has set another.
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
    """An attempt at a password. It counts as failed until `succeeded` or `take_back` is called."""

    def __init__(self, *, email: str, address: str) -> None:
        """Raises Throttled if the account must wait and the address has never signed in to it."""
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
        """The password was right, so it was no guess, whatever happens next; remember the address."""
        self.take_back()
        _remember(self._address, user)

    def take_back(self) -> None:
        """The password was not checked, so the attempt does not count."""
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
    """Wrap a check of the account's password; call `succeeded` on a right one. Raises Throttled before it begins.

    The failure is counted first and taken back later, so that a hundred simultaneous guesses count as a hundred.
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
    """Remember the address from which a new account was registered."""
    _remember(_keyed(_address_of(request)), user)


def forget_addresses() -> int:
    """Delete addresses not used for ADDRESS_KEPT; returns how many."""
    return SignInAddress.objects.filter(last_used_at__lt=Now() - ADDRESS_KEPT).delete()[0]


def _address_of(request: Request | HttpRequest) -> str:
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]


def _remember(keyed_address: str, user: User) -> None:
    # The other service may have deleted the account meanwhile.
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
    """The IPv4 address, or the first half of an IPv6 address, since devices change the rest daily."""
    try:
        parsed = ip_address(address)
        # Dual-stack servers report IPv4 addresses in this form.
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return str(ip_network((parsed, 64), strict=False) if isinstance(parsed, IPv6Address) else parsed)
    except ValueError:
        return address
