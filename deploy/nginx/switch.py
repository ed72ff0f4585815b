"""`deploy/switch PHASE [PERCENT] [--demote-rest]`: which service has which addresses, from one moment to the next.

Without a phase it tells the present one. Exit 0: done; 1: refused or failed, and all is as before; 2: wrong usage.
"""

import argparse
import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from deploy.common import PYTHON, ROOT, OperatorError, locked
from deploy.nginx import files
from deploy.nginx.files import CANARY, Step, WrittenPhase

# Only approved roles may author here. From the first of these phases on authors are sent here, from the second on all.
AUTHORING_HERE = 1
EVERYTHING_HERE = 3
DEFAULT_PERCENT = 5
RELOAD_TIMEOUT_S = 10
# Far more than it takes, unless somebody holds the accounts' rows.
APPROVE_ROLES_TIMEOUT_S = 60
# Of a terminal that is closed, Ctrl-C, and kill.
STOPPING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
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
            with _signals_as_errors():
                print(switch(nginx, Step(chosen.phase, percent), demote_rest=chosen.demote_rest))
    except (OperatorError, OSError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def _signals_as_errors() -> Iterator[None]:
    """Have the first signal to stop raise OperatorError, so that all is put back; the others then change nothing."""

    def stop(number: int, frame: object) -> NoReturn:
        _ignore_signals()
        raise OperatorError(f"Stopped by {signal.Signals(number).name}.")

    # What nohup has set stays.
    heard = {number: signal.getsignal(number) for number in STOPPING if signal.getsignal(number) != signal.SIG_IGN}
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """What is put back is put back whole; `_signals_as_errors` ends it."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _parse(arguments: list[str]) -> argparse.Namespace:
    def option(name: str, variable: str, default: str, text: str) -> None:
        help_text = f"{text}; {variable}, else {default}"
        parser.add_argument(name, default=os.environ.get(variable) or default, help=help_text)

    parser = argparse.ArgumentParser(prog="deploy/switch", description=__doc__)
    parser.add_argument("phase", nargs="?", type=int, choices=files.phases(), metavar="PHASE", help="0 to 4")
    parser.add_argument("percent", nargs="?", type=int, metavar="PERCENT", help="phase 2: clients that come here, 1-99")
    parser.add_argument("--demote-rest", action="store_true",
                        help="on a step forward that sends authors here: make students of those whose claim to power "
                             "nobody has approved by then")  # fmt: skip
    option("--folder", "SWITCH_FOLDER", "/etc/nginx/virtual-patient", "the folder that nginx includes")
    option("--nginx", "SWITCH_NGINX", "nginx", "the command that tests and reloads nginx, with -t and -s reload")
    option("--url", "SWITCH_URL", "http://127.0.0.1:8009/", "where nginx tells what it serves")
    chosen = parser.parse_args(arguments)
    if chosen.percent is not None and (chosen.phase != CANARY or not 1 <= chosen.percent <= 99):
        parser.error("PERCENT is from 1 to 99, and only phase 2 takes it")
    if chosen.demote_rest and chosen.phase is None:
        parser.error("--demote-rest goes with a phase")
    return chosen


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its folder of ours, its command, and where it tells what it serves."""

    folder: Path
    command: list[str]
    url: str

    def tell(self) -> str:
        """The present phase; OperatorError when nginx serves something else than its folder has."""
        found = files.current_phase(self.folder)
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
        self._run_nginx("-t")

    def reload(self) -> None:
        self._run_nginx("-s", "reload")

    def _run_nginx(self, *options: str) -> None:
        done = subprocess.run([*self.command, *options], check=False, capture_output=True, text=True)
        if done.returncode:
            raise OperatorError(
                f"{shlex.join([*self.command, *options])} failed:\n{(done.stderr or done.stdout).strip()}"
            )

    def wait_for(self, wanted: WrittenPhase) -> None:
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


def switch(nginx: Nginx, step: Step, *, demote_rest: bool = False) -> str:
    """Have nginx serve this step, or leave everything as it was and raise OperatorError; returns what was done.

    With `demote_rest` unvetted claims to power do not refuse the step: they are taken, once nginx has found its files
    good, and given back where the switch fails after that.
    """
    if not nginx.folder.is_dir():
        raise OperatorError(f"{nginx.folder} is missing: make it with the files of deploy/nginx/machine, filled in.")
    with locked(nginx.folder, refusal="Another switch is under way."), contextlib.ExitStack() as on_failure:
        before = files.current_phase(nginx.folder)
        # A run that was killed may have written a phase that was never served, and nobody looked at the roles.
        is_served = before is not None and nginx.served() == before.stamp
        sends_authors = _sends_authors(step, before.step if before and is_served else None)
        former = _current_texts(nginx.folder)
        said = _refuse_unvetted(step) if sends_authors and not demote_rest else ""
        started = time.monotonic()
        on_failure.enter_context(_put_back_on_failure(nginx, former, reload=is_served))
        wanted = files.write_phase(nginx.folder, step, nginx.command)
        nginx.test()
        if sends_authors and demote_rest:
            said = on_failure.enter_context(_remaining_claims_demoted())
        with _put_back_on_failure(nginx, former, reload=True):
            nginx.reload()
            nginx.wait_for(wanted)
    took = time.monotonic() - started
    known = f"{before.step}{'' if is_served else ', not served'}" if before else "none"
    told = f"{step} is served, {took:.2f} s after it was written; before: {known}"
    return "\n".join(filter(None, (said, told)))


def _current_texts(folder: Path) -> dict[Path, str | None]:
    paths = [folder / name for name in (files.SITE, files.PHASE)]
    return {path: path.read_text() if path.exists() else None for path in paths}


@contextlib.contextmanager
def _put_back_on_failure(nginx: Nginx, former: dict[Path, str | None], *, reload: bool) -> Iterator[None]:
    """`reload`: whether nginx served these files, or may have read others by then; else it goes on with what it has."""
    try:
        yield
    except BaseException:
        _ignore_signals()
        for path, text in former.items():
            files.replace_file(path, text)
        if reload:
            with contextlib.suppress(OperatorError):  # nginx goes on with what it has
                nginx.reload()
        raise


@contextlib.contextmanager
def _remaining_claims_demoted() -> Iterator[str]:
    """What approve_roles says of the claims that it took; they are given back where the block fails."""
    said = ""
    try:
        said = _demote_remaining_claims()
        yield said
    except BaseException as failure:
        _ignore_signals()
        given_back = _restore_claims(said)
        if isinstance(failure, OperatorError | OSError):
            raise OperatorError(f"{failure}\n{given_back}") from failure
        print(given_back, file=sys.stderr)
        raise


def _demote_remaining_claims() -> str:
    code, said = _approve_roles("--demote-rest")
    if code:
        raise OperatorError(f"Refused: manage.py approve_roles --demote-rest failed:\n{said}")
    return said


def _restore_claims(said: str) -> str:
    """What came of it, or what has to be done by hand. `said`: by approve_roles as it took the claims, if it did."""
    found = re.search(r"\(vetting (\d+)\)", said)
    if not found:
        # It may have been stopped, or have lost its connection, between the taking and the word of it.
        return (
            "Nothing was taken, unless manage.py approve_roles --list names a vetting of this moment; "
            "--give-back --vetting NUMBER then gives its claims back."
        )
    options = ("--give-back", "--vetting", found[1])
    by_hand = f"The claims that were taken are not given back yet; manage.py approve_roles {shlex.join(options)} says:"
    try:
        code, given_back = _approve_roles(*options)
    except OperatorError as failure:
        return f"{by_hand}\n{failure}"
    return f"{by_hand}\n{given_back}" if code else given_back


def _sends_authors(step: Step, before: Step | None) -> bool:
    """Whether it sends more of those who author here, who then must have been looked at."""
    if step.phase < AUTHORING_HERE:
        return False
    return before is None or (before < step and before.phase < EVERYTHING_HERE)


def _refuse_unvetted(step: Step) -> str:
    """What approve_roles says where it finds no claim that has to be looked at; OperatorError where it does."""
    code, said = _approve_roles("--check")
    if code:
        raise OperatorError(f"Refused: {step} sends authoring here, and manage.py approve_roles --check says:\n{said}")
    return said


def _approve_roles(*options: str) -> tuple[int, str]:
    """Its exit code and all that it says; OperatorError where it does not end in time."""
    python = os.environ.get("PYTHON") or (PYTHON if PYTHON.exists() else sys.executable)
    # The checks are for `make test`, and import every address: half a second of 1.7.
    command = [python, "manage.py", "approve_roles", *options, "--skip-checks"]
    try:
        # In a session of its own: Ctrl-C is for this process, which then decides what becomes of that one.
        done = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=APPROVE_ROLES_TIMEOUT_S,
            start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise OperatorError(
            f"Refused: manage.py approve_roles {shlex.join(options)} did not end within {APPROVE_ROLES_TIMEOUT_S} s. "
            "Somebody may hold the accounts' rows."
        ) from error
    return done.returncode, (done.stdout + done.stderr).strip()
