"""The Celery workers, and how many database connections each process may hold.

deploy/systemd starts the same set in production.
"""

from collections.abc import Sequence
from dataclasses import dataclass

CELERY = ("-m", "celery", "-A", "config")
# Nothing uses what workers would report to each other.
WORKER_OPTIONS = ("--without-gossip", "--without-mingle")
# PostgreSQL's default max_connections, less those reserved for superusers.
MAX_CONNECTIONS = 100 - 3
# Left for migrations, dbshell and backups.
SPARE_CONNECTIONS = 20
# As deploy/gunicorn starts them: each web process keeps one connection, async has a pool.
WEB_PROCESSES = 2
ASYNC_CONNECTIONS = 8


@dataclass(frozen=True)
class Worker:
    """One Celery worker. Its `threads` share `connections`, and hold one only while they read or write.

    With the pool `prefork` the threads are processes, each with its own connection.
    """

    name: str
    queues: str
    threads: int
    connections: int
    pool: str = "threads"

    @property
    def command(self) -> list[str]:
        """The arguments for Python."""
        options = [f"--pool={self.pool}", *WORKER_OPTIONS, f"--concurrency={self.threads}", "-n", f"{self.name}@%h"]
        return [*CELERY, "worker", "-Q", self.queues, *options]

    @property
    def settings(self) -> dict[str, str]:
        return {"DATABASE_POOL_SIZE": str(self.connections)}


# Threads suit hundreds of waiting calls; `python -m benchmarks.pools` compares this set with others. Each worker also
# takes sweeps, so that they run while the others are busy or dead.
PRODUCTION_WORKERS = (
    Worker("runs-1", "runs,maintenance", threads=150, connections=16),
    Worker("runs-2", "runs,maintenance", threads=150, connections=16),
    Worker("evaluations-1", "evaluations,maintenance", threads=25, connections=5),
    Worker("evaluations-2", "evaluations,maintenance", threads=25, connections=5),
)
# Enough for one consultation; each further worker takes a core for a second at the start.
SINGLE_WORKER = (Worker("worker", "runs,evaluations,maintenance", threads=8, connections=8),)


def total_connections(workers: Sequence[Worker]) -> int:
    """Return the most connections that all processes together can hold; beat holds none."""
    return sum(worker.connections for worker in workers) + WEB_PROCESSES + ASYNC_CONNECTIONS
