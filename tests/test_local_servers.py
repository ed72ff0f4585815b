"""The servers that the demo and the tests run on."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.common import OperatorError, locked
from dev.paths import temporary_folder
from dev.processes import Process, Supervisor
from dev.servers import start_data_servers

pytestmark = pytest.mark.programs

ROOT = Path(__file__).resolve().parents[1]
START_AND_WAIT = """
import signal
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import start_data_servers

with temporary_folder() as folder, Supervisor() as supervisor:
    print(folder, start_data_servers(supervisor, folder)["DATABASE_URL"], flush=True)
    signal.pause()
"""


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    with Supervisor() as running:
        yield running


def python(code: str, log: Path, *, stop_signal: signal.Signals = signal.SIGTERM, grace_s: float = 15) -> Process:
    command = [sys.executable, "-uc", code]
    return Process("the program", command, log, os.environ, stop_signal=stop_signal, grace_s=grace_s)


@pytest.mark.parametrize("source", ["auto", "wheels"])
def test_postgres_and_redis_answer_and_leave_nothing_behind(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_SERVERS", source)
    with temporary_folder() as folder, Supervisor() as supervisor:
        addresses = start_data_servers(supervisor, folder)
        with closing(psycopg.connect(addresses["DATABASE_URL"])) as connection:
            encoding = connection.execute("SHOW server_encoding").fetchone()
        with closing(redis.Redis.from_url(addresses["REDIS_URL"])) as client:
            assert client.ping()
    assert encoding == ("UTF8",)
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(addresses["DATABASE_URL"])


def test_the_database_and_redis_want_their_password() -> None:
    with temporary_folder() as folder, Supervisor() as supervisor:
        addresses = start_data_servers(supervisor, folder)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(addresses["DATABASE_URL"], password="guessed")
        host = addresses["REDIS_URL"].rpartition("@")[2]
        with closing(redis.Redis.from_url(f"redis://{host}")) as client, pytest.raises(redis.AuthenticationError):
            client.ping()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_servers_end_with_a_killed_parent_and_the_next_start_removes_its_folder() -> None:
    parent = subprocess.Popen([sys.executable, "-c", START_AND_WAIT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout
        name, database_url = parent.stdout.readline().split()
    finally:
        parent.kill()
        parent.communicate()
    left = Path(name)
    pid = int((left / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    wait_for_end(pid)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database_url)
    with temporary_folder():
        assert not left.exists()


def wait_for_end(pid: int) -> None:
    """Wait for a process that is no child of ours."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(descriptor) as end:
        assert select.select([end], [], [], 30)[0], f"process {pid} goes on"


def test_data_is_kept_between_two_starts_in_one_folder() -> None:
    with temporary_folder() as folder:
        with Supervisor() as supervisor:
            addresses = start_data_servers(supervisor, folder, durable=True)
            with psycopg.connect(addresses["DATABASE_URL"]) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
            connection.close()
        with Supervisor() as supervisor:
            addresses = start_data_servers(supervisor, folder, durable=True)
            with closing(psycopg.connect(addresses["DATABASE_URL"])) as connection:
                assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_source_of_servers_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, supervisor: Supervisor
) -> None:
    monkeypatch.setenv("LOCAL_SERVERS", "docker")
    with pytest.raises(OperatorError, match="auto, system or wheels, not 'docker'"):
        start_data_servers(supervisor, tmp_path)


def test_a_process_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path, supervisor: Supervisor) -> None:
    process = python("import sys; print('no such database'); sys.exit(3)", tmp_path / "log")
    supervisor.start(process)
    with pytest.raises(OperatorError, match=r"the program ended by itself \(exit code 3\):\nno such database"):
        supervisor.wait_for("It", lambda: False)


def test_what_is_not_ready_in_time_is_told_with_its_log(tmp_path: Path, supervisor: Supervisor) -> None:
    log = tmp_path / "log"
    supervisor.start(python("import signal; print('still loading'); signal.pause()", log))
    supervisor.wait_for("The first line", lambda: "loading" in log.read_text())
    with pytest.raises(OperatorError, match=r"It was not ready within 0 s:\n-- the program\nstill loading"):
        supervisor.wait_for("It", lambda: False, timeout_s=0.1)


def test_a_process_that_ignores_the_signal_is_killed_after_its_grace_with_its_children(tmp_path: Path) -> None:
    deaf = (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); child = os.fork();"
        "child and print('child', child); signal.pause()"
    )
    log = tmp_path / "log"
    process = python(deaf, log, grace_s=0.2)
    with Supervisor() as supervisor:
        supervisor.start(process)
        supervisor.wait_for("The child", lambda: log.read_text().endswith("\n"))
        child = int(log.read_text().split()[1])
    assert process.popen.returncode == -signal.SIGKILL
    wait_for_end(child)


@pytest.fixture
def _in_the_background() -> Iterator[None]:
    """As in a script's background, or under nohup."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_in_the_background")
def test_a_process_stops_at_its_signal_where_we_ignore_that(tmp_path: Path) -> None:
    process = python("print('ready'); import signal; signal.pause()", tmp_path / "log", stop_signal=signal.SIGINT)
    with Supervisor() as supervisor:
        supervisor.start(process)
        supervisor.wait_for("It", lambda: process.log.read_text() != "")
    assert process.popen.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in process.log.read_text()


# The program starts one in a session of its own, which ignores what can be ignored, and tells its id.
RUN_TO_END = """
import os, sys
from dev import commands
from dev.processes import run_to_end
program = '''
import signal, subprocess, sys
deaf = "import signal; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 3, 15)]; print(flush=True); signal.pause()"
child = subprocess.Popen([sys.executable, "-c", deaf], start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
try:
    print(child.pid, flush=True)
    if sys.argv[1] == "waits":
        signal.pause()
finally:
    print("cleaned up", flush=True)
'''
commands.test = lambda rest: sys.exit(run_to_end([sys.executable, "-c", program, *rest], os.environ))
sys.exit(commands.main(["test", *sys.argv[1:]]))
"""


def run_to_end(what: str, *, ignored: tuple[signal.Signals, ...] = ()) -> tuple[subprocess.Popen[str], int]:
    """A `make test` with that program as its only check, and the id of what that has started."""

    def ignore() -> None:
        # Whoever runs these tests may ignore some themselves.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

    run = subprocess.Popen(
        [sys.executable, "-c", RUN_TO_END, what], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=ignore, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert run.stdout
    return run, int(run.stdout.readline())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a process what its children leave behind")
@pytest.mark.parametrize("ignored", [(), (signal.SIGINT, signal.SIGHUP)], ids=["plain", "nohup"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_an_interrupted_run_ends_what_it_started_and_leaves_nothing(
    number: signal.Signals, ignored: tuple[signal.Signals, ...]
) -> None:
    run, child = run_to_end("waits", ignored=ignored)
    # Ctrl-C and a closed terminal reach everybody, but for those who ignore them.
    (os.kill if number == signal.SIGTERM else os.killpg)(run.pid, number)
    if number in ignored:
        os.kill(run.pid, signal.SIGTERM)
    said, complaint = run.communicate(timeout=60)
    assert "cleaned up" in said or number == signal.SIGHUP
    assert (run.returncode, "Interrupted" in complaint) == (130, True)
    wait_for_end(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a process what its children leave behind")
def test_a_run_that_ends_by_itself_leaves_nothing_either() -> None:
    run, child = run_to_end("ends")
    run.communicate(timeout=60)
    assert run.returncode == 0
    wait_for_end(child)


def is_ready(log: Path) -> bool:
    return log.read_text().startswith("ready")


def test_what_started_last_stops_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, pathlib\n"
        "def end(*_):\n"
        "    with open({order!r}, 'a') as file: file.write({name!r})\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('ready'); signal.pause()"
    )
    with Supervisor() as supervisor:
        for name in "abc":
            log = tmp_path / name
            supervisor.start(python(code.format(order=str(order), name=name), log))
            supervisor.wait_for(name, partial(is_ready, log))
    assert order.read_text() == "cba"


def test_a_folder_in_use_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(OperatorError, match="taken"), locked(tmp_path, refusal="taken"):
        pass
    with locked(tmp_path, refusal="taken"):
        pass
