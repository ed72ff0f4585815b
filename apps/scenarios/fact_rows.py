"""Rows as a teacher types them, made so that they read back from the text as the same rows."""

import re
from dataclasses import replace

from apps.scenarios.fact_sheet import Kind, Row, read
from apps.scenarios.facts import QUESTION_MARKS, TOPICS_MAX, is_label, topics_and_questions
from apps.scenarios.misspellings import misspelt_lock

_LINE_END = re.compile(r"\r\n|\r|\n")


class RowError(Exception):
    """A row that cannot be written without being misread. `field` is the field of Row that has to be changed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def tidied(row: Row) -> Row:
    """The row with its blanks and commas in order; raises RowError where the text cannot have it."""
    if row.kind is Kind.NOTE:
        return _tidied_note(row)
    topics, questions = topics_and_questions(one_line(row.topics))
    questions += [_question(one) for one in row.questions if one.strip()]
    tidy = Row(row.kind, one_line(row.text), ", ".join(topics), tuple(questions))
    _refuse_unclear(tidy)
    if read(tidy.line()).rows != [tidy]:
        raise RowError("topics", "This would be read otherwise. Change the words before what is told.")
    return tidy


def _tidied_note(row: Row) -> Row:
    if row.topics.strip() or any(one.strip() for one in row.questions):
        raise RowError("topics", "Nobody asks for a note. Empty this, or choose when the fact is told.")
    lines = _LINE_END.sub("\n", row.text).split("\n")
    for line in lines:
        mark = misspelt_lock(line)
        if mark and not any(one.kind is Kind.LOCKED for one in read(line).rows):
            raise RowError("text", f"“{mark}” is not understood. Write “- [locked] ”, or make it a row of its own.")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise RowError("text", "Say what the patient knows.")
    return replace(row, text="\n".join(lines), topics="", questions=())


def _refuse_unclear(row: Row) -> None:
    """RowError for the mistakes that have a remedy of their own."""
    if not row.text:
        raise RowError("text", "Say what the patient tells.")
    if not row.topics and not row.questions and (row.kind is Kind.OPEN or ":" in row.text):
        raise RowError("topics", "Say what may be asked.")
    asked = row.line()[: -len(row.text)]
    if len(asked) > TOPICS_MAX:
        raise RowError("topics", f"Topics and questions together have at most {TOPICS_MAX} characters.")
    for name, words in (("topics", row.topics), ("questions", " ".join(row.questions))):
        if ":" in words:
            raise RowError(name, "A colon ends what may be asked: leave it out.")
        if mark := misspelt_lock(f"- {words}:") or ("[" if words.startswith("[") else ""):
            raise RowError(name, f"Take “{mark}” out. The choice beside it says when the fact is told.")
    if row.topics and is_label(row.topics):
        raise RowError("topics", f"“{row.topics}” alone is a label and no topic: add another word.")


def _question(text: str) -> str:
    question = one_line(text.replace(",", " "))
    return question if question.endswith(QUESTION_MARKS) else f"{question}?"


def one_line(text: str) -> str:
    """The text on one line, with single blanks."""
    return " ".join(text.split())
