"""The project runs without this app and the four places that name it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dev.checks import LAYERS

pytestmark = [pytest.mark.programs, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[3]
# Quick tests that together load every app, request every address and check the project's rules.
A_PART = [
    "apps/core/tests/test_exceptions.py",
    "tests/test_open_views.py",
    "tests/test_repository.py::test_no_migration_is_missing",
    "tests/test_settings.py::test_one_set_of_variables_in_the_example_the_docs_and_the_settings",
    "apps/activities/tests/test_api.py",
    "apps/openai_integration/tests/test_services.py",
]
MARK = r"\n# --- The old API: this block goes with apps/flask_compat\n.*?# --- end of the old API\n"


def without(path: Path, pattern: str) -> None:
    """Remove the only match of the pattern from the file."""
    text, found = re.subn(pattern, "", path.read_text(), flags=re.DOTALL)
    assert found == 1, f"{pattern} is {found} times in {path.name}"
    path.write_text(text)


@pytest.fixture
def rest(tmp_path: Path) -> Path:
    """A copy of the project without the old API, removed as MIGRATION_GUIDE.md describes."""
    copy = tmp_path / "rest"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if (ROOT / name).is_file() and not name.startswith("apps/flask_compat/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    without(copy / "config" / "settings" / "base.py", MARK)
    without(copy / "config" / "urls.py", r' *path\("api/", include\("apps\.flask_compat\.urls"\)\),\n')
    without(copy / "pyproject.toml", r' *"apps\.flask_compat",\n')
    return copy


@contextmanager
def database(name: str) -> Iterator[str]:
    """The URL of a database whose pytest test database is dropped afterwards."""
    server = os.environ["DATABASE_URL"]
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')


def run(rest: Path, environment: dict[str, str], *command: str) -> None:
    done = subprocess.run(command, cwd=rest, env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def test_the_project_works_without_the_old_api(rest: Path, worker_id: str) -> None:
    """Checks layers, names, migrations and settings, and runs a part of the suite."""
    with database(f"rest_{worker_id}_{os.getpid()}") as address, ThreadPoolExecutor() as pool:
        environment = {**os.environ, "DATABASE_URL": address, "PYTEST_ADDOPTS": ""}
        commands = [
            [sys.executable, "-c", LAYERS],
            [sys.executable, "-m", "ruff", "check", "--no-cache", "config"],
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", "tests"],
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *A_PART],
        ]
        list(pool.map(lambda command: run(rest, environment, *command), commands))
    assert not list(rest.rglob("flask_compat"))
