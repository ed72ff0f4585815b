"""The file `.env`: an assignment a line."""

import re
from pathlib import Path

from deploy.common import OperatorError

ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z_0-9]*)=(.*)")
LINE_END = re.compile(r"\r\n|\n|\r")


def assignments(path: Path) -> dict[str, str]:
    """The values by name; OperatorError, with the numbers of the lines and never their content, for what is none.

    A line that was passed over could be the one that says DJANGO_ENV=production.
    """
    try:
        # Windows' editors put a byte order mark in front, or write UTF-16.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise OperatorError(f"{path} is not text in UTF-8.")
    found: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in enumerate(LINE_END.split(text), 1):
        said = line.strip()
        if match := ASSIGNMENT.fullmatch(said):
            found[match[1]] = _unquoted(match[2])
        elif said and not said.startswith("#"):
            wrong.append(str(number))
    if wrong:
        lines = f"line {wrong[0]} is" if len(wrong) == 1 else f"lines {', '.join(wrong)} are"
        raise OperatorError(f"{path}: {lines} not of the form NAME=value, without spaces around the =.")
    return found


def _unquoted(value: str) -> str:
    """What stands in a pair of quotes. In double ones a backslash goes, unless it is that of \\n, \\r or \\t."""
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    inner = value[1:-1]
    return inner if value[0] == "'" else re.sub(r"\\([^rnt])", r"\1", inner)
