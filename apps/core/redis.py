"""Redis for optional work: while Redis is down, nothing is counted and no live text is sent."""

import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

# After a failure Redis is skipped for a while. If it drops packets, a process waits for one timeout every five
# seconds rather than one for each request.
PAUSE_S = 5.0
# Threads of a process that may use it at once; each holds a connection for a fraction of a millisecond.
CONNECTIONS = 8


class FailOpenRedis:
    """A Redis client for one purpose in this process, with a bounded number of connections."""

    def __init__(self, purpose: str) -> None:
        """`purpose` names the client in the log when Redis fails."""
        self._purpose = purpose
        self._paused_until = 0.0
        self._clients: dict[tuple[int, str], redis.Redis] = {}
        self._making = threading.Lock()

    def ask(self, work: Callable[[redis.Redis], Result], otherwise: Result) -> Result:
        """The result of `work`, or `otherwise` if Redis fails and for PAUSE_S after that."""
        if time.monotonic() < self._paused_until:
            return otherwise
        try:
            return work(self._client())
        except redis.RedisError as error:
            self._paused_until = time.monotonic() + PAUSE_S
            log.warning("redis_unavailable", purpose=self._purpose, error=type(error).__name__)
            return otherwise

    def forget_failures(self) -> None:
        """Try Redis again at once."""
        self._paused_until = 0.0

    def _client(self) -> redis.Redis:
        made_for = (os.getpid(), settings.REDIS_URL)
        with self._making:
            if made_for not in self._clients:
                self._clients = {made_for: _new_client(settings.REDIS_URL)}
            return self._clients[made_for]


def _new_client(url: str) -> redis.Redis:
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=settings.REDIS_TIMEOUT_S,
        socket_timeout=settings.REDIS_TIMEOUT_S,
        socket_connect_timeout=settings.REDIS_TIMEOUT_S,
        # A retry could count a request, or publish a piece of text, twice.
        retry=Retry(NoBackoff(), 0),
    )
    return redis.Redis(connection_pool=pool)
