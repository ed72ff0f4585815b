"""A cache that may vanish: without Redis every read is a miss and every write is dropped."""

import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

# After a failure the server is left alone for a while, so that one that swallows packets costs a request in five
# seconds its socket time-out, and not each of them.
PAUSE_S = 5.0


def _fails_open(method: str, otherwise: Any) -> Callable[..., Any]:
    def call(self: "FailOpenRedisCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < FailOpenRedisCache.paused_until:
            return _default(otherwise, args, kwargs)
        try:
            return getattr(super(FailOpenRedisCache, self), method)(*args, **kwargs)
        except RedisError as error:
            FailOpenRedisCache.paused_until = time.monotonic() + PAUSE_S
            log.warning("cache_unavailable", error=type(error).__name__)
            return _default(otherwise, args, kwargs)

    return call


def _default(otherwise: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return otherwise(*args, **kwargs) if callable(otherwise) else otherwise


class OneClient(RedisCacheClient):
    """Django's, which makes a new client of the package for each command; that costs more than the command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._made: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._made:
            self._made[write] = super().get_client(key, write=write)
        return self._made[write]

    def hit(self, current: str, before: str, kept_s: int) -> tuple[int, int]:
        """Count one more in `current`; both counts."""
        exchange = self.get_client(write=True).pipeline(transaction=False)
        exchange.incr(current)
        exchange.expire(current, kept_s)
        exchange.get(before)
        hits, _, earlier = exchange.execute()
        return int(hits), int(earlier or 0)

    def unhit(self, current: str) -> None:
        """Take one back."""
        self.get_client(write=True).decr(current)


class CountingRedisCache(RedisCache):
    """With counts that are read and raised in one exchange."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params.setdefault("OPTIONS", {})
        params["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1, **params["OPTIONS"]}
        super().__init__(server, params)
        self._class = OneClient

    def hit(self, current: str, before: str, kept_s: int) -> tuple[int, int]:
        """Count one more in `current`, which is kept for some seconds; its count and that of `before`."""
        counts = cast(OneClient, self._cache).hit(self.make_key(current), self.make_key(before), kept_s)
        return counts

    def unhit(self, current: str) -> None:
        """Take one back."""
        cast(OneClient, self._cache).unhit(self.make_key(current))


class CountingLocalCache(LocMemCache):
    """The same within one process, for a developer's machine."""

    def hit(self, current: str, before: str, kept_s: int) -> tuple[int, int]:
        """Count one more in `current`, which is kept for some seconds; its count and that of `before`."""
        self.add(current, 0, kept_s)
        return self.incr(current), self.get(before, 0)

    def unhit(self, current: str) -> None:
        """Take one back."""
        self.decr(current)


class FailOpenRedisCache(CountingRedisCache):
    """For values that can be done without: the counts of throttles and nothing else today."""

    paused_until = 0.0

    hit = _fails_open("hit", (0, 0))
    unhit = _fails_open("unhit", None)
    get = _fails_open("get", lambda key, default=None, version=None: default)
    set = _fails_open("set", None)
    add = _fails_open("add", True)
    delete = _fails_open("delete", False)
    get_many = _fails_open("get_many", lambda *args, **kwargs: {})
    set_many = _fails_open("set_many", lambda *args, **kwargs: [])
    has_key = _fails_open("has_key", False)
    clear = _fails_open("clear", False)
