"""What was found, as lines while it comes and as a table of Markdown at the end."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing that was tried: in words, on which server, what came of it, and whether that is as it must be."""

    what: str
    server: str
    found: str
    holds: bool

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return self.what, self.server, self.found, "holds" if self.holds else "DOES NOT HOLD"


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    heading = (("what", "server", "found", ""), ("---", "---", "---", "---"))
    return "\n".join("| " + " | ".join(map(_cell, cells)) + " |" for cells in (*heading, *(row.cells for row in rows)))


def _cell(text: str) -> str:
    """In one line, and without the sign that ends a cell."""
    return " ".join(text.split()).replace("|", "\\|")
