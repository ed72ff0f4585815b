"""A scenario's text as rows, and back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.scenarios.fact_rows import RowError, one_line, tidied
from apps.scenarios.fact_sheet import MOST_ROWS, Kind, Row, read, shortened, written
from apps.scenarios.fact_words import facts_in_words
from apps.scenarios.facts import facts_of

PIECES = ["- ", "[locked] ", "* ", "\n", "\r\n", "\r", " ", "cough", ":", ": ", ", ", "?", "Opening: ", "Diagnosis: "]
OTHERS = ["prose", "\u2028", "\x0b", "name", "[lockd] ", "•", "\t", "\n\n"]
texts = st.lists(st.sampled_from(PIECES + OTHERS) | st.text(max_size=3), max_size=30).map("".join)
typed = st.lists(
    st.sampled_from(["cough", "name", "Opening", "[locked]", "a, b", "-", "Diagnosis: flu", "x: y", "what?"])
    | st.text(max_size=4),
    max_size=4,
).map(" ".join)
typed_rows = st.builds(Row, st.sampled_from(Kind), typed, typed, st.lists(typed, max_size=2).map(tuple))


@given(texts)
def test_rows_that_nobody_changed_are_the_same_text(text: str) -> None:
    sheet = read(text)
    assert written(sheet, opening=sheet.opening, rows=list(enumerate(sheet.rows))) == (text if text.strip() else "")
    facts = [(row.text, row.kind is Kind.LOCKED) for row in sheet.rows if row.kind is not Kind.NOTE]
    assert facts == [(fact.text, fact.locked) for fact in facts_of(text)]


@given(texts, st.data())
def test_a_change_of_one_row_keeps_the_lines_of_all_others(text: str, data: st.DataObject) -> None:
    sheet = read(text)
    if not sheet.stored:
        return
    changed = data.draw(st.integers(0, len(sheet.stored) - 1))
    new = Row(Kind.LOCKED, "Twenty a day.", "smoking", ("Do you smoke?",))
    rows = [(index, new if index == changed else row) for index, row in enumerate(sheet.rows)]
    lines = written(sheet, opening=sheet.opening, rows=rows).split("\n")
    kept = [line for index, one in enumerate(sheet.stored) if index != changed for line in (*one.blank, *one.lines)]
    assert "- [locked] smoking, Do you smoke?: Twenty a day." in lines
    assert {*kept, *sheet.opening_lines, *sheet.tail} <= {*lines}
    assert len(lines) == len(text.split("\n")) - len(sheet.stored[changed].lines) + 1


def test_a_text_that_nobody_could_write_in_rows_is_told_from_its_facts() -> None:
    text = "Symptoms\n\n-cough,when , Since when?:  Dry.\r\nOpening: Hello\n\n[LOCKED]I drink.\n\n"
    sheet = read(text)
    assert sheet.opening == "Hello"
    assert sheet.rows == [
        Row(Kind.NOTE, "Symptoms"),
        Row(Kind.OPEN, "Dry.", "cough, when", ("Since when?",)),
        Row(Kind.LOCKED, "I drink."),
    ]
    rows = [(1, sheet.rows[1]), (0, Row(Kind.NOTE, "Signs")), (2, sheet.rows[2])]
    assert written(sheet, opening="Good day", rows=rows) == (
        "\n-cough,when , Since when?:  Dry.\r\nSigns\nOpening: Good day\n\n[LOCKED]I drink.\n\n"
    )


def test_facts_are_read_as_the_form_sums_them_up_line_by_line() -> None:
    text = (
        "Symptoms\n\n-cough,when , Since when?:  Dry.\nOpening: Hello\n[LOCKED]I drink.\n"
        "- [locked] wine: A lot: two.\nOpening: Bye\n- [lockd] beer: None."
    )
    assert facts_in_words(text).split("\n") == [
        "Symptoms",
        "",
        "Told freely: cough,when , Since when? — Dry.",
        "Opening words: Hello",
        "Only when asked: I drink.",
        "Only when asked: wine — A lot: two.",
        "Opening: Bye",
        "Told freely: [lockd] beer — None.",
    ]


@given(texts)
def test_facts_in_words_have_the_lines_of_the_text(text: str) -> None:
    shown, lines = facts_in_words(text).split("\n"), text.split("\n")
    assert len(shown) == len(lines)
    assert sum(one != line for one, line in zip(shown, lines, strict=True)) <= len(facts_of(text)) + 1


@given(st.lists(typed_rows, max_size=5), typed)
def test_rows_read_back_from_the_text_that_they_make(rows: list[Row], said: str) -> None:
    written_rows: list[Row] = []
    for row in rows:
        try:
            written_rows.append(tidied(row))
        except RowError:
            continue
    # The lines of a note are what they are, and two notes one after the other are one.
    plain = [row for row in written_rows if row.kind is not Kind.NOTE or read(row.text).rows == [row]]
    plain = [row for row, after in pairwise([*plain, None]) if row and not _two_notes(row, after)]
    text = written(read(""), opening=one_line(said), rows=[(None, row) for row in plain])
    assert (read(text).rows, read(text).opening) == (plain, one_line(said))
    assert all(tidied(row) == row for row in plain)


def _two_notes(row: Row, after: Row | None) -> bool:
    return row.kind is Kind.NOTE and after is not None and after.kind is Kind.NOTE


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Row(Kind.OPEN, "Dry.", "[lockd] cough"), "topics"),
        (Row(Kind.OPEN, "Dry.", "locked"), "topics"),
        (Row(Kind.OPEN, "Dry.", "cough: when"), "topics"),
        (Row(Kind.OPEN, "Dry.", "cough", ("Is it: dry?",)), "questions"),
        (Row(Kind.OPEN, "Dry."), "topics"),
        (Row(Kind.OPEN, " ", "cough"), "text"),
        (Row(Kind.LOCKED, "Ann Lee", "Name"), "topics"),
        (Row(Kind.LOCKED, "I drink: a lot."), "topics"),
        (Row(Kind.LOCKED, "I drink.", "x" * 1000), "topics"),
        (Row(Kind.NOTE, "Some words.", "cough"), "topics"),
        (Row(Kind.NOTE, "Some words.\n- [Locked alcohol: wine"), "text"),
    ],
)
def test_a_row_that_would_be_misread_is_refused_where_it_is_wrong(row: Row, field: str) -> None:
    with pytest.raises(RowError) as refused:
        tidied(row)
    assert refused.value.field == field


def test_what_is_typed_is_put_in_order() -> None:
    row = Row(Kind.LOCKED, " I drink,\r\nat night. ", "alcohol,  beer ,When?", ("And you, do you drink", " ", "Wine?"))
    questions = ("When?", "And you do you drink?", "Wine?")
    assert tidied(row) == Row(Kind.LOCKED, "I drink, at night.", "alcohol, beer", questions)


def test_a_text_with_more_facts_than_a_page_has_rows_keeps_them_in_a_note() -> None:
    text = "Opening: Hello\n" + "\n\n".join(f"- topic {n}: fact {n}" for n in range(2 * MOST_ROWS))
    sheet = shortened(read(text))
    assert len(sheet.rows) == MOST_ROWS
    rows = [(0, Row(Kind.OPEN, "another fact", "topic")), *list(enumerate(sheet.rows))[1:]]
    changed = written(sheet, opening="Hello", rows=rows)
    assert changed == text.replace("- topic 0: fact 0\n", "- topic: another fact\n", 1)
