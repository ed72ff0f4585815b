"""Phrases in text files, which people who do not write programs can read and mend."""

from pathlib import Path


def sections(path: Path) -> dict[str, list[str]]:
    """The lines of a file by the [section] that they stand in; those before the first are under "".

    Empty lines and those that begin with # say nothing. One that begins with blanks goes on with the line above.
    """
    found: dict[str, list[str]] = {"": []}
    lines = found[""]
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("[") and line.endswith("]") and line[1:-1].replace(" ", "").isalpha():
            lines = found.setdefault(line[1:-1], [])
        elif line.startswith("  "):
            lines[-1] += line[2:].rstrip("\n")
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def named(lines: list[str]) -> dict[str, str]:
    """Lines of the form NAME = text."""
    return {name: text for name, _, text in (line.partition(" = ") for line in lines)}
