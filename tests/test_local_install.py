"""`make setup` in a small clone of its own, whose locks name no package, so that nothing is downloaded."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETS = ("base", "production", "demo", "test", "development")
NOWHERE = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
HIDDEN = ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "MAKEFLAGS", "MAKELEVEL")


class Clone:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.venv = folder / ".venv"
        for part in ("dev", "deploy"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "requirements").mkdir()
        for name in SETS:
            self.lock(name, "# nothing\n")

    def lock(self, name: str, text: str) -> None:
        (self.folder / "requirements" / f"{name}.lock").write_text(text)

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        settings = {name: value for name, value in os.environ.items() if name not in HIDDEN} | NOWHERE
        command = ["make", *arguments, f"PYTHON={sys.executable}"]
        return subprocess.run(command, check=False, cwd=self.folder, env=settings, capture_output=True, text=True)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "a folder with spaces")


@pytest.fixture(scope="module")
def set_up_once(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    clone = Clone(tmp_path_factory.mktemp("once") / "a clone")
    done = clone.make("setup")
    assert done.returncode == 0, done.stderr
    return clone


@pytest.fixture
def ready_clone(clone: Clone, set_up_once: Clone) -> Clone:
    """A clone after `make setup`, copied, since pip takes seconds to be installed."""
    shutil.copytree(set_up_once.venv, clone.venv, symlinks=True)
    return clone


def test_setup_makes_a_venv_once_and_then_finds_it_there(ready_clone):
    assert (ready_clone.venv / "bin" / "python").exists()
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert "Making" not in again.stdout
    assert "Installing" not in again.stdout


def test_a_changed_lock_is_installed_into_the_same_venv(ready_clone):
    ready_clone.lock("demo", "# changed\n")
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert "Installing" in again.stdout
    assert "Making" not in again.stdout


def test_a_wider_set_that_is_installed_serves_for_a_smaller_one(ready_clone):
    stamp = ready_clone.venv / "installed.json"
    (digest,) = json.loads(stamp.read_text()).values()
    stamp.write_text(json.dumps({"test": digest}))
    assert "Installing" not in ready_clone.make("setup").stdout


@pytest.mark.parametrize("damage", ["an installation that was cut short", "a Python that is gone"])
def test_a_venv_that_cannot_be_trusted_is_made_anew(ready_clone, damage):
    if damage == "a Python that is gone":
        (ready_clone.venv / "bin" / "python").unlink()
    else:
        (ready_clone.venv / "unfinished").touch()
    stray = ready_clone.venv / "stray"
    stray.touch()
    again = ready_clone.make("setup")
    assert again.returncode == 0
    assert not stray.exists()
    assert "Installing" not in ready_clone.make("setup").stdout


def test_without_a_network_a_sentence_says_so(ready_clone):
    ready_clone.lock("demo", f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    done = ready_clone.make("setup")
    assert done.returncode != 0
    assert "The package index could not be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_is_told_in_one_sentence():
    pretend = "import sys, runpy; sys.version_info = (3, 10, 4); runpy.run_module('dev', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer with venv is needed, and this is Python 3.10" in done.stderr


def test_clean_removes_the_venv(ready_clone, tmp_path):
    done = ready_clone.make("clean", f"RUN_FOLDER={tmp_path / 'kept'}")
    assert done.returncode == 0
    assert not ready_clone.venv.exists()
