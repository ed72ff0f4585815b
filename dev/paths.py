"""Where things are: the clone, its venv, and the folders that servers work in."""

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
    """A folder that other accounts can pass through, removed at the end, with those of killed runs."""
    # TMPDIR may be closed to others, and root's servers run as nobody.
    parent = Path("/tmp") if os.getuid() == 0 else Path(tempfile.gettempdir())
    prefix = f"{NAME}-{os.getuid()}-"
    _remove_abandoned(parent, prefix)
    # Named only when locked, so that nobody takes it for abandoned.
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
    """Where `make run` keeps its data: RUN_FOLDER, else one folder for each clone, outside it."""
    if chosen := os.environ.get("RUN_FOLDER"):
        return Path(chosen).resolve()
    # As root the servers run as nobody, who need not be able to reach the clone or root's home.
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    parent = Path("/var/lib") if os.getuid() == 0 else state
    return parent / NAME / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
