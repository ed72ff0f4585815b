"""Start, watch and stop processes; none that was started here outlives its supervisor."""

import contextlib
import ctypes
import functools
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.common import ROOT, OperatorError

# Signals that interrupt a run.
INTERRUPTIONS = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class TerminatedError(KeyboardInterrupt):
    """SIGTERM or a closed terminal. Unlike Ctrl-C, it may have reached this process only."""


def default_signals() -> None:
    """Reset the signals that stop a child, before it runs its program.

    A process in the background of a script, or under nohup, ignores SIGINT, and its children inherit that.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True)
class Account:
    """The account that a process runs as; the empty one is the caller's."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> Self:
        """Return `nobody` for root, since initdb refuses root; otherwise the caller's own account."""
        if os.getuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def make_folder(self, folder: Path) -> Path:
        """Make a folder that only this account can read."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        return folder


Command = Sequence[str | Path]


def _prepare(stop_signal: signal.Signals) -> None:
    """In a child, before it runs its program: unblock signals, and have it get this one when its parent dies."""
    default_signals()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTIONS)
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))


@dataclass
class Process:
    """One long-running program; all its output goes to its log."""

    name: str
    command: Command
    log: Path
    environment: Mapping[str, str]
    account: Account = field(default_factory=Account)
    folder: Path = ROOT
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 15
    pass_fds: tuple[int, ...] = ()
    popen: subprocess.Popen[bytes] = field(init=False, repr=False)

    def start(self) -> None:
        """Start it in its own session, so that Ctrl-C reaches only the supervisor, which stops all in order."""
        with self.log.open("wb") as output:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd=self.folder,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=functools.partial(_prepare, self.stop_signal),
                **self.account.options(),
            )

    def last_lines(self, count: int = 15) -> str:
        """Return the last `count` lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(self.stop_signal)

    def end(self) -> None:
        """Wait for `grace_s`, then kill what is left of its session."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(self.grace_s)
        if not self._pid_was_reused():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def _pid_was_reused(self) -> bool:
        """Whether another process may have its id by now.

        After the process has been waited for, its id stays reserved only while its session has other processes.
        """
        if self.popen.returncode is None:
            return False
        try:
            os.getpgid(self.popen.pid)
        except ProcessLookupError:
            return False
        return True


class Supervisor:
    """Processes that belong together; they are stopped in the reverse order of their start."""

    def __init__(self) -> None:
        self._groups: list[list[Process]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, where: TracebackType | None) -> None:
        self.stop()

    @property
    def _running(self) -> list[Process]:
        return [process for group in self._groups for process in group]

    def named(self, name: str) -> Process:
        """Return the process with this name, such as "PostgreSQL"."""
        return next(process for process in self._running if process.name == name)

    def start(self, *processes: Process) -> None:
        """Start a group of processes, which are also stopped at the same time."""
        group: list[Process] = []
        self._groups.append(group)
        for process in processes:
            process.start()
            group.append(process)

    @contextlib.contextmanager
    def starting(self, process: Process) -> Iterator[None]:
        """Start it, and stop it again if the block fails."""
        self.start(process)
        try:
            yield
        except BaseException:
            self._groups.remove([process])
            process.ask_to_stop()
            process.end()
            raise

    @property
    def names(self) -> list[str]:
        """The names of the processes, in the order of their start."""
        return [process.name for process in self._running]

    def check(self) -> None:
        """Raise OperatorError, with the end of its log, if a process has ended by itself."""
        for process in self._running:
            code = process.popen.poll()
            if code is not None:
                raise OperatorError(f"{process.name} ended by itself ({_describe_exit(code)}):\n{process.last_lines()}")

    def wait_for(self, what: str, ready: Callable[[], bool], *, timeout_s: float = 60) -> None:
        """Return as soon as `ready()` is true; OperatorError if a process ends before that or time runs out."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                logs = "\n".join(f"-- {process.name}\n{process.last_lines(5)}" for process in self._running)
                raise OperatorError(f"{what} was not ready within {timeout_s:.0f} s:\n{logs}")
            time.sleep(0.03)

    def stop(self) -> None:
        """Stop everything; a second Ctrl-C has no effect meanwhile."""
        with _stop_signals_ignored():
            while self._groups:
                group = self._groups.pop()
                for process in group:
                    process.ask_to_stop()
                for process in group:
                    process.end()


def run_to_end(command: Command, environment: Mapping[str, str], *, grace_s: float = 30) -> int:
    """Run a program at this terminal and return its exit code.

    When this returns or is interrupted, everything that the program started has ended too.
    """
    others = _children()
    if _libc:  # orphans of its processes become our children
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    # Interruptions wait until `program` is set, so that they end it too.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTIONS)
    try:
        program = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), preexec_fn=functools.partial(_prepare, signal.SIGINT)
        )
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return program.wait()
    except KeyboardInterrupt as interruption:
        with _stop_signals_ignored(), contextlib.suppress(subprocess.TimeoutExpired):
            if isinstance(interruption, TerminatedError):
                program.send_signal(signal.SIGINT)
            program.wait(grace_s)
        raise
    finally:
        with _stop_signals_ignored():
            if program.poll() is None:
                program.kill()
                program.wait()
            _end_children(others)


def _children() -> set[int]:
    """Ids of this process's children; empty without /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in parentheses may contain anything, so split after it.
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(stat.parent.name))
    return found


def _end_children(others: set[int]) -> None:
    """Wait for all children but `others`, with orphans that become ours, and kill them after three seconds."""
    deadline = time.monotonic() + 3
    while left := _children() - others:
        for child in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                if time.monotonic() > deadline:
                    os.kill(child, signal.SIGKILL)
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.02)


def _describe_exit(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


@contextlib.contextmanager
def _stop_signals_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
