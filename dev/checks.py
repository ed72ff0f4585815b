"""`make check`, `make test` and `make lint`: run all checks in sequence, and continue after a failure."""

import os
import time

from deploy.common import PYTHON, OperatorError
from dev.install import install
from dev.paths import temporary_folder
from dev.processes import Supervisor, run_to_end
from dev.servers import start_data_servers
from dev.system import production_environment

COVERAGE = [
    "--cov=apps",
    "--cov=config",
    "--cov=openai_emulator",
    "--cov-report=term:skip-covered",
    "--cov-fail-under=90",
]
# The only real processes that these tests need are PostgreSQL and Redis.
WITHOUT_PROCESSES = "not stack and not browser and not programs"
# Not the script lint-imports: its first line holds the path that the venv was made at, and the clone may have moved.
LAYERS = "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"
# Checks that need no server.
STATIC = (
    ("lint", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("types", ["-m", "mypy"]),
    ("layers", ["-c", LAYERS]),
)
# Hundreds of processes load the project: it is compiled once, also where the caller wants nothing compiled to be kept.
TEST_SETTINGS = {"DJANGO_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": ""}


def lint() -> None:
    """Run the checks that need no server."""
    install("development")
    _run_checks([(name, command, {**os.environ, **TEST_SETTINGS}) for name, command in STATIC])


def check(arguments: list[str]) -> None:
    """What is quick: all checks, and the tests without gunicorn, workers, nginx, a browser or an installer."""
    # These never wait, and each worker of pytest takes ten seconds of a core before its first test.
    _check_all(["-m", WITHOUT_PROCESSES, *arguments], workers=min(3, os.cpu_count() or 1))


def test(arguments: list[str]) -> None:
    """Run all checks; coverage is measured only without arguments for pytest, which may select tests."""
    _check_all(arguments or COVERAGE)


def _check_all(for_pytest: list[str], workers: int = 3) -> None:
    # The largest set, since the plain way of docs/development.md installs it, and that is tested too.
    install("development")
    with temporary_folder() as folder, Supervisor() as supervisor:
        data = start_data_servers(supervisor, folder)
        for_tests = {**os.environ, **data, **TEST_SETTINGS}
        in_production = production_environment(folder, data, {"emulator": 0}, proxies=1) | {
            "SECURE_SSL_REDIRECT": "true"
        }
        _run_checks(
            [
                *((name, command, for_tests) for name, command in STATIC),
                ("migrations", ["manage.py", "makemigrations", "--check", "--dry-run"], for_tests),
                ("settings", ["manage.py", "check", "--deploy", "--fail-level", "WARNING"], in_production),
                ("tests", ["-m", "pytest", "-n", str(workers), "--dist=worksteal", *for_pytest], for_tests),
            ]
        )


def _run_checks(checks: list[tuple[str, list[str], dict[str, str]]]) -> None:
    """Run each (name, arguments of Python, environment); OperatorError with the names of those that failed."""
    failed = [name for name, command, settings in checks if not _passes(name, command, settings)]
    if failed:
        raise OperatorError(f"Failed: {', '.join(failed)}")
    print("All checks passed", flush=True)


def _passes(name: str, command: list[str], settings: dict[str, str]) -> bool:
    print(f"-- {name}", flush=True)
    started = time.monotonic()
    code = run_to_end([PYTHON, *command], settings)
    verdict = "FAILED" if code else "passed"
    print(f"-- {name}: {verdict} in {time.monotonic() - started:.0f} s", flush=True)
    return code == 0
