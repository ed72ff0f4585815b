"""Limits on the event streams that a process has open, in total and for each client.

A stream holds a file descriptor for minutes, and a process has few of them. The counts are kept in the process: they
need no Redis, and end with it. deploy/ starts one streaming process; several would each keep their own counts.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from rest_framework import exceptions, status

# The remaining descriptors are for other requests, the database, Redis and the log.
SHARE_OF_DESCRIPTORS = 0.75
RETRY_AFTER_S = 5
# The names in STREAM_LIMITS > how the error message names the limit.
PLACES = {
    "run": "of yours for this run",
    "person": "of yours",
    "address": "from your address",
    "process": "here",
}


class TooManyStreams(exceptions.APIException):
    """The limit on open streams is reached; clients can poll the run instead."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = "Too many event streams are open. Please poll the run instead."
    default_code = "too_many_streams"
    # DRF's attribute for Retry-After, in seconds.
    wait = RETRY_AFTER_S


@dataclass(eq=False)
class OpenStream:
    """An open stream and the task that sends it. Once `ended`, it closes whatever its run does; clients reconnect."""

    run: Hashable
    person: int
    address: str
    task: asyncio.Task[object]
    ended: bool = False

    @cached_property
    def keys(self) -> dict[str, Hashable]:
        """The key that it counts under for each name in PLACES."""
        return {"run": (self.run, self.person), "person": self.person, "address": self.address, "process": None}

    def end(self) -> None:
        """Stop it, by cancelling what it waits for."""
        self.ended = True
        self.task.cancel()


@dataclass
class OpenStreams:
    """The open streams of this process. Use only from its event loop."""

    _open: dict[OpenStream, None] = field(default_factory=dict)
    _counts: Counter[tuple[str, Hashable]] = field(default_factory=Counter)
    _stopping: bool = False

    def open(self, run: Hashable, person: int, address: str, *, came_back: bool) -> OpenStream:
        """Count the stream that the current task sends until that task ends; TooManyStreams at a limit.

        Clients that lose their connection reconnect before the server notices the loss. So a client with `came_back`
        replaces the oldest stream of the same run and person.
        """
        task = asyncio.current_task()
        assert task is not None, "there are streams in a task alone"
        stream = OpenStream(run, person, address, task, ended=self._stopping)
        full = self._full(stream)
        if full:
            same = [one for one in self._open if one.keys["run"] == stream.keys["run"]] if came_back else []
            if not same:
                raise TooManyStreams(
                    f"{_limit(full)} event streams {PLACES[full]} are open already. Please poll the run instead."
                )
            same[0].end()
            self._close(same[0])
        self._open[stream] = None
        self._counts.update(stream.keys.items())
        task.add_done_callback(lambda _: self._close(stream))
        return stream

    def stop(self) -> None:
        """End all streams, current and future, because the process is shutting down; clients reconnect elsewhere."""
        self._stopping = True
        for stream in self._open:
            stream.end()

    def _full(self, stream: OpenStream) -> str | None:
        """The first limit that has been reached, if any."""
        return next((name for name, key in stream.keys.items() if self._counts[name, key] >= _limit(name)), None)

    def _close(self, stream: OpenStream) -> None:
        if stream in self._open:
            del self._open[stream]
            for place in stream.keys.items():
                self._counts[place] -= 1
                if not self._counts[place]:
                    del self._counts[place]


def _limit(name: str) -> int:
    limit = int(settings.STREAM_LIMITS[name])
    if name != "process":
        return limit
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(limit, int(descriptors * SHARE_OF_DESCRIPTORS)) if descriptors != resource.RLIM_INFINITY else limit


OPEN_STREAMS = OpenStreams()
