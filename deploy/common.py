"""What production and a developer's machine share: where the project is, locks, and errors that a person can mend."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"


class OperatorError(Exception):
    """Something went wrong that a person can act on; the text is what they are told."""


@contextlib.contextmanager
def locked(folder: Path, refusal: str | None = None) -> Iterator[None]:
    """Hold `folder` for this process; it is free again whatever way the process ends.

    Another holder is waited for, or answered with OperatorError(refusal) where one is given.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if refusal is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OperatorError(refusal or str(error)) from error
    finally:
        os.close(handle)
