"""Read the file `.env`, which has one assignment a line."""

import re
from pathlib import Path

from deploy.common import OperatorError

ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z_0-9]*)=(.*)")
LINE_END = re.compile(r"\r\n|\n|\r")


def assignments(path: Path) -> dict[str, str]:
    """Return the values by name.

    A line that is neither an assignment nor a comment raises OperatorError with its number, never its content: it may
    be a secret, and a skipped line could be the one with DJANGO_ENV=production.
    """
    try:
        # Editors on Windows write a byte order mark, or UTF-16.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise OperatorError(f"{path} is not text in UTF-8.")
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in enumerate(LINE_END.split(text), 1):
        stripped = line.strip()
        if match := ASSIGNMENT.fullmatch(stripped):
            found[match[1]] = _unquoted(match[2])
        elif stripped and not stripped.startswith("#"):
            wrong.append(str(number))
    if wrong:
        lines = f"line {wrong[0]} is" if len(wrong) == 1 else f"lines {', '.join(wrong)} are"
        raise OperatorError(f"{path}: {lines} not of the form NAME=value, without spaces around the =.")
    return found


def _unquoted(value: str) -> str:
    """Remove a pair of quotes. Inside double quotes remove backslashes too, but for those of \\n, \\r and \\t."""
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    inner = value[1:-1]
    return inner if value[0] == "'" else re.sub(r"\\([^rnt])", r"\1", inner)
