"""The offline OpenAI server as a fixture, and a handle to script it: which faults come next, what it was sent.

It is a real HTTP server on a free port of this machine; what is tested against it goes through the real client.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import Request, urlopen

import pytest
from pytest_django.fixtures import Settings

from openai_emulator.server.http_server import EmulatorServer

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 10


class Emulator:
    """A running emulator. `base_url` is what OPENAI_BASE_URL takes."""

    def __init__(self, *, api_key: str = "", latency_s: float = 0.0) -> None:
        self._server = EmulatorServer(api_key=api_key, latency_s=latency_s).start()
        self.url = self._server.url

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def fault(self, kind: str, **details: Any) -> None:
        """Let the next call go wrong; `details` are times (0: until cleared), only, path, retry_after, text, ..."""
        self._control("POST", "faults", {"kind": kind, **details})

    def faults(self) -> list[dict[str, Any]]:
        """The faults still to come."""
        return self._control("GET", "faults")["faults"]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change latency_s, background_polls, fault_share, fault_kinds or fault_seed; gives back all settings."""
        return self._control("POST", "settings", changes)

    def requests(self, limit: int = 100) -> list[dict[str, Any]]:
        """What it was sent, oldest first: method, path, headers (without keys), json, and the seconds of the clock at
        which it was received, its first text went out (null: none yet) and it ended."""
        return self._control("GET", f"requests?limit={limit}")["requests"]

    def stats(self) -> dict[str, Any]:
        return self._control("GET", "stats")

    def clear(self) -> None:
        """No faults, no memory of requests, the default settings."""
        self._control("DELETE", "faults")
        self._control("DELETE", "requests")
        self.settings(latency_s=0.0, background_polls=1, fault_share=0.0, fault_kinds=[], fault_seed=0)

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _control(self, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/emulator/{what}", data=data, method=method), timeout=TIMEOUT) as answer:
            return json.load(answer)


class EmulatorProcess(Emulator):
    """The same in a process of its own, as it runs beside the other servers; `process` can be sent signals."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "openai_emulator", "--port", "0", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise RuntimeError(f"the emulator did not start: {line!r}")
        self.url = "http://" + line.split("http://")[1].split("/")[0]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(scope="session")
def openai_emulator_server() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def openai_emulator(openai_emulator_server: Emulator) -> Emulator:
    """The emulator of this test session, without what earlier tests left in it."""
    openai_emulator_server.clear()
    return openai_emulator_server


@pytest.fixture
def emulator(openai_emulator: Emulator, settings: Settings) -> Emulator:
    """The emulator, cleared of faults, as the model that the settings name."""
    settings.OPENAI_BASE_URL = openai_emulator.base_url
    return openai_emulator
