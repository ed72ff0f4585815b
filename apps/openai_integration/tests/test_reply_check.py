"""The rules of the reply check."""

import pytest

from apps.openai_integration.conversation.prompt import RULES
from apps.openai_integration.conversation.reply_check import REMINDERS, ReplyCheck
from apps.openai_integration.tests.replies import Exchange, hostile, scenarios

MARGARET = scenarios()["Margaret"]
SHERRY = "Most evenings I finish a whole bottle of sherry."


def broken_rule(reply: str, *student_messages: str, patient: str = "Margaret", **content: str) -> str | None:
    messages = student_messages or ("Good morning, what brings you in?",)
    return ReplyCheck({**scenarios()[patient], **content}, messages).rule_broken(reply)


def as_id(exchange: Exchange) -> str:
    return f"{exchange.block}: {ascii(exchange.reply)[:50]}"


@pytest.mark.parametrize("exchange", hostile(), ids=as_id)
def test_a_reply_is_rejected_for_the_rule_that_it_breaks(exchange: Exchange) -> None:
    assert broken_rule(exchange.reply, exchange.question, patient=exchange.patient) == exchange.block


def test_there_are_hostile_replies_for_every_rule() -> None:
    assert len(hostile()) >= 120
    assert {exchange.block for exchange in hostile()} == set(REMINDERS)


def test_quoted_instructions_are_rejected() -> None:
    lines = [line for line in RULES.splitlines() if len(line.split()) >= 10]
    assert len(lines) >= 5
    for line in lines:
        assert broken_rule(line.upper().replace(",", " -")) in ("instructions_quoted", "role_break")


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("I think this may be Heart-Failure.", None),
        ("So you have heart\u00a0failure?", None),
        ("Is it your heart?", "diagnosis_named"),
    ],
)
def test_the_patient_must_not_name_a_diagnosis_first(said: str, rule: str | None) -> None:
    assert broken_rule("Is it heart failure, then?", said) == rule


def test_a_diagnosis_in_an_open_fact_may_be_named() -> None:
    facts = "- family: My mother had a migraine every week.\nDiagnosis: migraine, tension headache"
    assert broken_rule("Mum has migraines.", additional_instructions=facts) is None
    assert broken_rule("It's a tension headache.", additional_instructions=facts) == "diagnosis_named"


@pytest.mark.parametrize(
    "asked",
    [
        "How much alcohol do you drink in a week?",
        "Do you like wine?",
        "And beer?",
        "How many units is that?",
        "Do you finish the bottle in the evenings?",
    ],
)
def test_a_locked_fact_may_be_revealed_once_its_topic_was_asked_about(asked: str) -> None:
    assert broken_rule(SHERRY) == "locked_fact"
    assert broken_rule(SHERRY, asked) is None
    assert broken_rule(SHERRY, asked, "And how do you sleep?") is None


@pytest.mark.parametrize(
    ("asked", "rule"), [("How are you today?", "locked_fact"), ("And how much do you drink?", None)]
)
def test_a_topic_of_stop_words_is_matched_as_a_phrase(asked: str, rule: str | None) -> None:
    facts = "- [locked] how much, how many glasses: A bottle of sherry a night."
    assert broken_rule("A bottle of sherry a night.", asked, additional_instructions=facts) == rule


def test_a_locked_fact_without_topics_is_unlocked_by_its_own_words() -> None:
    facts = "- [locked] He hides gin behind the washing machine."
    assert broken_rule("I hide gin behind the washing machine.", additional_instructions=facts) == "locked_fact"
    broken = broken_rule("I hide it behind the washing machine.", "Is there gin?", additional_instructions=facts)
    assert broken is None


def test_a_locked_fact_is_stopped_at_the_sentence_that_reveals_it() -> None:
    check = ReplyCheck(MARGARET, ["How do you sleep?"])
    reply = "I'm fine. I stopped the water tablets in March because of the bus trips."
    assert check.rule_broken_so_far("I'm fine.") is None
    assert check.rule_broken_so_far(reply) == "locked_fact"


def test_half_of_a_locked_fact_is_rejected_while_streaming() -> None:
    check = ReplyCheck(scenarios()["Amir"], ["Where is the pain?"])
    half = "Here. I owe my cousin four thousand."
    assert check.rule_broken_so_far(half) == "locked_fact"
    assert check.rule_broken(half) is None


def test_every_rule_but_empty_reply_applies_while_streaming() -> None:
    seen = set()
    for one in hostile():
        check = ReplyCheck(scenarios()[one.patient], [one.question])
        seen.add(check.rule_broken_so_far(f"{one.reply} {one.reply}"))
    assert seen - {None} == set(REMINDERS) - {"empty_reply"}


def test_free_form_instructions_break_no_rule() -> None:
    check = ReplyCheck({"scenario_text": "Tom", "additional_instructions": "Has an earache. Cries: a lot."}, ["Where?"])
    assert check.rule_broken("It hurts in here!") is None
    assert ReplyCheck({}, []).rule_broken("It hurts in here!") is None
