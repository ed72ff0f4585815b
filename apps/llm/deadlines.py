"""How long a call to the model's server may take, down to the socket.

The HTTP client's own time-outs are for each step and each read: a server that sends a byte now and then, of its headers
or of its answer, would hold a worker for ever.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore2
import httpx2

# So long may pass until a call that nobody wants any more is noticed to be one.
_LOOK_EVERY_S = 1.0


class CallGivenUpError(Exception):
    """Nobody wants the answer any more, so that it was not waited for."""


class UnboundedCallError(RuntimeError):
    """A call would run without an end: the HTTP library is built otherwise than this module expects."""


class Bounds:
    """What a call is held to: it ends by a moment of the monotonic clock, or sooner if `given_up` says so.

    Where `first_text_s` is above 0, it also ends if `begun` has not been called by then.
    """

    def __init__(self, timeout_s: float, given_up: Callable[[], bool] | None = None, first_text_s: float = 0.0) -> None:
        self._begun = time.monotonic()
        self._whole_until = self._begun + timeout_s
        self._until = min(self._whole_until, self._begun + first_text_s) if first_text_s > 0 else self._whole_until
        self._given_up = given_up
        # Whether a connection has asked for its time.
        self.kept = False

    def left(self) -> float:
        """Seconds left; raises CallGivenUpError."""
        if self._given_up and self._given_up():
            raise CallGivenUpError
        return self._until - time.monotonic()

    def begun(self) -> None:
        """The first text has come."""
        self._until = self._whole_until

    def end_within(self, seconds: float) -> None:
        """What is left of the call takes this long at most."""
        self._until = min(self._until, time.monotonic() + seconds)

    def passed_ms(self) -> int:
        """How long the call has taken so far."""
        return round((time.monotonic() - self._begun) * 1000)

    def must_have_been_kept(self) -> None:
        """Raises UnboundedCallError where a call has come back over a connection that did not ask for its time."""
        if not self.kept:
            raise UnboundedCallError(f"A call was not held to its time. {_MEND}")

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Whatever this thread reads and writes inside the block is held to these bounds."""
        before, _now.bounds = getattr(_now, "bounds", None), self
        try:
            yield
        finally:
            _now.bounds = before


_now = threading.local()


_MEND = "See docs/adr/0002-deadlines-of-model-calls.md, and pin httpx2 to the version before until it is mended."


def bind(client: httpx2.Client) -> None:
    """Make every connection of a client, those through proxies too, keep to the bounds of who uses it.

    The client has no door for this, and building its transports here would lose what it reads from the environment.
    UnboundedCallError where it is built otherwise than expected: a worker that cannot end its calls makes none.
    """
    try:
        transports = [client._transport, *client._mounts.values()]
        for transport in transports:
            if transport is not None:  # None: an address that no proxy is asked for
                pool: Any = transport._pool  # type: ignore[attr-defined]
                if not isinstance(pool._network_backend, httpcore2.NetworkBackend):
                    raise UnboundedCallError(f"The pool has no backend of httpcore2's. {_MEND}")
                pool._network_backend = _BoundBackend(pool._network_backend)
    except AttributeError as error:
        raise UnboundedCallError(f"The HTTP client has no {error.name}. {_MEND}") from error


class _BoundBackend(httpcore2.NetworkBackend):
    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "_BoundStream":
        allowed = _seconds(timeout, httpcore2.ConnectTimeout)
        return _BoundStream(self._backend.connect_tcp(host, port, allowed, local_address, socket_options))


class _BoundStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if not getattr(_now, "bounds", None):
            return self._stream.read(max_bytes, timeout=timeout)
        while True:
            allowed = _seconds(_LOOK_EVERY_S, httpcore2.ReadTimeout)
            try:
                return self._stream.read(max_bytes, timeout=allowed)
            except httpcore2.ReadTimeout:
                continue  # what is left of the call's time says whether there is another look

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_seconds(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_BoundStream":
        allowed = _seconds(timeout, httpcore2.ConnectTimeout)
        return _BoundStream(self._stream.start_tls(ssl_context, server_hostname, allowed))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _seconds(wanted: float | None, late: type[httpcore2.TimeoutException]) -> float | None:
    """What is left of this thread's call, `wanted` at most; raises `late` where nothing is left."""
    bounds: Bounds | None = getattr(_now, "bounds", None)
    if bounds is None:
        return wanted
    bounds.kept = True
    left = bounds.left()
    if left <= 0:
        raise late("the time for the call is up")
    return left if wanted is None else min(left, wanted)
