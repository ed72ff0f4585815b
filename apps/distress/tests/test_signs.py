"""Disclosures of a student are told from talk with a patient at risk. The corpora were written before the rules."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.distress.signs import is_touched, sign_in, strongest
from apps.distress.tests import learn_weights
from apps.distress.tests.corpora import (
    DISCLOSURES,
    DISTANT,
    HELD,
    HELD_MULTILINGUAL,
    INDIRECT,
    LAST_HELD,
    LAST_HELD_MULTILINGUAL,
    LATE_HELD,
    MORE_MULTILINGUAL,
    MULTILINGUAL,
    PERSONAL,
    TURNS,
    UNLISTED,
    all_messages,
    messages,
)
from apps.roleplay.tests.replies import asked, ordinary, untold


@pytest.mark.parametrize(("names", "least"), [(DISCLOSURES, 1200), (TURNS, 1450)])
def test_the_corpora_are_large_and_have_no_message_twice(names: tuple[str, ...], least: int) -> None:
    found = all_messages(*names)
    assert len(found) >= least
    assert len(set(found)) > 0.99 * len(found)


@pytest.mark.parametrize("name", DISCLOSURES)
def test_disclosures_are_noticed_without_a_model(name: str) -> None:
    found = all_messages(name)
    missed = [said for said in found if sign_in(said) == "none"]
    assert len(missed) <= 0.05 * len(found), missed


def test_disclosures_are_noticed_in_every_register() -> None:
    shares = {
        register: sum(sign_in(said) != "none" for said in several) / len(several)
        for register, several in messages("disclosures").items()
    }
    assert len(shares) == 10
    assert {register: share for register, share in shares.items() if share < 0.9} == {}


@pytest.mark.parametrize("name", TURNS)
def test_talk_with_a_patient_at_risk_is_no_sign(name: str) -> None:
    found = all_messages(name)
    alarms = [said for said in found if sign_in(said) != "none"]
    assert len(alarms) <= 0.01 * len(found), alarms


@pytest.mark.parametrize("name", TURNS)
def test_few_turns_have_a_weak_sign_and_cost_a_second_call(name: str) -> None:
    found = all_messages(name)
    weak = [said for said in found if sign_in(said) == "none" and is_touched(said)]
    assert len(weak) <= 0.01 * len(found), weak


# Which share of the disclosures is noticed, and is with a model asked; and how many of the turns are at most taken for
# a sign, and cost a call. Nothing is learned from the held-out ones: they say what unseen messages meet.
_SHARES = [
    (UNLISTED, (0.8, 0.97), (0.013, 0.06)),
    (PERSONAL, (0.75, 0.95), (0.01, 0.02)),
    (INDIRECT, (0.7, 0.95), (0.01, 0.03)),
    (DISTANT, (0.6, 0.9), (0.01, 0.03)),
    (MULTILINGUAL, (0.7, 0.9), (0.01, 0.025)),
    (MORE_MULTILINGUAL, (0.7, 0.9), (0.01, 0.03)),
    (HELD, (0.73, 0.87), (0.035, 0.1)),
    (LATE_HELD, (0.63, 0.85), (0.01, 0.04)),
    (LAST_HELD, (0.64, 0.82), (0.01, 0.04)),
    (HELD_MULTILINGUAL, (0.75, 0.86), (0.026, 0.06)),
    (LAST_HELD_MULTILINGUAL, (0.77, 0.88), (0.01, 0.06)),
]


@pytest.mark.parametrize(("names", "least", "most"), _SHARES)
def test_what_no_phrase_was_written_for_is_noticed_or_a_model_is_asked(
    names: tuple[str, str], least: tuple[float, float], most: tuple[float, float]
) -> None:
    assert_shares(*map(all_messages, names), least, most)


def assert_shares(
    disclosures: list[str], turns: list[str], least: tuple[float, float], most: tuple[float, float]
) -> None:
    """That so many of the disclosures at least, and of the turns at most, are taken for a sign, and cost a call."""
    of_disclosures, of_turns = (Counter(strongest([said]) for said in several) for several in (disclosures, turns))
    noticed = of_disclosures["clear"] + of_disclosures["possible"]
    assert noticed >= least[0] * len(disclosures), of_disclosures
    assert noticed + of_disclosures["weak"] >= least[1] * len(disclosures), of_disclosures
    assert of_turns["clear"] == 0
    assert of_turns["possible"] <= most[0] * len(turns), of_turns
    assert of_turns["weak"] <= most[1] * len(turns), of_turns


def test_few_ordinary_questions_cost_a_second_call() -> None:
    questions = [one.question for one in (*asked(), *untold(), *ordinary())]
    assert sum(strongest([said]) != "none" for said in questions) <= 0.01 * len(questions)


def test_a_message_in_two_languages_is_no_sign_for_that() -> None:
    questions = dict.fromkeys(one.question for one in (*asked(), *untold(), *ordinary()))
    messages_said = [
        f"{question} This is question {number % 41} of student-{number % 7}c1-{number % 10}@example.org."
        for number, question in enumerate(questions)
    ]
    signs = [said for said in messages_said if strongest([said]) != "none"]
    assert len(signs) <= 0.01 * len(messages_said), signs


_BESIDE_ENGLISH = [
    (HELD_MULTILINGUAL, (0.6, 0.75), (0.02, 0.1)),
    (LAST_HELD_MULTILINGUAL, (0.6, 0.79), (0.02, 0.08)),
]


@pytest.mark.parametrize(("names", "least", "most"), _BESIDE_ENGLISH)
@pytest.mark.parametrize("english_first", [True, False])
def test_another_language_beside_english_is_read_as_well(
    names: tuple[str, str], least: tuple[float, float], most: tuple[float, float], english_first: bool
) -> None:
    turns = all_messages("consultation_turns")

    def mixed(name: str) -> list[str]:
        pairs = [(turns[7 * at % len(turns)], f"{said}.") for at, said in enumerate(all_messages(name))]
        return [" ".join(pair if english_first else reversed(pair)) for pair in pairs]

    assert_shares(mixed(names[0]), mixed(names[1]), least, most)


@pytest.mark.parametrize("said", ["Ich will sterben.", "je veux mourir", "Quiero morirme.", "Ik wil dood."])
def test_what_is_said_in_another_language_is_looked_at_by_a_model(said: str) -> None:
    assert sign_in(said) == "possible"


def test_a_disclosure_is_noticed_among_a_consultations_sentences() -> None:
    turns = all_messages("consultation_turns")
    for said in ("I want to die.", "Ich will nicht mehr leben.", "je veux mourir"):
        for turn in turns[::10]:
            assert sign_in(f"{turn}\n{said}") != "none", turn


@pytest.mark.parametrize(
    "said",
    [
        "I WANT TO DIE!!!",
        "i  want\tto   die",
        "I want to d\u0069\u0301e",
        "I\u200b want to die",
        "i want to die \U0001f494",
        "I’m going to kill myself",
        "um hi, i... i want to die",
    ],
)
def test_how_it_is_written_does_not_hide_it(said: str) -> None:
    assert sign_in(said) == "clear"


@pytest.mark.parametrize(
    "said", ["", " ", "?", "...", "\n\n", "\U0001f600", "\ud7ff", "1 2 3", "a" * 4000, "i " * 2000, ", " * 2000]
)
def test_any_text_has_an_answer(said: str) -> None:
    assert sign_in(said) == "none"


@pytest.mark.parametrize(
    ("said", "level"),
    [
        (["Any allergies?", "I want to die."], "clear"),
        (["There is only one way out for me now.", "Any allergies?"], "possible"),
        (["I am in danger.", "Any allergies?"], "weak"),
        (["Any allergies?", "Do you want to die?"], "none"),
        ([], "none"),
    ],
)
def test_the_strongest_sign_of_several_messages_counts(said: list[str], level: str) -> None:
    assert strongest(said) == level


def test_a_refused_message_counts_only_where_the_student_touches_on_it() -> None:
    assert is_touched("I keep going back to suicide, it is all there is")
    assert not is_touched("Have you thought about suicide?")
    assert not is_touched("You stupid idiot, answer me")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("path", "learned"),
    [(learn_weights.ENGLISH, learn_weights.english), (learn_weights.FOREIGN, learn_weights.foreign)],
)
def test_the_weights_are_those_that_the_corpora_give(path: Path, learned: Callable[[], str]) -> None:
    assert path.read_text(encoding="utf-8") == learned()
