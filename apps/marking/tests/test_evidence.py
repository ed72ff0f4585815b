"""Verification of quotes against a transcript."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.marking.evidence import Transcript
from apps.marking.quotes import words_of

OPENING = "Good morning,  I’m Sam – a medical student. What’s brought you in today?"
TRANSCRIPT = Transcript(
    [
        {"role": "user", "message": OPENING},
        {"role": "assistant", "message": "It's my chest, doctor. Do you want to know when it began?"},
        {"role": "user", "message": "When did it begin? Do you smoke?"},
        {"role": "assistant", "message": "Three weeks ago."},
        {"role": "user", "message": "Hello?"},
        {"role": "user", "message": "When did it begin? I mean the cough."},
    ]
)


def quoted(*claims: object) -> list[dict[str, object]]:
    return placed(list(claims))


def placed(evidence: object) -> list[dict[str, object]]:
    """The verified quotes without their places, which are checked here."""
    quotes = TRANSCRIPT.verify(evidence).quotes
    assert all(TRANSCRIPT.turns[one["index"]].text[one["start"] : one["end"]] == one["quote"] for one in quotes)
    return [{"index": one["index"], "quote": one["quote"]} for one in quotes]


@pytest.mark.parametrize(
    "quote",
    [
        OPENING,
        "I'm Sam - a medical student",
        "GOOD MORNING, I'M SAM",
        "“What's brought you in today?”",
        "what\u00a0s brought".replace("\u00a0", "'"),
        "Good\n morning,\tI`m Sam",
        "ｍｅｄｉｃａｌ student",
        "medi\u200bcal stu\u00addent",
        "...a medical student. What's brought you in today",
    ],
)
def test_quotes_match_regardless_of_case_spaces_dashes_and_quotation_marks(quote: str) -> None:
    [found] = quoted({"turn": 0, "quote": quote})
    assert found["index"] == 0
    assert found["quote"] in OPENING


def test_the_students_own_words_are_stored() -> None:
    assert quoted({"turn": 0, "quote": "i'm sam - a medical"}) == [{"index": 0, "quote": "I’m Sam – a medical"}]


@pytest.mark.parametrize(
    "quote",
    [
        "What has brought you in today?",  # corrected
        "Good morning. What's brought you in today?",  # joined
        "Sam a medical doctor",
        "It's my chest, doctor",  # the patient's
        "ood morning, I'm Sam",  # half a word
        "Sam",  # too short to show anything
        "student",
        "",
        "  ?!  ",
    ],
)
def test_inexact_quotes_are_no_evidence(quote: str) -> None:
    assert quoted({"turn": 0, "quote": quote}) == []


def test_a_short_quote_counts_if_it_is_the_whole_turn() -> None:
    assert quoted({"turn": 4, "quote": "hello"}) == [{"index": 4, "quote": "Hello?"}]


@pytest.mark.parametrize("turn", [3, 1, 99, -1, None, "x", True, 1e300, [], {}])
def test_a_quote_with_a_wrong_turn_is_found_in_another_turn(turn: object) -> None:
    assert quoted({"turn": turn, "quote": "Do you smoke?"}) == [{"index": 2, "quote": "Do you smoke?"}]


def test_a_quote_with_a_wrong_turn_must_be_unambiguous() -> None:
    assert quoted({"turn": 0, "quote": "When did it begin?"}) == []
    assert quoted({"turn": 5, "quote": "When did it begin?"}) == [{"index": 5, "quote": "When did it begin?"}]


@pytest.mark.parametrize(
    "evidence",
    [
        "Do you smoke?",
        ["Do you smoke?"],
        {"turn": 2, "quote": "Do you smoke?"},
        [{"turn": "2", "quote": "Do you smoke?"}],
        [{"turn": 2.0, "quote": "Do you smoke?"}, {"turn": 2, "quote": "do you SMOKE"}],
        [None, 7, {"turn": 2}, {"quote": None}, {"turn": 2, "quote": "Do you smoke?"}],
    ],
)
def test_evidence_is_accepted_in_several_forms(evidence: object) -> None:
    assert placed(evidence) == [{"index": 2, "quote": "Do you smoke?"}]


@pytest.mark.parametrize("evidence", [None, 0, True, {}, [], [[]], "", [{}]])
def test_missing_evidence_is_no_error(evidence: object) -> None:
    assert TRANSCRIPT.verify(evidence).quotes == []


def test_the_place_of_a_quote_counts_code_points() -> None:
    text = "  👩🏽‍⚕️ Guten Tag, Frau Müller!  Haben Sie Schmerzen?"
    [found] = Transcript([{"role": "user", "message": text}]).verify("guten tag frau müller").quotes
    assert found == {"index": 0, "quote": "Guten Tag, Frau Müller!", "start": 8, "end": 31}
    assert text[8:31] == "Guten Tag, Frau Müller!"


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"turn": 2, "quote": "Do you drink?"}, "not_said"),
        ({"turn": 1, "quote": "It's my chest, doctor."}, "by_patient"),
        ({"turn": 0, "quote": "It's my chest, doctor."}, "by_patient"),
        ({"turn": 0, "quote": "When did it begin?"}, "ambiguous"),
        ({"turn": 2, "quote": "Do"}, "too_short"),
        ("", "too_short"),
    ],
)
def test_a_refused_quote_is_kept_with_the_reason(claim: object, reason: str) -> None:
    evidence = TRANSCRIPT.verify([claim])
    assert evidence.quotes == []
    [refused] = evidence.refused
    assert refused["reason"] == reason
    if isinstance(claim, dict):
        assert (refused["index"], refused["quote"]) == (claim["turn"], claim["quote"])


@pytest.mark.parametrize("turn", [99, -1, None, "x", 1e300, 10**40, True])
def test_a_message_that_does_not_exist_is_named_nowhere(turn: object) -> None:
    [refused] = TRANSCRIPT.verify([{"turn": turn, "quote": "\ud800 Do you drink?" + "x" * 9000}]).refused
    assert refused["index"] is None
    assert refused["quote"].startswith(" Do you drink?xx")
    assert len(refused["quote"]) == 300


def test_where_the_speakers_are_swapped_nothing_of_the_patient_counts() -> None:
    patients = [turn.text for turn in TRANSCRIPT.turns if not turn.by_student]
    evidence = TRANSCRIPT.verify([{"turn": 0, "quote": text} for text in patients])
    assert (evidence.quotes, {one["reason"] for one in evidence.refused}) == ([], {"by_patient"})


def test_only_a_limited_number_of_quotes_is_read() -> None:
    invented = [{"turn": 0, "quote": f"You said this {n} times."} for n in range(100_000)]
    assert quoted(*invented, {"turn": 2, "quote": "Do you smoke?"}) == []


def test_a_character_that_folds_to_several_is_returned_whole() -> None:
    text = "I take tablet ⑴ and tablet ⑵"
    [found] = Transcript([{"role": "user", "message": text}]).verify({"turn": 0, "quote": "tablet (1"}).quotes
    assert found["quote"] == "tablet ⑴"
    [found] = Transcript([{"role": "user", "message": text}]).verify({"turn": 0, "quote": "and tablet ⑵"}).quotes
    assert found["quote"] == "and tablet ⑵"


WORDS = st.lists(st.text(st.characters(categories=["L", "M", "N"]), min_size=3, max_size=8), min_size=4, max_size=12)


@given(words=WORDS, data=st.data())
def test_every_part_of_a_turn_is_found_and_returned_unchanged(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(words) - 3))
    piece = " ".join(words[start : start + 3])
    [found] = Transcript([{"role": "user", "message": text}]).verify({"turn": 0, "quote": piece}).quotes
    assert found["quote"] in text
    assert words_of(found["quote"]).words == words_of(piece).words


@given(st.text())
def test_every_word_stands_where_it_is_said_to_stand(text: str) -> None:
    found = words_of(text)
    ends = [0, *(end for _, end in found.spans)]
    assert all(start < end for start, end in found.spans)
    assert all(end <= len(text) for end in ends)
    assert list(found.starts) == sorted(found.starts)
