"""The rules of the reply check."""

import pytest

from apps.roleplay.prompt import RULES
from apps.roleplay.reply_check import REMINDERS, ReplyCheck
from apps.roleplay.tests.replies import Exchange, hostile, scenarios

MARGARET = scenarios()["Margaret"]
HELLO = "Hello, my name is Sam and I'm a medical student."
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
        ("Could it be your CCF?", None),
        ("K\u00f6nnte es eine Herzinsuffizienz sein?", None),
        ("It may be an insuffisance cardiaque.", None),
        ("Is it your heart?", "diagnosis_named"),
    ],
)
def test_the_patient_must_not_name_a_diagnosis_first(said: str, rule: str | None) -> None:
    assert broken_rule("Is it heart failure, then?", said) == rule


@pytest.mark.parametrize(
    ("diagnosis", "said", "reply", "rule"),
    [
        ("urinary tract infection", "Could this be a UTI?", "A urinary tract infection? Again?", None),
        ("UTI, water infection", "It may be cystitis.", "A water infection, you mean?", None),
        ("hypertension", "Your blood pressure is raised: high blood pressure.", "So that's hypertension?", None),
        ("migraine", "Das kann Migr\u00e4ne sein.", "So a migraine.", None),
        ("diabetes, type 1 diabetes", "Was anybody in the family diabetic?", "Diabetes? No.", None),
        ("diabetes", "Any other illnesses?", "No, no diabetes or anything.", None),
        ("diabetes", "Any other illnesses?", "I've never had diabetes, doctor.", None),
        ("diabetes", "What do you think it is?", "It's diabetes, isn't it? No, I don't know.", "diagnosis_named"),
        ("anxiety", "How do you feel?", "My anxiety's been terrible.", None),
        ("angina", "How do you feel?", "My angina's been terrible.", "diagnosis_named"),
    ],
)
def test_a_diagnosis_is_named_under_any_of_its_names(diagnosis: str, said: str, reply: str, rule: str | None) -> None:
    assert broken_rule(reply, said, additional_instructions=f"Opening: I'm ill.\nDiagnosis: {diagnosis}") == rule


def test_a_diagnosis_of_its_own_field_is_not_named_first_either() -> None:
    assert broken_rule("It's gout, I think.", "How do you feel?", diagnosis="gout, podagra") == "diagnosis_named"
    assert broken_rule("My toe hurts.", "How do you feel?", diagnosis="gout, podagra") is None


def test_an_example_question_may_be_repeated() -> None:
    question = "Do you ever drink wine in the morning"
    facts = f"- [locked] alcohol, {question}?: A glass."
    assert broken_rule(f"{question}, you ask? A glass.", f"{question}?", additional_instructions=facts) is None


def test_a_diagnosis_in_a_locked_fact_may_be_told_with_it() -> None:
    facts = "- [locked] told before, name for it: They called it angina in 2009.\nDiagnosis: angina"
    said = "Did the doctor give you a name for it?"
    assert broken_rule("They called it angina.", said, additional_instructions=facts) is None


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
def test_a_locked_fact_may_be_told_once_it_was_asked_for(asked: str) -> None:
    assert broken_rule(SHERRY, HELLO) == "locked_fact"
    assert broken_rule(SHERRY, HELLO, asked) is None
    assert broken_rule(SHERRY, HELLO, asked, "Thank you, that's very clear.") is None


@pytest.mark.parametrize(
    "said",
    [
        "Where is the pain?",
        "Tell me more.",
        "Go on.",
        "Take your time.",
        "I'm listening.",
        "I wonder how you spend your evenings.",
        "It sounds as though there is more.",
        "So you still take them",
        "Smoking, alcohol",
        "Evenings",
        "And in the evenings...",
        "\u0645\u0627\u0630\u0627 \u062a\u0634\u0631\u0628\u061f",
        "\u4f60\u665a\u4e0a\u505a\u4ec0\u4e48",
        "Unafanya nini jioni",
        "Wat doen jy saans",
        "Erz\u00e4hlen Sie mal",
        "Parlez-moi de vos soir\u00e9es",
        "Cu\u00e9nteme",
        "Mi dica pure",
        "Vertelt u eens",
        "Conte-me",
        "...",
        "",
    ],
)
def test_nothing_that_may_answer_a_question_is_taken_back(said: str) -> None:
    check = ReplyCheck(MARGARET, [said])
    assert not check.asks_nothing
    assert check.rule_broken(SHERRY) is None
    assert check.rule_broken_so_far(SHERRY) is None


@pytest.mark.parametrize(
    "said",
    [
        HELLO,
        "Thank you.",
        "Okay, I see.",
        "I'm so sorry to hear that.",
        "That must be very hard for you.",
        "I'm going to listen to your chest now, let me know if it hurts.",
        "When the heart pumps less well, water collects in the lungs.",
        "To summarise, you've been breathless for three weeks, and it's worse on the stairs.",
        "Guten Tag, ich bin Lena und studiere Medizin.",
        "Je vais \u00e9couter votre c\u0153ur.",
        "Lo siento mucho.",
        "Mi dispiace.",
        "Ik ga u nu onderzoeken.",
        "Muito obrigado.",
    ],
)
def test_a_message_that_asks_nothing_opens_nothing(said: str) -> None:
    check = ReplyCheck(MARGARET, [said])
    assert check.asks_nothing
    assert check.rule_broken(SHERRY) == "locked_fact"
    assert check.rule_broken_so_far(f"Yes. {SHERRY}") == "locked_fact"


def test_the_answer_to_a_question_may_come_a_message_later() -> None:
    facts = "- [locked] marriage: My husband left me in March."
    assert broken_rule("He left in March.", HELLO, "It's all right.", additional_instructions=facts) == "locked_fact"
    said = ("Are you divorced?", "It's all right.")
    assert broken_rule("He left in March.", *said, additional_instructions=facts) is None


@pytest.mark.parametrize(
    "said", ["Thanks, alcohol", "You have a drink now and then", "The drinking is under control", "I gather you drink"]
)
def test_a_statement_that_touches_the_subject_may_be_a_question(said: str) -> None:
    assert broken_rule(SHERRY, said) is None


def test_a_topic_of_stop_words_is_matched_as_a_phrase() -> None:
    facts = "- [locked] how much, how many glasses: A bottle of sherry a night."
    content = {**MARGARET, "additional_instructions": facts}
    assert ReplyCheck(content, ["And how much do you drink?"]).is_asked(0)
    assert not ReplyCheck(content, ["How are you today?"]).is_asked(0)


def test_a_locked_fact_without_topics_is_unlocked_by_its_own_words() -> None:
    facts = "- [locked] He hides gin behind the washing machine."
    said = "I hide it behind the washing machine."
    assert broken_rule(said, HELLO, additional_instructions=facts) == "locked_fact"
    assert broken_rule(said, "Is there gin?", "Thank you.", additional_instructions=facts) is None


def test_a_locked_fact_is_stopped_at_the_sentence_that_tells_it() -> None:
    check = ReplyCheck(MARGARET, [HELLO])
    reply = "I'm fine. I stopped the water tablets in March because of the bus trips."
    assert check.rule_broken_so_far("I'm fine.") is None
    assert check.rule_broken_so_far(reply) == "locked_fact"


def test_what_a_reply_may_tell_and_what_was_asked_for() -> None:
    check = ReplyCheck(MARGARET, ["Where is the pain?"])
    assert check.perhaps_told("I get short of breath on the stairs.") == ()
    assert check.perhaps_told("I get through rather a lot of sherry.") == (0,)
    assert check.perhaps_told("I flushed them down the sink, and had a sherry.") == (0, 1)
    assert [check.is_asked(0), check.is_asked(1)] == [False, False]
    check = ReplyCheck(MARGARET, ["Do you drink alcohol?", "Thank you."])
    assert check.perhaps_told("I flushed them down the sink, and had a sherry.") == (1,)
    assert [check.is_asked(0), check.is_asked(1)] == [True, False]


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
