"""Faults that the tests must catch: `python -m tests.seeded_faults [NAME...]`.

In a throw-away copy of the working tree it makes one fault after the other and runs the tests that must fail of it. It
prints caught or MISSED for each, or BROKEN where those tests fail without the fault too, and exits with 1 where one was
not caught.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.common import ROOT
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import start_data_servers
from tests.seeded_fault_list import FAULTS, Fault

# How pytest ends where all tests have passed, and where one has failed; another code is no test's verdict.
PASSED, FAILED = 0, 1


def copy_to(folder: Path) -> None:
    """The working tree, without what git does not know; the packages are those of this tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")


def verdict(fault: Fault, clone: Path, settings: Mapping[str, str]) -> str:
    """ "caught", "MISSED", or "BROKEN" where its tests fail without it too; the file is as it was afterwards."""
    if _run(fault, clone, settings) != PASSED:
        return "BROKEN"
    path = clone / fault.file
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace(fault.text, fault.replacement), encoding="utf-8")
    try:
        return "caught" if _run(fault, clone, settings) == FAILED else "MISSED"
    finally:
        path.write_text(good, encoding="utf-8")


def _run(fault: Fault, clone: Path, settings: Mapping[str, str]) -> int:
    """The exit code of its tests."""
    options = ["-q", "-x", "--reuse-db", "-p", "no:cacheprovider", *(["-k", fault.named] if fault.named else [])]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *fault.tests],
        cwd=clone, env=dict(settings), check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode not in {PASSED, FAILED}:
        print((done.stdout + done.stderr)[-2000:], file=sys.stderr)
    return done.returncode


def main(names: list[str]) -> int:
    """Try those of these names, or all of them."""
    unknown = set(names) - {fault.name for fault in FAULTS}
    if unknown:
        print(f"There is no {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    chosen = [fault for fault in FAULTS if not names or fault.name in names]
    missed = 0
    with temporary_folder() as folder, Supervisor() as supervisor:
        clone = folder / "clone"
        clone.mkdir(mode=0o755)
        copy_to(clone)
        # Python takes a file of the same second and size for the one that it has compiled.
        settings = {**os.environ, **start_data_servers(supervisor, folder), "PYTHONDONTWRITEBYTECODE": "1"}
        for fault in chosen:
            started = time.monotonic()
            found = verdict(fault, clone, settings)
            missed += found != "caught"
            print(f"{found} {time.monotonic() - started:5.0f} s  {fault.name}", flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
