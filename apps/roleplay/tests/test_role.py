"""A reply is the patient's: neither the clinician's, the student's, a narrator's, a coach's nor a program's."""

import pytest

from apps.roleplay.reply_check import ReplyCheck
from apps.roleplay.reply_check.role.manner import WEIGHTS, manner_of
from apps.roleplay.reply_check.role.manner_abroad import WEIGHTS as WEIGHTS_ABROAD
from apps.roleplay.reply_check.role.manner_abroad import foreign_manner_of
from apps.roleplay.tests import learn_manner
from apps.roleplay.tests.replies import Exchange, exchanges, scenarios, spoken
from apps.roleplay.tests.test_false_alarms import first_broken_rule, report

NOTICED = 0.95


def broken_rule(reply: str, *said: str, patient: str = "Margaret", **content: str) -> str | None:
    return ReplyCheck({**scenarios()[patient], **content}, said or ("How are you today?",)).rule_broken(reply)


def noticed(one: Exchange) -> bool:
    return broken_rule(one.reply, one.question, patient=one.patient) == "role_break"


def test_replies_out_of_the_role_are_noticed() -> None:
    replies = exchanges("out_of_role.txt")
    assert len({one.reply for one in replies}) >= 880
    missed = [f"{one.block}: {one.reply}" for one in replies if not noticed(one)]
    print(f"replies out of the role: {len(missed)} of {len(replies)} missed")  # noqa: T201
    assert len(missed) <= (1 - NOTICED) * len(replies), missed


@pytest.mark.parametrize("speaker", sorted({one.block for one in exchanges("out_of_role.txt")}))
def test_each_wrong_speaker_is_noticed(speaker: str) -> None:
    replies = [one for one in exchanges("out_of_role.txt") if one.block == speaker]
    assert sum(map(noticed, replies)) >= 0.9 * len(replies)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("held", 0.82, 0.03), ("held_second", 0.86, 0.01), ("held_third", 0.92, 0.01), ("further", 0.88, 0.01),
     ("second", 0.87, 0.01), ("third", 0.9, 0.01)],
)  # fmt: skip
def test_replies_that_no_list_was_made_for_are_told_by_their_manner(name: str, least: float, most: float) -> None:
    # The held-out ones were written by others than what was learned, and are not learned from.
    out = [reply for _, reply in spoken(f"{name}_out_of_role.txt")]
    patients = [reply for _, reply in spoken(f"{name}_of_patients.txt")]
    missed = [reply for reply in out if broken_rule(reply) != "role_break"]
    rejected = [reply for reply in patients if broken_rule(reply, "Please go on.") == "role_break"]
    print(f"{name}: {len(missed)} of {len(out)} missed, {len(rejected)} of {len(patients)} rejected")  # noqa: T201
    assert len(missed) <= (1 - least) * len(out)
    assert len(rejected) <= most * len(patients), rejected


INVITED = {
    "de": "Bitte erzählen Sie weiter.", "fr": "Continuez, s'il vous plaît.", "es": "Siga, por favor.",
    "it": "Continui, per favore.", "pt": "Continue, por favor.", "nl": "Gaat u verder, alstublieft.",
    "pl": "Proszę mówić dalej.", "tr": "Lütfen devam edin.",
}  # fmt: skip


@pytest.mark.parametrize(("name", "least", "most"), [("held_abroad", 0.46, 0.03), ("held_abroad_again", 0.6, 0.03)])
def test_replies_in_the_languages_learned_are_told_by_their_manner(name: str, least: float, most: float) -> None:
    out, patients = spoken(f"{name}_out_of_role.txt"), spoken(f"{name}_of_patients.txt")
    caught = [one for one in out if broken_rule(one[1], INVITED[one[0]]) == "role_break"]
    rejected = [one for one in patients if broken_rule(one[1], INVITED[one[0]]) == "role_break"]
    print(f"{name}: {len(caught)} of {len(out)} caught, {len(rejected)} of {len(patients)} rejected")  # noqa: T201
    assert len(caught) >= least * len(out)
    assert len(rejected) <= most * len(patients), rejected


@pytest.mark.parametrize(
    "spoken_so", ["Jag är här för att hjälpa dig. Vilka symtom har du?", "How can I help you today?", "我头疼。"]
)
def test_nothing_is_told_by_the_manner_of_a_language_that_was_not_learned(spoken_so: str) -> None:
    assert foreign_manner_of(spoken_so, spoken_so) == 0


def test_the_weights_of_manner_are_those_that_the_corpora_give() -> None:
    learned = learn_manner.texts()
    assert [path.read_text(encoding="utf-8") for path in (WEIGHTS, WEIGHTS_ABROAD)] == learned


@pytest.mark.parametrize(
    "spoken_so", ["", "?", "...", "42", "Ja, genau.", "我头疼。", "you " * 3000, "? " * 3000, "a" * 9000]
)
def test_any_text_has_a_manner(spoken_so: str) -> None:
    assert -20 < manner_of(spoken_so) < 20


def test_ordinary_replies_that_come_near_them_pass() -> None:
    replies = exchanges("near_the_role.txt")
    assert len({one.reply for one in replies}) >= 690
    rejected = [
        f"{rule}: {one.question} {one.reply}"
        for one in replies
        if (rule := first_broken_rule(scenarios()[one.patient], [one.question], one.reply)) == "role_break"
    ]
    report("replies near a broken role", rejected, len(replies))


@pytest.mark.parametrize("asked", ["You're an AI, aren't you?", "Are you a real person?", "Is this a chatbot?"])
@pytest.mark.parametrize(
    "denial", ["I'm not an AI, dear, I'm Margaret.", "A chatbot? No, I'm flesh and blood.", "You think I'm a bot?"]
)
def test_only_who_is_asked_may_deny_to_be_a_program(asked: str, denial: str) -> None:
    assert broken_rule(denial, asked) is None


@pytest.mark.parametrize("reply", ["I'm not an AI, dear, I'm Margaret.", "I'm not a program or a model."])
def test_an_unasked_denial_breaks_the_role(reply: str) -> None:
    assert broken_rule(reply, "How did you sleep?") == "role_break"


def test_an_admission_breaks_the_role_although_it_was_asked_for() -> None:
    assert broken_rule("Yes, I'm an AI.", "Are you an AI?") == "role_break"
    assert broken_rule("I'm not a real person, I'm a language model.", "Are you real?") == "role_break"


def test_the_patients_own_name_is_the_scenarios() -> None:
    assert broken_rule("Thank you, Mrs Hill.", "Good morning.") == "role_break"
    assert broken_rule("Thank you, Mrs Hill.", "Good morning.", scenario_text="Joan Carter, 70.") is None
    assert broken_rule("Hello Margaret, what a coincidence.", "Hello, my name is Margaret too.") is None


def test_what_others_are_reported_to_have_said_is_not_the_patients() -> None:
    advice = "I'd recommend that you take it with food."
    assert broken_rule(advice) == "role_break"
    assert broken_rule(f"The pharmacist said: {advice}") is None


def test_a_repeated_question_is_not_the_patients() -> None:
    assert broken_rule("Any fever? No, nothing like that.", "Any fever?") is None


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("Where does it hurt? Here, mostly.", "How are you?"),
        ("When did it start? Let me think. About March.", "And before that?"),
        ("Worse at night? Yes, always.", "???"),
        ("My name is Claude Dupont.", "What's your name?"),
    ],
)
def test_a_question_that_the_patient_answers_is_the_patients(reply: str, asked: str) -> None:
    assert first_broken_rule(scenarios()["Margaret"], [asked], reply) is None


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ("Wo tut es weh?", "Wo tut es weh?"),
        ("What tablets do you take?", "Hello there. What tablets do you take?"),
        ("Guten Morgen, ich bin Jana und studiere Medizin.", "Guten Morgen, ich bin Jana und studiere Medizin."),
        ("Salut, je suis Lea, enchantée.", "Salut, je suis Lea, étudiante."),
    ],
)
def test_the_students_words_given_back_are_not_the_patients(reply: str, asked: str) -> None:
    assert broken_rule(reply, asked) == "role_break"


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, I'm an AI developed by Alibaba Cloud.",
        "Ja, ich bin Qwen.",
        "我是由阿里云开发的。",
        "I'm Claude, made by Anthropic.",
    ],
)
def test_the_name_of_a_maker_or_model_breaks_the_role_although_it_was_asked_for(reply: str) -> None:
    assert broken_rule(reply, "You're an AI, aren't you?") == "role_break"


def test_a_reply_is_stopped_at_the_sentence_that_breaks_the_role() -> None:
    check = ReplyCheck(scenarios()["Margaret"], ["How are you?"])
    assert check.rule_broken_so_far("I'm a little tired.") is None
    assert check.rule_broken_so_far("I'm a little tired. How can I help you today?") == "role_break"


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("You're an AI, aren't you?", "Yes"),
        ("You're an AI, aren't you?", "Yes, I am. What else?"),
        ("Are you a chatbot?", "I am, yes."),
        ("Are you a real person?", "No."),
        ("Bist du eine KI?", "Ja."),
        ("Are you even human?", "No, I'm not."),
    ],
)
def test_a_bare_admission_breaks_the_role(asked: str, reply: str) -> None:
    assert broken_rule(reply, asked) == "role_break"


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("You're an AI, aren't you?", "No, love, I'm just me."),
        ("Are you a real person?", "Yes."),
        ("Are you a chatbot?", "No."),
        ("Are you a real person?", "Yes, as real as you are."),
        ("Do you use a computer at work?", "No."),
        ("Do you live alone?", "Yes."),
    ],
)
def test_answers_in_the_part_to_who_somebody_is(asked: str, reply: str) -> None:
    assert broken_rule(reply, asked) is None


@pytest.mark.parametrize(
    ("said", "reply", "broken"),
    [
        ("Hello, I'm Sam, a medical student.", "Sam, I'm a medical student.", "role_break"),
        ("Ich bin Jana, ich bin Medizinstudentin.", "Ich bin Medizinstudentin.", "role_break"),
        ("What do you do for work?", "I'm a third-year medical student on placement here.", "role_break"),
        ("What do you do for work?", "I'm a medical student, in Leeds.", None),
        ("Hello, I'm Sam, a medical student.", "I am fine with a medical student, go ahead.", None),
        ("Hello, I'm Sam, a medical student.", "I'm not used to medical students.", None),
    ],
)
def test_a_patient_is_not_the_student_who_has_said_what_they_are(said: str, reply: str, broken: str | None) -> None:
    assert broken_rule(reply, said) == broken
