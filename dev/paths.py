"""Paths of the venv and of the folders that servers work in."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.common import ROOT, OperatorError, locked

VENV = ROOT / ".venv"
NAME = "virtual-patient"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a folder that other accounts can pass through; remove it afterwards, and those of killed runs first."""
    # Other accounts may be unable to enter TMPDIR, and root's servers run as nobody.
    parent = Path("/tmp") if os.getuid() == 0 else Path(tempfile.gettempdir())
    prefix = f"{NAME}-{os.getuid()}-"
    _remove_abandoned(parent, prefix)
    # It gets its final name once it is locked, so that no other run takes it for abandoned.
    unnamed = Path(tempfile.mkdtemp(prefix=f".{prefix}", dir=parent))
    unnamed.chmod(0o711)
    with locked(unnamed):
        folder = unnamed.rename(parent / unnamed.name.removeprefix("."))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _remove_abandoned(parent: Path, prefix: str) -> None:
    for folder in parent.glob(f"{prefix}*"):
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            continue
        with contextlib.suppress(OperatorError), locked(folder, refusal="in use"):
            shutil.rmtree(folder, ignore_errors=True)


def kept_folder() -> Path:
    """Where `make run` keeps its data: RUN_FOLDER, otherwise a folder for this clone outside of it."""
    if chosen := os.environ.get("RUN_FOLDER"):
        return Path(chosen).resolve()
    # Root's servers run as nobody, who may be unable to reach the clone or root's home.
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    parent = Path("/var/lib") if os.getuid() == 0 else state
    return parent / NAME / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
