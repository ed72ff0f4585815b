"""The project runs without this app and the places that name it, as docs/architecture.md says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev.checks import LAYERS

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.programs


def without(path: Path, pattern: str) -> None:
    """Remove the only match of the pattern from the file."""
    text, found = re.subn(pattern, "", path.read_text(), flags=re.DOTALL)
    assert found == 1, f"{pattern} is {found} times in {path.name}"
    path.write_text(text)


def test_the_project_works_without_the_page(tmp_path: Path) -> None:
    rest = tmp_path / "rest"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in names:
        if (ROOT / name).is_file() and not name.startswith("apps/practice/"):
            (rest / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, rest / name)
    base = rest / "config" / "settings" / "base.py"
    without(
        base, r"\n# --- The students' page: this block goes with apps/practice\n.*?# --- end of the students' page\n"
    )
    without(rest / "config" / "urls.py", r' *path\("", include\("apps\.practice\.urls"\)\),\n')
    without(rest / "pyproject.toml", r' *"apps\.practice",\n')
    index = "from django.test import Client; print(Client().get('/').json())"
    for command in (
        ["-c", LAYERS],
        ["-m", "ruff", "check", "--no-cache", "config"],
        ["manage.py", "shell", "-c", index],
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=rest, env={**os.environ}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "/api/docs" in done.stdout
