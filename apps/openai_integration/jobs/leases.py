"""Keeping the leases of a worker process alive while its calls wait for the model."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import Error, connection
from django.db.models.functions import Now

from apps.openai_integration.models.jobs import LEASE, LeasedJob

log = structlog.get_logger(__name__)

RENEW_EVERY = LEASE / 4


class Lease:
    """A lease as the worker that holds it knows it. `lost` once the job was cancelled, ended, or taken over."""

    def __init__(self, model: type[LeasedJob]) -> None:
        self.model = model
        self.lost = False

    def is_lost(self) -> bool:
        """The same as a function, for whoever waits on the worker's behalf."""
        return self.lost


class _Renewer:
    """One thread a process, however many calls wait in it: hundreds of heartbeats would be hundreds of connections."""

    def __init__(self, every: timedelta = RENEW_EVERY) -> None:
        self._every = every
        self._held: dict[uuid.UUID, Lease] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, model: type[LeasedJob], token: uuid.UUID) -> Lease:
        lease = Lease(model)
        with self._lock:
            self._held[token] = lease
            # A fork copies this object but not its thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._renew_while_held, name="lease-renewer", daemon=True)
                self._thread.start()
        return lease

    def drop(self, token: uuid.UUID) -> None:
        with self._lock:
            self._held.pop(token, None)

    def _renew_while_held(self) -> None:
        while True:
            time.sleep(self._every.total_seconds())
            with self._lock:
                if not self._held:
                    self._thread = None
                    return
            try:
                self.renew()
            except Error as error:
                # The database is away: the next round may find it, and a lease that runs out is swept.
                log.warning("lease_renewal_failed", error=type(error).__name__)
            finally:
                connection.close()

    def renew(self) -> int:
        """Extend every lease held here, and tell those that are gone; how many there still were."""
        with self._lock:
            held = dict(self._held)
        renewed = 0
        for model in {lease.model for lease in held.values()}:
            tokens = [token for token, lease in held.items() if lease.model is model]
            ours = model._default_manager.filter(lease_token__in=tokens)
            count = ours.update(lease_until=Now() + LEASE)
            if count < len(tokens):
                kept = set(ours.values_list("lease_token", flat=True))
                for token in tokens:
                    held[token].lost = token not in kept
            renewed += count
        return renewed


_renewer = _Renewer()


@contextmanager
def keep_lease(job: LeasedJob, token: uuid.UUID) -> Iterator[Lease]:
    """Renew the lease in the background, and know when it was lost; the caller's own database connection is closed
    first, so that a waiting call holds none."""
    if connection.in_atomic_block:  # a test: the row is this connection's own, and nobody else sees it
        yield Lease(type(job))
        return
    lease = _renewer.hold(type(job), token)
    connection.close()
    try:
        yield lease
    finally:
        _renewer.drop(token)
