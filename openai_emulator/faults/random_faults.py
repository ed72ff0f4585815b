"""Random faults for a share of the calls, of all kinds that real servers have. For long load tests."""

import random
import threading

from openai_emulator.faults.fault_book import Fault

# Seconds; short enough for a run to survive it.
HANG_S, SLOW_S, RETRY_AFTER_S = 3.0, 2.0, 1.0
# The default kinds. An exhausted quota, a refused key and the like occur only if named.
CHANCES: dict[str, Fault] = {
    "rate_limit": Fault("rate_limit"),
    "rate_limit_retry_after": Fault("rate_limit", retry_after=RETRY_AFTER_S),
    "server_error": Fault("server_error"),
    "reset": Fault("reset"),
    "hang": Fault("hang", seconds=HANG_S),
    "slow": Fault("slow", seconds=SLOW_S),
    "cut_stream": Fault("cut_stream"),
    "garbage": Fault("garbage"),
    "empty_body": Fault("empty_body"),
    "refusal": Fault("refusal"),
    "incomplete": Fault("incomplete"),
    "failed": Fault("failed_after_queued"),
    "empty_text": Fault("empty_text"),
}
# Kinds that must be named.
RARE: dict[str, Fault] = {
    "insufficient_quota": Fault("insufficient_quota"),
    "content_filter": Fault("content_filter"),
    "unauthorized": Fault("unauthorized"),
}
KINDS = (*CHANCES, *RARE)


class Chance:
    """Draws faults. The same seed gives the same faults in the order of the calls."""

    def __init__(self, share: float = 0.0, kinds: list[str] | None = None, seed: int | None = None) -> None:
        self._share = share
        self._kinds = kinds or list(CHANCES)
        self._random = random.Random(seed)  # noqa: S311
        self._lock = threading.Lock()

    def draw(self) -> Fault | None:
        """A fault for this call, or None."""
        if not self._share:
            return None
        with self._lock:
            if self._random.random() >= self._share:
                return None
            kind = self._random.choice(self._kinds)
        return CHANCES.get(kind) or RARE[kind]
