"""Start processes, see that they live, stop them: nothing that was started here outlives its supervisor."""

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

# What interrupts a run.
INTERRUPTIONS = frozenset({signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class TerminatedError(KeyboardInterrupt):
    """SIGTERM or a closed terminal: unlike Ctrl-C it may have reached this process alone."""


def default_signals() -> None:
    """In a child before its program: have the signals that stop it do so.

    Whoever runs in the background of a script, or under nohup, ignores SIGINT, and programs leave it at that.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True)
class Account:
    """Whom a process runs as; the empty one is whoever calls."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> Self:
        """initdb refuses root, so root's servers are nobody's."""
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
        """A folder of its own that only this account can read."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        return folder


Command = Sequence[str | Path]


def _prepare(stop_signal: signal.Signals) -> None:
    """In a child before its program: it gets this signal when its parent has died, and none is held back from it."""
    default_signals()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTIONS)
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))


@dataclass
class Process:
    """One long-running program; everything it prints goes to its log."""

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
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which stops all in order."""
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
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def ask_to_stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(self.stop_signal)

    def end(self) -> None:
        """Wait its grace, then end whatever is left of its session."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(self.grace_s)
        if not self._id_is_anothers():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def _id_is_anothers(self) -> bool:
        """Whether its id has been given to another process by now.

        Once it has been waited for, its id is kept from others only for as long as something of its session is left.
        """
        if self.popen.returncode is None:
            return False
        try:
            os.getpgid(self.popen.pid)
        except ProcessLookupError:
            return False
        return True


class Supervisor:
    """Processes that belong together: what was started last is stopped first."""

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
        """The process of this name, such as "PostgreSQL"."""
        return next(process for process in self._running if process.name == name)

    def start(self, *processes: Process) -> None:
        """Start a group; its processes are also stopped at the same time."""
        group: list[Process] = []
        self._groups.append(group)
        for process in processes:
            process.start()
            group.append(process)

    @contextlib.contextmanager
    def starting(self, process: Process) -> Iterator[None]:
        """Start it, and take it back where what is done meanwhile fails."""
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
        """Of what was started, in that order."""
        return [process.name for process in self._running]

    def check(self) -> None:
        """Raise OperatorError, with its last words, if a process has ended by itself."""
        for process in self._running:
            code = process.popen.poll()
            if code is not None:
                raise OperatorError(f"{process.name} ended by itself ({_ending(code)}):\n{process.last_lines()}")

    def wait_for(self, what: str, ready: Callable[[], bool], *, timeout_s: float = 60) -> None:
        """Return as soon as `ready` says so; OperatorError when a process ends first or time is up."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                logs = "\n".join(f"-- {process.name}\n{process.last_lines(5)}" for process in self._running)
                raise OperatorError(f"{what} was not ready within {timeout_s:.0f} s:\n{logs}")
            time.sleep(0.03)

    def stop(self) -> None:
        """Stop everything; a second Ctrl-C meanwhile changes nothing."""
        with _unhurried():
            while self._groups:
                group = self._groups.pop()
                for process in group:
                    process.ask_to_stop()
                for process in group:
                    process.end()


def run_to_end(command: Command, environment: Mapping[str, str], *, grace_s: float = 30) -> int:
    """The exit code of a program at this terminal. When it has ended, or is stopped with us, so has all it started."""
    others = _children()
    if _libc:  # what its processes leave behind becomes ours
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    # From the moment that there is one, an interruption ends it too.
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
        with _unhurried(), contextlib.suppress(subprocess.TimeoutExpired):
            if isinstance(interruption, TerminatedError):
                program.send_signal(signal.SIGINT)
            program.wait(grace_s)
        raise
    finally:
        with _unhurried():
            if program.poll() is None:
                program.kill()
                program.wait()
            _end_children(others)


def _children() -> set[int]:
    """Ids of the processes whose parent this one is; none where there is no /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name, in parentheses, may hold anything.
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(stat.parent.name))
    return found


def _end_children(others: set[int]) -> None:
    """End all but `others`, after a moment, since many end with their parent, and theirs, which then become ours."""
    deadline = time.monotonic() + 3
    while left := _children() - others:
        for child in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                if time.monotonic() > deadline:
                    os.kill(child, signal.SIGKILL)
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.02)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


@contextlib.contextmanager
def _unhurried() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
