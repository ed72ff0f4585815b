"""Facts in a scenario's text, and their numbers."""

import pytest

from apps.scenarios.facts import Fact, facts_of, numbered


def test_lines_with_topics_are_facts_and_labels_are_not() -> None:
    lines = ["Opening: Hello.", "- cough, when: For weeks: three.", "\u2022 [Locked] alcohol: A bottle."]
    text = "\n".join([*lines, "* Diagnosis: flu", "A quiet man: shy."])
    assert facts_of(text) == (
        Fact(1, "cough, when", "For weeks: three.", locked=False),
        Fact(2, "alcohol", "A bottle.", locked=True),
    )
    assert numbered(text).splitlines() == [
        "Opening: Hello.",
        "- (1) cough, when: For weeks: three.",
        "- (2) [locked] alcohol: A bottle.",
        "* Diagnosis: flu",
        "A quiet man: shy.",
    ]


def test_a_locked_line_is_a_fact_without_topics_and_without_a_bullet() -> None:
    assert facts_of("[locked] I drink.\n- [locked] I smoke.") == (
        Fact(1, "", "I drink.", locked=True),
        Fact(2, "", "I smoke.", locked=True),
    )


@pytest.mark.parametrize("text", ["", "\n\n", "Just prose.", "- no topic here", "Name: Tom", "- Occupation: cook"])
def test_texts_without_facts(text: str) -> None:
    assert facts_of(text) == ()
    assert numbered(text) == text


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_of_either_kind(end: str) -> None:
    assert [fact.text for fact in facts_of(f"- a: b{end}- c: d{end}")] == ["b", "d"]
