"""Renews the leases of a worker process while its calls wait for the model."""

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

RENEWAL_INTERVAL = LEASE / 4


class Lease:
    """A lease as its worker sees it. `lost` turns true once the job was cancelled, ended or taken over."""

    def __init__(self, model: type[LeasedJob]) -> None:
        self.model = model
        self.lost = False

    def is_lost(self) -> bool:
        """`lost` as a function, for callers that poll it."""
        return self.lost


class _Renewer:
    """Renews all leases of a process in one thread: a thread per call would need a database connection per call."""

    def __init__(self, every: timedelta = RENEWAL_INTERVAL) -> None:
        self._every = every
        self._held: dict[uuid.UUID, Lease] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, model: type[LeasedJob], token: uuid.UUID) -> Lease:
        lease = Lease(model)
        with self._lock:
            self._held[token] = lease
            # After a fork, this object is copied but its thread is not.
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
                # The next round may find the database back; leases that expire until then are swept.
                log.warning("lease_renewal_failed", error=type(error).__name__)
            finally:
                connection.close()

    def renew(self) -> int:
        """Extend all leases held here and mark those that are lost; returns how many were extended."""
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
    """Renew the lease in the background while the block runs.

    Closes the caller's database connection first, so that a waiting call holds none.
    """
    if connection.in_atomic_block:  # a test: no other connection can see the row
        yield Lease(type(job))
        return
    lease = _renewer.hold(type(job), token)
    connection.close()
    try:
        yield lease
    finally:
        _renewer.drop(token)
