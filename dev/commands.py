"""The command line of `python3 -m dev`, with its exit codes."""

import argparse
import signal
import sys
from types import FrameType

from deploy.common import OperatorError
from dev.acceptance import acceptance
from dev.checks import check, lint, test
from dev.demo import demo
from dev.install import clean, install, lock
from dev.paths import kept_folder
from dev.processes import TerminatedError
from dev.run import run


def main(arguments: list[str]) -> int:
    """Run a command and return its exit code; an OperatorError is printed without a traceback."""
    parser = argparse.ArgumentParser(prog="make", description=__doc__)
    commands = ("setup", "demo", "run", "check", "test", "acceptance", "lint", "lock", "clean")
    parser.add_argument("command", choices=commands)
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _terminate)
    try:
        _run_command(chosen.command, chosen.rest)
    except OperatorError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted", file=sys.stderr)
        return 130
    return 0


def _terminate(signal_number: int, frame: FrameType | None) -> None:
    raise TerminatedError


def _run_command(command: str, rest: list[str]) -> None:
    match command:
        case "setup":
            install("demo")
            print("Ready: make demo, make run, make test")
        case "demo":
            demo()
        case "run":
            run()
        case "check":
            check(rest)
        case "test":
            test(rest)
        case "acceptance":
            acceptance()
        case "lint":
            lint()
        case "lock":
            lock(rest)
        case "clean":
            clean(kept_folder())
