"""What a teacher is told of a patient's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.scenarios.findings import MOST, findings_of, in_words
from apps.scenarios.tests.test_fact_sheet import texts

FINE = "Opening: Hello.\n- cough: Dry.\nHe comes by bus.\n"


def codes(text: str, **others: str) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.severity, one.line) for one in findings_of(additional_instructions=text, **others)]


def test_nothing_is_found_in_a_text_that_is_understood() -> None:
    assert (
        codes(f"{FINE}- [locked] smoking, blocked nose: Yes.\n[LOCKED] I drink.: Wine.\nName: Tom\n", language="German")
        == []
    )


def test_a_patient_without_facts_and_opening() -> None:
    found = [("no_facts", "warning", None), ("no_opening", "warning", None)]
    assert codes("") == codes("He comes by bus.") == found
    assert codes(FINE, language="Klingon") == [("unknown_language", "warning", None)]


@pytest.mark.parametrize(
    "line",
    [
        "- [lockd] alcohol: Wine.",
        "- [Locked alcohol: Wine.",
        "locked: alcohol: Wine.",
        "- locked: Wine.",
        "- (locked) a: b",
        "– [locked] alcohol: Wine.",
        "1. [locked] alcohol: Wine.",
        "- [secret] alcohol: Wine.",
        "* Loked] alcohol: Wine.",
    ],
)
def test_a_lock_that_is_not_understood_is_an_error(line: str) -> None:
    assert codes(f"{FINE}{line}") == [("lock_not_understood", "error", 4)]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Openning: Hello.", "line_not_understood"),
        ("Mood: low", "line_not_understood"),
        ("- He smokes.", "line_not_understood"),
        ("- smoking:twenty a day", "line_not_understood"),
        ("- [open] smoking: Twenty a day.", "mark_not_understood"),
        ("- [locked] I smoke.", "nothing_to_ask"),
        ("- Cough: For a week.", "duplicate_fact"),
        ("- phlegm: dry.", "duplicate_fact"),
        ("Opening: Good day.", "second_opening"),
        ("- Diagnosis: flu", "diagnosis_in_text"),
    ],
)
def test_a_line_to_look_at_is_a_warning(line: str, code: str) -> None:
    assert codes(f"{FINE}{line}") == [(code, "warning", 4)]


@pytest.mark.parametrize(
    "line", ["- blocked, nose: Yes.", "- looked: I saw it.", "He said that he is fine: it is cold."]
)
def test_words_that_only_look_like_marks_are_left_alone(line: str) -> None:
    assert codes(f"{FINE}{line}") == []


@given(texts)
def test_any_text_can_be_looked_at(text: str) -> None:
    findings = findings_of(additional_instructions=text)
    lines = text.split("\n")
    assert all(one.text.rstrip("…") in lines[one.line - 1] for one in findings if one.line)
    assert len(in_words(findings)) == len(findings)


@given(st.integers(1, 200))
def test_the_number_of_findings_is_bounded(lines: int) -> None:
    findings = findings_of(additional_instructions=FINE + "- prose\n" * lines)
    assert len(findings) == min(lines, MOST)
    assert (findings[-1].code == "more") == (lines > MOST)
