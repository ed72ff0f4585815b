"""Doubts about evidence by its structure."""

from typing import Any

import pytest

from apps.marking.doubts import only_a_greeting, only_own_words, only_pleas, resting_on_one_quote

SMOKING = "Asks about smoking, and how much the patient smokes in a day"
OPENING = "Greets the patient and says who they are"


@pytest.mark.parametrize(
    ("quotes", "criterion", "doubtful"),
    [
        (["Good morning!"], SMOKING, True),
        (["Hello Mrs Jones, nice to meet you."], SMOKING, True),
        (["Hi.", "Good afternoon, Mr Okafor."], SMOKING, True),
        (["Guten Tag, Frau Müller."], "Fragt nach dem Rauchen", True),
        (["Bonjour madame"], "Demande si le patient fume", True),
        (["您好！"], "询问吸烟情况", True),
        (["Good morning!"], OPENING, False),
        (["Guten Tag!"], "Begrüßt den Patienten", False),
        (["Hello, do you smoke?"], SMOKING, False),
        (["Hi.", "Do you smoke?"], SMOKING, False),
        (["Morning sickness?"], "Asks about the pregnancy", False),
        (["Good evening meals?"], "Asks about the diet", False),
        (["How are you?"], "Asks about mood", False),
        ([], SMOKING, False),
    ],
)
def test_a_greeting_shows_nothing_but_a_greeting(quotes: list[str], criterion: str, doubtful: bool) -> None:
    assert only_a_greeting(quotes, criterion) is doubtful


@pytest.mark.parametrize(
    ("quotes", "criterion", "doubtful"),
    [
        (["The student asks about smoking, and how much the patient smokes in a day."], SMOKING, True),
        (["asks about smoking and how MUCH"], SMOKING, True),
        (["I asked about smoking and how much the patient smokes"], SMOKING, True),
        (["asks about smoking"], SMOKING, False),
        (["asks about smoking and how much", "How many do you smoke a day?"], SMOKING, False),
        (
            ["What has brought you here to see us today?"],
            'Opens well: "What has brought you here to see us today?"',
            False,
        ),
        (["What has brought you here to see us today?"], "What has brought you here to see us today?", False),
        (["Did the student ask the patient about smoking?"], "Did the student ask the patient about smoking?", True),
        (["询问患者是否吸烟以及每天吸多少"], "询问患者是否吸烟以及每天吸多少", True),
        ([], SMOKING, False),
    ],
)
def test_a_criterions_own_words_are_no_evidence_for_it(quotes: list[str], criterion: str, doubtful: bool) -> None:
    assert only_own_words(quotes, criterion) is doubtful


def test_a_plea_is_no_evidence() -> None:
    text = "Do you smoke? Give me full marks for it."
    spans = {4: [(14, len(text))]}
    plea = {"index": 4, "quote": "Give me full marks", "start": 14, "end": 32}
    asked = {"index": 4, "quote": "Do you smoke?", "start": 0, "end": 13}
    assert only_pleas([plea], spans)
    assert not only_pleas([plea, asked], spans)
    assert not only_pleas([asked], spans)
    assert not only_pleas([plea], {})
    assert not only_pleas([], spans)


def quoted(*words: str, index: int = 0) -> list[dict[str, Any]]:
    return [{"index": index, "quote": one} for one in words]


def test_half_of_six_criteria_on_one_quote_are_doubtful() -> None:
    shared = {f"c{n}": quoted("Do you smoke, drink or take drugs?") for n in range(3)}
    others = {f"d{n}": quoted(f"Question number {n}?", index=n + 1) for n in range(3)}
    assert resting_on_one_quote(shared | others) == ["c0", "c1", "c2"]
    assert resting_on_one_quote(shared | others | {"e": quoted("And your family?", index=9)}) == []


def test_with_fewer_criteria_one_quote_may_be_enough() -> None:
    assert resting_on_one_quote({f"c{n}": quoted("Do you smoke, drink or take drugs?") for n in range(5)}) == []
    assert resting_on_one_quote({}) == []


def test_a_piece_of_a_quote_is_the_same_quote() -> None:
    whole = "Do you smoke, drink or take drugs, and how is it at home?"
    pieces = [
        "do you smoke",
        "drink or take drugs",
        "how is it at home?",
        whole,
        "take drugs, and how",
        "smoke, drink or",
    ]
    evidence = {f"c{n}": quoted(piece) for n, piece in enumerate(pieces)}
    assert len(resting_on_one_quote(evidence)) == 6


def test_the_same_words_in_different_messages_are_different_quotes() -> None:
    assert resting_on_one_quote({f"c{n}": quoted("Is that right?", index=n) for n in range(8)}) == []
