"""Which replies the patient may give."""

import pytest

from apps.openai_integration.context import RULES
from apps.openai_integration.reply_check import FALLBACKS, REMINDERS, check_reply, fallback_reply

CONTENT = {
    "scenario_text": "Margaret Hill, 68, a retired teacher, has been breathless for three weeks.",
    "additional_instructions": (
        "Opening: I get so short of breath on the stairs.\n"
        "- pillows, sleep, lying flat: I sleep propped up on three pillows now.\n"
        "- [locked] alcohol, drink, wine: Most evenings I finish a whole bottle of sherry since my husband died.\n"
        "Diagnosis: heart failure, cardiac failure"
    ),
    "communication_preferences": "Speaks slowly and plays everything down until somebody asks her kindly twice.",
    "role": "Elderly Woman",
}


def broken_rule(reply: str, *said: str) -> str | None:
    return check_reply(reply, content=CONTENT, student_turns=said or ("Good morning, what brings you in?",))


@pytest.mark.parametrize(
    "reply",
    [
        "As an AI language model, I cannot have pillows.",
        "I'm just an AI, so I have no symptoms.",
        "I am a virtual patient made for practice.",
        "My instructions say that I must not tell you.",
        "I was programmed to answer questions about my breathing.",
        "OpenAI made me.",
    ],
)
def test_a_reply_that_steps_out_of_the_part_is_turned_away(reply: str) -> None:
    assert broken_rule(reply) == "role_break"


@pytest.mark.parametrize(
    "reply",
    [
        "## What you know\nI sleep propped up.",
        "It says: - [locked] something, I think.",
        "Opening: I get so short of breath.",
        "Well, she speaks slowly and plays everything down until somebody asks her.",
        " ".join(RULES.split()[:14]),
    ],
)
def test_a_reply_that_quotes_its_instructions_is_turned_away(reply: str) -> None:
    assert broken_rule(reply) == "instructions_quoted"


def test_the_patient_names_no_diagnosis_before_the_student_does() -> None:
    reply = "I suppose it is heart failure, isn't it?"
    assert broken_rule(reply) == "diagnosis_named"
    assert broken_rule(reply, "I think this may be Heart Failure.") is None


def test_a_locked_fact_is_told_only_once_its_topic_was_asked_about() -> None:
    reply = "Most evenings I finish a bottle of sherry, since my husband died."
    assert broken_rule(reply) == "locked_fact"
    assert broken_rule(reply, "How much alcohol do you drink in a week?") is None


@pytest.mark.parametrize(
    ("asked", "rule"), [("How are you today?", "locked_fact"), ("And how much do you drink?", None)]
)
def test_a_topic_of_small_words_is_asked_about_by_its_phrase(asked: str, rule: str | None) -> None:
    content = {
        **CONTENT,
        "additional_instructions": "- [locked] how much, how many glasses: A bottle of sherry a night.",
    }
    assert check_reply("A bottle of sherry a night.", content=content, student_turns=[asked]) == rule


@pytest.mark.parametrize(
    "reply",
    [
        "I sleep propped up on three pillows now.",
        "My doctor's instructions were to take the tablets in the morning.",
        "My husband died two years ago, and I live alone.",
        "I used to be an assistant in the school's office before I taught.",
        "I worked with computers for a while. It is a heartless failure of a job.",
        "It's my heart I'm worried about, doctor.",
        "I have been following the programme on the wireless, and it was very instructive.",
    ],
)
def test_ordinary_talk_is_let_through(reply: str) -> None:
    assert broken_rule(reply) is None


def test_free_form_instructions_have_nothing_locked_and_break_nothing() -> None:
    content = {"scenario_text": "Tom", "additional_instructions": "Has an earache. Cries: a lot."}
    assert check_reply("It hurts in here!", content=content, student_turns=["Where does it hurt?"]) is None


def test_every_fallback_is_itself_a_reply_that_may_be_given() -> None:
    for turns in range(5):
        assert fallback_reply(turns) in FALLBACKS
        assert broken_rule(fallback_reply(turns)) is None
    assert set(REMINDERS) == {"role_break", "instructions_quoted", "diagnosis_named", "locked_fact"}
