"""`deploy/switch PHASE [PERCENT] [--demote-rest]`: decide which service answers which addresses.

Without a phase it prints the present one. Exit 0: done; 1: refused or failed, nothing has changed; 2: wrong usage.
"""

import argparse
import contextlib
import http.client
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

# Authors are sent here from the first of these phases on, and everybody from the second on. Authoring needs an approved
# role here.
AUTHORING_HERE = 1
EVERYTHING_HERE = 3
DEFAULT_PERCENT = 5
RELOAD_TIMEOUT_S = 10
# Far more than needed, unless another session locks the accounts' rows.
APPROVE_ROLES_TIMEOUT_S = 60
# Sent by a closed terminal, Ctrl-C, and kill.
STOPPING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
# With so many new connections in a row, a worker from before the reload would have answered one of them.
SAME_ANSWERS = 12


def main(arguments: list[str]) -> int:
    """Carry out the command line, print what was done, and return the exit code."""
    chosen = _parse(arguments)
    nginx = Nginx(Path(chosen.folder), shlex.split(chosen.nginx), chosen.url)
    try:
        if chosen.phase is None:
            print(nginx.describe())
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
    """Let the first stop signal raise OperatorError, so that everything is restored; later signals are ignored."""

    def stop(number: int, frame: object) -> NoReturn:
        _ignore_signals()
        raise OperatorError(f"Stopped by {signal.Signals(number).name}.")

    # Signals that nohup has set to be ignored stay so.
    handled = {number: signal.getsignal(number) for number in STOPPING if signal.getsignal(number) != signal.SIG_IGN}
    for number in handled:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """Let a restore finish undisturbed, until `_signals_as_errors` resets the handlers."""
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
    """A running nginx: the folder that we write to, its command, and the URL where it answers with a stamp."""

    folder: Path
    command: list[str]
    url: str

    def describe(self) -> str:
        """Describe the present phase; OperatorError if nginx does not serve what its folder has."""
        found = files.current_phase(self.folder)
        if found is None:
            raise OperatorError(f"No phase has been written to {self.folder} yet.")
        if not self.serves(found):
            raise OperatorError(f"{self.folder} has {found.step}, but nginx at {self.url} does not serve it.")
        return f"{found.step} is served"

    def served_stamp(self) -> str:
        """Return the stamp of what a worker serves; "" if none answers."""
        # Never through a proxy that the caller's environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.url, timeout=2) as answer:
                return str(answer.read().decode(errors="replace"))
        except (OSError, http.client.HTTPException):
            return ""

    def serves(self, wanted: WrittenPhase) -> bool:
        """Whether a worker serves this phase.

        A busy machine may leave a question unanswered, and a worker from before a reload may answer one more, so a
        single answer proves that the phase is served but not that it is not.
        """
        deadline = time.monotonic() + RELOAD_TIMEOUT_S
        for _ in range(SAME_ANSWERS):
            if self.served_stamp() == wanted.stamp:
                return True
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        return False

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
        """Return once all new connections get the wanted phase; OperatorError if they do not in time."""
        deadline = time.monotonic() + RELOAD_TIMEOUT_S
        same = 0
        while same < SAME_ANSWERS:
            same = same + 1 if self.served_stamp() == wanted.stamp else 0
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"nginx was reloaded, but {self.url} did not tell of {wanted.step} within {RELOAD_TIMEOUT_S} s: "
                    "is site.conf included in its http block? Its error log may say more."
                )
            if not same:
                time.sleep(0.01)


def switch(nginx: Nginx, step: Step, *, demote_rest: bool = False) -> str:
    """Let nginx serve this step and return what was done, or restore everything and raise OperatorError.

    Unvetted claims to power refuse the step. With `demote_rest` they are demoted instead, after nginx has accepted its
    files, and restored if the switch fails after that.
    """
    if not nginx.folder.is_dir():
        raise OperatorError(f"{nginx.folder} is missing: make it with the files of deploy/nginx/machine, filled in.")
    with locked(nginx.folder, refusal="Another switch is under way."), contextlib.ExitStack() as on_failure:
        before = files.current_phase(nginx.folder)
        # A killed run may have left a phase that was never served and whose roles were never checked.
        is_served = before is not None and nginx.serves(before)
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
    """Restore the files if the block fails; reload nginx too if it served them or may have read others by then."""
    try:
        yield
    except BaseException:
        _ignore_signals()
        for path, text in former.items():
            files.replace_file(path, text)
        if reload:
            with contextlib.suppress(OperatorError):  # nginx keeps the configuration it has
                nginx.reload()
        raise


@contextlib.contextmanager
def _remaining_claims_demoted() -> Iterator[str]:
    """Demote the remaining claims, yield what approve_roles printed, and restore them if the block fails."""
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
    """Restore the claims of the vetting that `said`, the output of approve_roles, names.

    Returns what was done, or what has to be done by hand.
    """
    found = re.search(r"\(vetting (\d+)\)", said)
    if not found:
        # It may have been stopped, or have lost its connection, after taking the claims and before printing that.
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
    """Whether the step sends more authors here, so that claims have to be vetted first."""
    if step.phase < AUTHORING_HERE:
        return False
    return before is None or (before < step and before.phase < EVERYTHING_HERE)


def _refuse_unvetted(step: Step) -> str:
    """Return what approve_roles prints if all claims are vetted; OperatorError if some are not."""
    code, said = _approve_roles("--check")
    if code:
        raise OperatorError(f"Refused: {step} sends authoring here, and manage.py approve_roles --check says:\n{said}")
    return said


def _approve_roles(*options: str) -> tuple[int, str]:
    """Return the command's exit code and its output; OperatorError if it does not end in time."""
    python = os.environ.get("PYTHON") or (PYTHON if PYTHON.exists() else sys.executable)
    # Without system checks, which import every URL and take 0.5 of 1.7 s.
    command = [python, "manage.py", "approve_roles", *options, "--skip-checks"]
    try:
        # In its own session, so that Ctrl-C reaches only this process, which then decides about that one.
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
