"""Retries a write of paid-for model output while the database is briefly down."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

# Shorter than what remains of a lease after its last renewal, so that a late write finds the lease expired.
RETRY_FOR_S = 12.0
RETRY_INTERVAL_S = 0.5


def write_with_retry(write: Callable[[], Result]) -> Result:
    """Return `write()`, retried for up to 12 seconds while the database is down; then raise its error.

    An attempt may have been committed although its response was lost. So `write` must be safe to repeat, such as an
    UPDATE that is conditional on the lease.
    """
    until = time.monotonic() + RETRY_FOR_S
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() >= until:
                raise
            log.warning("write_tried_again", error=type(error).__name__)
            connection.close()
            time.sleep(RETRY_INTERVAL_S)
