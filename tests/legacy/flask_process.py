"""The old service's stand-in as a process."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.common import PYTHON
from dev.processes import Process
from dev.servers import free_port
from dev.system import responds
from tests.stack import wait_until

SECRET_KEY = "the old service's key of the tests, 32 bytes and more"


class FlaskProcess:
    """It runs from `start` to `stop`, or inside a block; `url` is its address without /api."""

    def __init__(self, database_url: str, *, secret_key: str = SECRET_KEY, workers: int = 2) -> None:
        self.secret_key = secret_key
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # One word, since a key may begin with a hyphen.
        options = ["--database-url", database_url, f"--secret-key={secret_key}", "--workers", str(workers)]
        command: list[str | Path] = [PYTHON, "-m", "tests.legacy.service", *options, "--port", str(self.port)]
        self._folder = tempfile.TemporaryDirectory()
        log = Path(self._folder.name) / "flask.log"
        self.process = Process("flask", command, log, {"PYTHONUNBUFFERED": "1"}, grace_s=0)

    def start(self) -> None:
        """Return once it answers from its database."""
        self.process.start()
        wait_until(lambda: responds(f"{self.url}/api/all_users"), "the old service answers", self.process)

    def stop(self) -> None:
        """End it at once; it can be started again on the same port until the block ends."""
        self.process.end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()
