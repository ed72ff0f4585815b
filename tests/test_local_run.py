"""`make run` at a terminal, from its start to Ctrl-C."""

import contextlib
import json
import os
import select
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.paths import temporary_folder
from dev.processes import default_signals
from dev.servers import free_port, port_is_free

ROOT = Path(__file__).resolve().parents[1]
# The packages are those of the venv that runs the tests; nothing is installed in the middle of them.
RUN = """
import sys
from dev import commands, run, system
run.install = lambda name: None
system.PYTHON = sys.executable
sys.exit(commands.main(["run"]))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as path:
        yield path


class Terminal:
    """`make run` with a terminal of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        driver, makefile = folder / "driver.py", folder / "Makefile"
        driver.write_text(RUN)
        makefile.write_text(f"run:\n\t@exec {shlex.quote(sys.executable)} {driver}\n")
        self.screen, inside = os.openpty()
        self.text = ""
        self.make = subprocess.Popen(
            ["setsid", "--ctty", "make", "-f", makefile, "run"],
            cwd=ROOT,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env={**os.environ, "PYTHONPATH": str(ROOT), "RUN_PORT": str(port), "RUN_FOLDER": str(folder / "kept")},
            preexec_fn=default_signals,
        )
        os.close(inside)

    def read_until(self, words: str, timeout_s: float = 120) -> None:
        deadline = time.monotonic() + timeout_s
        while words not in self.text:
            readable, _, _ = select.select([self.screen], [], [], max(0, deadline - time.monotonic()))
            assert readable, f"{words!r} did not come in time:\n{self.text}"
            self.text += self._read()

    def _read(self) -> str:
        try:
            return os.read(self.screen, 4096).decode(errors="replace")
        except OSError as error:  # how Linux says that the other side has closed the terminal
            raise AssertionError(f"make ended:\n{self.text}") from error

    def press_ctrl_c(self) -> int:
        os.write(self.screen, b"\x03")
        with contextlib.suppress(AssertionError):
            self.read_until("nothing of the kind")
        return self.make.wait(60)

    def close(self) -> None:
        self.make.terminate()
        self.make.wait(60)
        os.close(self.screen)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[int], Terminal]]:
    with contextlib.ExitStack() as opened:

        def start(port: int) -> Terminal:
            terminal = Terminal(folder, port)
            opened.callback(terminal.close)
            return terminal

        yield start


def call(url: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.stack
@pytest.mark.timeout(400)
def test_run_serves_everything_behind_one_address_keeps_its_data_and_stops_at_ctrl_c(
    start: Callable[[int], Terminal], folder: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    new = {"email": "new@example.org", "username": "New", "password": "a long enough phrase 7"}

    terminal = start(port)
    terminal.read_until("Ctrl-C stops it.")
    for path in ("/", "/health/ready", "/admin/login/", "/api/docs/", "/static/admin/css/base.css"):
        assert call(address + path)[0] == 200, path
    assert call(f"{address}/api/v2/runs/{'0' * 8}-0000-4000-8000-{'0' * 12}/events/")[0] in (401, 404)
    assert call(f"{address}/api/v2/auth/register/", new)[0] == 201
    assert "student@example.org" in terminal.text
    assert terminal.press_ctrl_c() == 0, terminal.text
    assert "Stopped" in terminal.text
    assert port_is_free(port)
    assert not processes_that_name(folder)

    again = start(port)
    again.read_until("Ctrl-C stops it.")
    assert "Account  student@example.org  password: " in again.text
    assert "created" not in again.text
    assert call(f"{address}/api/v2/auth/login/", {"email": new["email"], "password": new["password"]})[0] == 200
    assert again.press_ctrl_c() == 0, again.text
    assert not processes_that_name(folder)


def processes_that_name(folder: Path) -> list[bytes]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in (command := path.read_bytes()):
                found.append(command)
    return found


def make_run(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "run", f"PYTHON={sys.executable}"],
        check=False,
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )


def test_a_port_in_use_is_told_in_a_sentence_that_names_the_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = make_run(RUN_PORT=str(taken.getsockname()[1]))
    assert done.returncode != 0
    assert "is in use" in done.stderr
    assert "RUN_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_none_is_told_in_a_sentence_that_names_the_variable() -> None:
    done = make_run(RUN_PORT="eighty")
    assert done.returncode != 0
    assert "RUN_PORT is a port number, not 'eighty'" in done.stderr
