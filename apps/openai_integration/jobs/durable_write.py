"""Retries writing a paid-for LLM result while the database is briefly down."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

# Less than a lease lasts after its last renewal: whoever writes later finds that it is not his any more.
PATIENCE_S = 12.0
TRY_EVERY_S = 0.5


def write_with_retry(write: Callable[[], Result]) -> Result:
    """What `write` returns, tried for some seconds while the database is away; then its error.

    A try may have been committed before its answer was lost, so a second one must change nothing then: it is a
    conditional UPDATE by the lease.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() >= until:
                raise
            log.warning("write_tried_again", error=type(error).__name__)
            connection.close()
            time.sleep(TRY_EVERY_S)
