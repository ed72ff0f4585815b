"""Replies that say the opposite of a fact, and those that do not."""

import pytest

from apps.roleplay.contradictions import contradicted
from apps.roleplay.tests.replies import asked, patients, untold
from apps.scenarios.facts import facts_of

FACTS = facts_of(
    "- smoke, cigarettes: Ten a day since I was eighteen.\n"
    "- father, dad, family history: My dad dropped dead at forty-nine.\n"
    "- allergy, allergies: Penicillin, I came out in a rash.\n"
    "- palpitations, fever, cough: No, none of that.\n"
    "- past medical history, operations, diabetes: They said my blood pressure was up.\n"
    "- [locked] at rest, at night: Twice last week I was sat in the cab.\n"
    "- Vater, Eltern: Mein Vater ist früh gestorben."
)


@pytest.mark.parametrize(
    ("question", "reply", "number"),
    [
        ("Do you smoke?", "No, I'm not a smoker.", 1),
        ("And do you smoke at all?", "Oh, no. Never have.", 1),
        ("Is your father still alive?", "Yes, he's alive and well.", 2),
        ("How is your father?", "He's still alive, he lives in Leeds.", 2),
        ("Do you have any allergy?", "Not that I know of.", 3),
        ("Have you had any palpitations?", "Yes, all the time.", 4),
        ("Does it ever come on at rest?", "No, never.", 6),
        ("Lebt Ihr Vater noch?", "Ja, er lebt noch.", 7),
    ],
)
def test_the_opposite_of_a_fact(question: str, reply: str, number: int) -> None:
    assert contradicted(FACTS, question, reply) == (number,)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Do you smoke?", "Yes, ten a day."),
        ("Do you smoke?", "No more than ten a day."),
        ("You don't smoke, do you?", "No."),
        ("Do you smoke or drink?", "No, neither really."),
        ("Do you have diabetes?", "No."),
        ("Is your father still alive?", "No, he died at forty-nine."),
        ("Is your father still alive?", "He's not alive any more."),
        ("Is your mother still alive?", "Yes, she's alive and well."),
        ("Have you had any palpitations?", "No, none of that."),
        ("Do you have any fever?", "Yes, a bit of one."),
        ("Tell me about your cigarettes.", "No, I'd rather not."),
        ("", "No."),
        ("Do you smoke?", ""),
    ],
)
def test_what_is_none(question: str, reply: str) -> None:
    assert contradicted(FACTS, question, reply) == ()


def test_ordinary_and_true_replies_contradict_nothing() -> None:
    found = [
        (exchange.patient, exchange.question, exchange.reply)
        for exchange in (*asked(), *untold())
        if contradicted(
            facts_of(patients()[exchange.patient]["additional_instructions"]), exchange.question, exchange.reply
        )
    ]
    assert len(found) <= 2, found
