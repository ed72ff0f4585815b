"""When to try again."""

import random

from apps.llm.responses import ModelError

# Calls of one job that a server began to work on, or that died with their worker.
MAX_ATTEMPTS = 4
_BASE_S = 1.0
_CAP_S = 15.0
# A server that asks for more than this is not waited for: the student has gone by then.
LONGEST_RETRY_AFTER_S = 60.0


def retry_delay(attempts: int, error: ModelError, *, waited_s: float) -> float | None:
    """Seconds until the next call, after `attempts` calls of which the last ended in `error`; None: give up.

    `waited_s` is how long the job has been worked on: a server that is away, starts or limits calls is asked as long
    as the job has time, after pauses that grow with it. The pause is what the server asks for in Retry-After, else has
    jitter, so that a hall of students does not come back in step.
    """
    if not error.retryable or (attempts >= MAX_ATTEMPTS and not error.absent):
        return None
    if error.retry_after is not None:
        return error.retry_after + random.uniform(0, 0.5) if error.retry_after <= LONGEST_RETRY_AFTER_S else None  # noqa: S311
    pause_s = waited_s if error.absent else _BASE_S * 2 ** (attempts - 1)
    return random.uniform(0.5, 1.0) * min(_CAP_S, max(_BASE_S, pause_s))  # noqa: S311
