"""gunicorn for async: event streams and other requests that wait without holding a thread.

gunicorn -c deploy/gunicorn/asgi.py config.asgi:application
"""

import asyncio
import errno
import functools
import math
import signal
import socket
from collections.abc import Callable
from typing import Any

bind = "127.0.0.1:8002"
worker_class = "asgi"
# One event loop carries the streams; views that do not wait belong to web.
workers = 1
asgi_loop = "asyncio"
# Django's ASGI application refuses the lifespan protocol.
asgi_lifespan = "off"
timeout = 30
backlog = 2048
# Above COMPAT_GRADING_WAIT_S, so that a client that waits for marks still gets them. Streams end at once.
graceful_timeout = 120
preload_app = False
accesslog = None
errorlog = "-"
control_socket_disable = True

# Errors that keep connections from being accepted.
OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
LOG_EVERY_S = 10.0


def post_worker_init(worker: Any) -> None:
    """Stop without losing requests. If descriptors run out, retry once a second and log once in ten (docs/adr/0006)."""
    worker.loop.add_signal_handler(signal.SIGTERM, _stop, worker)
    # asyncio's default of 100 would also apply to the socket that systemd keeps, and to the requests waiting there.
    worker.loop.create_server = functools.partial(worker.loop.create_server, backlog=backlog)
    worker.loop.set_exception_handler(_accept_failures_now_and_then(worker.log))
    worker.loop.call_later = _one_timer_for_each_socket(worker.loop.call_later)


def _stop(worker: Any) -> None:
    """Accept no more connections and end streams, whose clients reconnect to the next process."""
    # Imported here because it needs Django's settings, which are not loaded when gunicorn reads this file.
    from apps.core.api.open_streams import OPEN_STREAMS

    worker.handle_exit_signal()
    # Not closed yet: a connection accepted a moment ago has not reached the application.
    for listener in (listener for server in worker.servers for listener in server.sockets):
        worker.loop.remove_reader(listener.fileno())
    OPEN_STREAMS.stop()


def _accept_failures_now_and_then(log: Any) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    logged_at = -math.inf

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal logged_at
        if "socket" not in context or getattr(context.get("exception"), "errno", None) not in OUT_OF_RESOURCES:
            loop.default_exception_handler(context)
        elif loop.time() >= logged_at + LOG_EVERY_S:
            logged_at = loop.time()
            log.error("No connection can be accepted: %s", context["exception"])

    return handle


def _one_timer_for_each_socket(call_later: Callable[..., asyncio.TimerHandle]) -> Callable[..., asyncio.TimerHandle]:
    timers: dict[socket.socket, asyncio.TimerHandle] = {}

    def replace(delay: float, callback: Callable[..., object], *args: Any, **context: Any) -> asyncio.TimerHandle:
        timer = call_later(delay, callback, *args, **context)
        for listener in args:
            if isinstance(listener, socket.socket):
                if earlier := timers.get(listener):
                    earlier.cancel()
                timers[listener] = timer
        return timer

    return replace
