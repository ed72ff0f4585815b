"""The Celery workers, and how many connections to the database each process may hold.

deploy/systemd has the same set for a machine of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

CELERY = ("-m", "celery", "-A", "config")
# Threads, since a worker mostly waits for the model; nobody listens to what workers would tell each other.
WORKER_OPTIONS = ("--without-gossip", "--without-mingle")
# Those of a PostgreSQL that nobody has configured, less what it keeps for superusers.
MAX_CONNECTIONS = 100 - 3
# For migrations, a look by hand, a backup.
SPARE_CONNECTIONS = 20
# What deploy/gunicorn starts: web keeps one for each process, async has a pool.
WEB_PROCESSES = 2
ASYNC_CONNECTIONS = 8


@dataclass(frozen=True)
class Worker:
    """One Celery process. Its `threads` share `connections`, which they hold only while they read or write.

    With the pool `prefork` they are processes, each with a connection of its own.
    """

    name: str
    queues: str
    threads: int
    connections: int
    pool: str = "threads"

    @property
    def command(self) -> list[str]:
        """The arguments of Python."""
        options = [f"--pool={self.pool}", *WORKER_OPTIONS, f"--concurrency={self.threads}", "-n", f"{self.name}@%h"]
        return [*CELERY, "worker", "-Q", self.queues, *options]

    @property
    def settings(self) -> dict[str, str]:
        return {"DATABASE_POOL_SIZE": str(self.connections)}


# Hundreds of waiting calls; `python -m benchmarks.pools` compares it with others. Each takes the sweeps too, so that
# they are made while the others are full or dead.
PRODUCTION = (
    Worker("runs-1", "runs,maintenance", threads=150, connections=16),
    Worker("runs-2", "runs,maintenance", threads=150, connections=16),
    Worker("evaluations-1", "evaluations,maintenance", threads=25, connections=5),
    Worker("evaluations-2", "evaluations,maintenance", threads=25, connections=5),
)
# One talk; each worker more is a second of a core at the start.
ONE = (Worker("worker", "runs,evaluations,maintenance", threads=8, connections=8),)


def connections(workers: Sequence[Worker]) -> int:
    """The most that all processes together can hold; beat holds none."""
    return sum(worker.connections for worker in workers) + WEB_PROCESSES + ASYNC_CONNECTIONS
