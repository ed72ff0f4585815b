"""Keeping the leases of a worker process alive while its calls wait for the model."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.openai_integration.models.jobs import LEASE, LeasedJob

log = structlog.get_logger(__name__)

RENEW_EVERY = LEASE / 4


class _Renewer:
    """One thread a process, however many calls wait in it: hundreds of heartbeats would be hundreds of connections."""

    def __init__(self, every: timedelta = RENEW_EVERY) -> None:
        self._every = every
        self._held: dict[uuid.UUID, type[LeasedJob]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, model: type[LeasedJob], token: uuid.UUID) -> None:
        with self._lock:
            self._held[token] = model
            # A fork copies this object but not its thread.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._renew_while_held, name="lease-renewer", daemon=True)
                self._thread.start()

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
            except DatabaseError as error:
                # The database is away: the next round may find it, and a lease that runs out is swept.
                log.warning("lease_renewal_failed", error=type(error).__name__)
            finally:
                connection.close()

    def renew(self) -> int:
        """Extend every lease held here; how many there still were."""
        with self._lock:
            held = dict(self._held)
        renewed = 0
        for model in set(held.values()):
            tokens = [token for token, of in held.items() if of is model]
            renewed += model._default_manager.filter(lease_token__in=tokens).update(lease_until=timezone.now() + LEASE)
        return renewed


_renewer = _Renewer()


@contextmanager
def keep_lease(job: LeasedJob, token: uuid.UUID) -> Iterator[None]:
    """Renew the lease in the background; the caller's own database connection is closed first, so that a waiting call
    holds none."""
    _renewer.hold(type(job), token)
    if not connection.in_atomic_block:  # a test inside a transaction keeps its own
        connection.close()
    try:
        yield
    finally:
        _renewer.drop(token)
