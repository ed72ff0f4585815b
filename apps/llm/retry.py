"""When to try again."""

import random

from apps.llm.responses import ModelError

MAX_ATTEMPTS = 4
_BASE_S = 1.0
_CAP_S = 20.0
# A server that asks for more than this is not waited for: the student has gone by then.
LONGEST_RETRY_AFTER_S = 60.0


def retry_delay(attempts: int, error: ModelError) -> float | None:
    """Seconds until the next call, after `attempts` calls of which the last ended in `error`; None: give up.

    What the server asks for in Retry-After, else full jitter over an exponential backoff, so that a hall of students
    does not come back in step.
    """
    if not error.retryable or attempts >= MAX_ATTEMPTS:
        return None
    if error.retry_after is not None:
        return error.retry_after + random.uniform(0, 0.5) if error.retry_after <= LONGEST_RETRY_AFTER_S else None  # noqa: S311
    return random.uniform(0.2, 1.0) * min(_CAP_S, _BASE_S * 2 ** (attempts - 1))  # noqa: S311
