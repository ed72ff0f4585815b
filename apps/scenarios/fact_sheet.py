"""A scenario's `additional_instructions` as rows for editors, and the text that rows make.

The Flask service and its frontend read and write the same text, in this form:

    Opening: what the patient says first
    - topic, topic, example question?: what the patient tells
    - [locked] topic, example question?: what the patient tells only when asked
    any other line is a note, which the patient knows as it stands

What stands between two facts and is not blank is one note. `written` keeps every line that nobody changed byte for
byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from apps.scenarios.facts import Fact, lines_of, opening_in, topics_and_questions

# More rows than this make a page that nobody can use: the last one has the rest of the text.
MOST_ROWS = 400


class Kind(StrEnum):
    OPEN = "open"
    LOCKED = "locked"
    NOTE = "note"


@dataclass(frozen=True)
class Row:
    """A fact, or a note. `topics` are separated by commas; a note has only `text`, of any number of lines."""

    kind: Kind
    text: str
    topics: str = ""
    questions: tuple[str, ...] = ()

    def line(self) -> str:
        """The row as it is written into the text."""
        if self.kind is Kind.NOTE:
            return self.text
        lock = "[locked] " if self.kind is Kind.LOCKED else ""
        asked = ", ".join(filter(None, [self.topics, *self.questions]))
        return f"- {lock}{asked}{': ' if asked else ''}{self.text}"


@dataclass(frozen=True)
class Stored:
    """A row with the lines that it has in the text: blank ones before it, then its own."""

    row: Row
    blank: tuple[str, ...]
    lines: tuple[str, ...]
    number: int  # of its first line, from 1

    def written_as(self, row: Row) -> list[str]:
        return [*self.blank, *(self.lines if row == self.row else [row.line()])]


@dataclass
class Sheet:
    """A text as rows. `opening_at` is the number of rows before the opening."""

    opening: str = ""
    opening_lines: list[str] = field(default_factory=list)
    opening_at: int = 0
    stored: list[Stored] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [one.row for one in self.stored]


def read(text: str) -> Sheet:
    """The rows of a text."""
    sheet, blank, note = Sheet(), list[str](), list[str]()
    for number, (line, fact) in enumerate(lines_of(text), start=1):
        opening = "" if fact or sheet.opening else opening_in(line)
        if not line.strip():
            (note if note else blank).append(line)
            continue
        if (fact or opening) and note:
            blank = _end_note(sheet, note, before=number)
        if opening:
            sheet.opening, sheet.opening_lines, sheet.opening_at = opening, [*blank, line], len(sheet.stored)
        elif fact:
            sheet.stored.append(Stored(_row_of(fact), tuple(blank), (line,), number))
        else:
            note += [*blank, line] if not note else [line]
        blank = []
    sheet.tail = _end_note(sheet, note, before=number + 1) if note else blank
    return sheet


def shortened(sheet: Sheet) -> Sheet:
    """The same text in at most MOST_ROWS rows: a note has the lines of the last ones."""
    kept, rest = sheet.stored[: MOST_ROWS - 1], sheet.stored[MOST_ROWS - 1 :]
    if len(rest) < 2:
        return sheet
    lines = [line for one in rest for line in (*one.blank, *one.lines)][len(rest[0].blank) :]
    note = Stored(Row(Kind.NOTE, "\n".join(lines)), rest[0].blank, tuple(lines), rest[0].number)
    opening_at = min(sheet.opening_at, len(kept))
    return Sheet(sheet.opening, sheet.opening_lines, opening_at, [*kept, note], sheet.tail)


def written(sheet: Sheet, *, opening: str, rows: Sequence[tuple[int | None, Row]]) -> str:
    """The text with this opening and these rows, in their order. Each has its index in the sheet, None if it is new."""
    parts = [[row.line()] if index is None else sheet.stored[index].written_as(row) for index, row in rows]
    said = [f"Opening: {opening}"] if opening else []
    parts.insert(min(sheet.opening_at, len(parts)), sheet.opening_lines if opening == sheet.opening else said)
    tail = sheet.tail if sheet.stored or sheet.opening else []
    return "\n".join(line for part in [*parts, tail] for line in part)


def _end_note(sheet: Sheet, note: list[str], *, before: int) -> list[str]:
    """Add the note to the sheet, and empty it; the blank lines behind it, which end before line `before`."""
    lines, number = list(note), before - len(note)
    note.clear()
    behind, ahead = len(lines), 0
    while not lines[behind - 1].strip():
        behind -= 1
    while not lines[ahead].strip():
        ahead += 1
    own = tuple(lines[ahead:behind])
    sheet.stored.append(Stored(Row(Kind.NOTE, "\n".join(own)), tuple(lines[:ahead]), own, number + ahead))
    return lines[behind:]


def _row_of(fact: Fact) -> Row:
    topics, questions = topics_and_questions(fact.topics)
    return Row(Kind.LOCKED if fact.locked else Kind.OPEN, fact.text, ", ".join(topics), tuple(questions))
