"""What production and development share: the project's paths, a folder lock, and errors for operators."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"


class OperatorError(Exception):
    """A failure that a person can act on; its text is shown to them without a traceback."""


@contextlib.contextmanager
def locked(folder: Path, refusal: str | None = None) -> Iterator[None]:
    """Lock `folder` for this process; the lock ends with the process, however that ends.

    If another process holds it, wait, or raise OperatorError(refusal) if a refusal is given.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if refusal is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OperatorError(refusal or str(error)) from error
    finally:
        os.close(handle)
