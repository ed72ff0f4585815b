"""`deploy/switch PHASE [PERCENT]`: which service has which addresses, from one moment to the next.

Without a phase it tells the present one. Exit 0: done; 1: refused or failed, and all is as before; 2: wrong usage.
"""

import argparse
import contextlib
import os
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.common import PYTHON, ROOT, OperatorError, locked
from deploy.nginx import files
from deploy.nginx.files import CANARY, Step, Written

DEFAULT_PERCENT = 5
RELOAD_TIMEOUT_S = 10
# Every worker has its turn to answer; one of before the reload would show in so many new connections.
SAME_ANSWERS = 12


def main(arguments: list[str]) -> int:
    """Run it and say in one line what was done."""
    chosen = _parse(arguments)
    nginx = Nginx(Path(chosen.folder), shlex.split(chosen.nginx), chosen.url)
    try:
        if chosen.phase is None:
            print(nginx.tell())
        else:
            percent = (chosen.percent or DEFAULT_PERCENT) if chosen.phase == CANARY else 0
            print(switch(nginx, Step(chosen.phase, percent)))
    except (OperatorError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    def option(name: str, variable: str, default: str, text: str) -> None:
        help_text = f"{text}; {variable}, else {default}"
        parser.add_argument(name, default=os.environ.get(variable) or default, help=help_text)

    parser = argparse.ArgumentParser(prog="deploy/switch", description=__doc__)
    parser.add_argument("phase", nargs="?", type=int, choices=files.phases(), metavar="PHASE", help="0 to 4")
    parser.add_argument("percent", nargs="?", type=int, metavar="PERCENT", help="phase 2: clients that come here, 1-99")
    option("--folder", "SWITCH_FOLDER", "/etc/nginx/virtual-patient", "the folder that nginx includes")
    option("--nginx", "SWITCH_NGINX", "nginx", "the command that tests and reloads nginx, with -t and -s reload")
    option("--url", "SWITCH_URL", "http://127.0.0.1:8009/", "where nginx tells what it serves")
    chosen = parser.parse_args(arguments)
    if chosen.percent is not None and (chosen.phase != CANARY or not 1 <= chosen.percent <= 99):
        parser.error("PERCENT is from 1 to 99, and only phase 2 takes it")
    return chosen


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its folder of ours, its command, and where it tells what it serves."""

    folder: Path
    command: list[str]
    url: str

    def tell(self) -> str:
        """The present phase; OperatorError when nginx serves something else than its folder has."""
        found = files.written(self.folder)
        if found is None:
            raise OperatorError(f"No phase has been written to {self.folder} yet.")
        if self.served() != found.stamp:
            raise OperatorError(f"{self.folder} has {found.step}, but nginx at {self.url} does not serve it.")
        return f"{found.step} is served"

    def served(self) -> str:
        """The stamp of what a worker serves; "" when none answers."""
        # Never through a proxy that the caller's environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.url, timeout=2) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def test(self) -> None:
        self._run("-t")

    def reload(self) -> None:
        self._run("-s", "reload")

    def _run(self, *options: str) -> None:
        done = subprocess.run([*self.command, *options], check=False, capture_output=True, text=True)
        if done.returncode:
            raise OperatorError(
                f"{shlex.join([*self.command, *options])} failed:\n{(done.stderr or done.stdout).strip()}"
            )

    def wait_for(self, wanted: Written) -> None:
        """Return once every new connection meets the wanted phase."""
        deadline = time.monotonic() + RELOAD_TIMEOUT_S
        same = 0
        while same < SAME_ANSWERS:
            same = same + 1 if self.served() == wanted.stamp else 0
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"nginx was reloaded, but {self.url} did not tell of {wanted.step} within {RELOAD_TIMEOUT_S} s: "
                    "is site.conf included in its http block? Its error log may say more."
                )
            if not same:
                time.sleep(0.01)


def switch(nginx: Nginx, step: Step) -> str:
    """Have nginx serve this step, or leave everything as it was and raise OperatorError; returns what was done."""
    if not nginx.folder.is_dir():
        raise OperatorError(f"{nginx.folder} is missing: make it with the files of deploy/nginx/machine, filled in.")
    with locked(nginx.folder, refusal="Another switch is under way."):
        before = files.written(nginx.folder)
        _refuse_unvetted(step, before.step if before else None)
        started = time.monotonic()
        with _put_back_on_failure(nginx):
            wanted = files.write(nginx.folder, step, nginx.command)
            nginx.test()
            nginx.reload()
            nginx.wait_for(wanted)
    took = time.monotonic() - started
    return f"{step} is served, {took:.2f} s after it was written; before: {before.step if before else 'none'}"


@contextlib.contextmanager
def _put_back_on_failure(nginx: Nginx) -> Iterator[None]:
    paths = [nginx.folder / name for name in (files.SITE, files.PHASE)]
    before = {path: path.read_text() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, text in before.items():
            files.put(path, text)
        with contextlib.suppress(OperatorError):  # nginx goes on with what it has
            nginx.reload()
        raise


def _refuse_unvetted(step: Step, before: Step | None) -> None:
    """Authoring is for approved roles here, so those who author there must have been looked at first."""
    if step.phase < CANARY or (before and step <= before):
        return
    python = os.environ.get("PYTHON") or (PYTHON if PYTHON.exists() else sys.executable)
    command = [python, "manage.py", "approve_roles", "--check"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise OperatorError(f"Refused: {step} sends authoring here, and manage.py approve_roles --check says:\n{said}")
