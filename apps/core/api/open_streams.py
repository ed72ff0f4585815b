"""How many streams a process has open, and for whom.

Each holds a descriptor for minutes, of which a process has few. They are counted where they are: the count needs no
Redis, and ends with the process. deploy/ starts one process for streams; each of several would count its own.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from rest_framework import exceptions, status

# What is left is for the other requests, the database, Redis and the log.
SHARE_OF_DESCRIPTORS = 0.75
RETRY_AFTER_S = 5
# The names in STREAM_LIMITS > in whose way one more would be.
PLACES = {
    "run": "of yours for this run",
    "person": "of yours",
    "address": "from your address",
    "process": "here",
}


class TooManyStreams(exceptions.APIException):
    """No more at a time; what the stream would tell can be polled."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = "Too many event streams are open. Please poll the run instead."
    default_code = "too_many_streams"
    # DRF's name for Retry-After, in seconds.
    wait = RETRY_AFTER_S


@dataclass(eq=False)
class Stream:
    """One that a task sends. `ended`: it ends here, whatever its run does, and its client finds another."""

    run: Hashable
    person: int
    address: str
    task: asyncio.Task[object]
    ended: bool = False

    @cached_property
    def keys(self) -> dict[str, Hashable]:
        """What it counts for, by the names in PLACES."""
        return {"run": (self.run, self.person), "person": self.person, "address": self.address, "process": None}

    def end(self) -> None:
        """Cancel what it waits for."""
        self.ended = True
        self.task.cancel()


@dataclass
class OpenStreams:
    """Those of this process; used from its event loop alone."""

    _open: dict[Stream, None] = field(default_factory=dict)
    _counts: Counter[tuple[str, Hashable]] = field(default_factory=Counter)
    _stopping: bool = False

    def open(self, run: Hashable, person: int, address: str, *, came_back: bool) -> Stream:
        """Count one that the current task sends, until the task ends; TooManyStreams where it would be one too many.

        Who has lost a connection comes back before we know of the loss. So a client that `came_back` takes the place
        of the oldest stream of the same run and person.
        """
        task = asyncio.current_task()
        assert task is not None, "there are streams in a task alone"
        stream = Stream(run, person, address, task, ended=self._stopping)
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
        """End all there are, and those to come: the process goes, and their clients come back to another."""
        self._stopping = True
        for stream in self._open:
            stream.end()

    def _full(self, stream: Stream) -> str | None:
        """The first limit that leaves no room for it."""
        return next((name for name, key in stream.keys.items() if self._counts[name, key] >= _limit(name)), None)

    def _close(self, stream: Stream) -> None:
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
