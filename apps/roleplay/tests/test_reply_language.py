"""The languages that a reply may be in."""

import pytest

from apps.roleplay.reply_check import ReplyCheck
from apps.roleplay.tests.replies import scenarios

GERMAN = "Ich habe seit drei Wochen keine Luft mehr und kann nicht schlafen."
ENGLISH = "It hurts behind my eye, and I can't do anything when it comes."
CHINESE = "我爬楼梯的时候喘不过气来。"


def rule(reply: str, *student_messages: str, patient: str = "Margaret", **content: str) -> str | None:
    return ReplyCheck({**scenarios()[patient], **content}, student_messages or ("How are you today?",)).rule_broken(
        reply
    )


def test_a_german_conversation_stays_german() -> None:
    said = ("Guten Tag, was führt Sie zu mir?", "Seit wann haben Sie das?")
    assert rule(GERMAN, *said, patient="Keller") is None
    assert rule(ENGLISH, *said, patient="Keller") == "other_language"
    assert ReplyCheck(scenarios()["Keller"], said).language == "de"


def test_a_patient_with_a_language_may_answer_in_it_whatever_the_student_speaks() -> None:
    assert rule(GERMAN, "How are you?") == "other_language"
    assert rule(GERMAN, "How are you?", language="German") is None
    assert rule(GERMAN, "How are you?", language="Klingon") is None


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Guten Tag, sprechen Sie Deutsch?", GERMAN),
        ("Bonjour, comment allez-vous ?", "J'ai très mal depuis trois semaines, et je ne dors pas bien."),
        ("Buenos días, ¿qué le pasa?", "No, no me duele nada, pero estoy muy cansada."),
        ("你好，你怎么了？", CHINESE),
    ],
)
def test_the_patient_may_answer_in_the_students_language(said: str, reply: str) -> None:
    assert rule(reply, "How are you?", "No?", "No, no pain?", "Was it so?") == "other_language"
    assert rule(reply, "How are you?", said) is None
    assert rule(reply, said, "And now in English, please.") is None


@pytest.mark.parametrize(
    ("manner", "reply"), [("Speaks only German, her daughter translates.", GERMAN), ("Answers in Mandarin.", CHINESE)]
)
def test_the_patient_may_speak_a_language_named_in_the_scenario(manner: str, reply: str) -> None:
    assert rule(reply, communication_preferences=manner) is None


@pytest.mark.parametrize(
    "reply",
    [
        "C'est la vie.",
        "C'est la vie, comme on dit.",
        "Grüezi, doctor.",
        "Señora Ramírez de la Cruz.",
        "Señora Ramírez said that.",
        "Amlodipine, metformin, ramipril, simvastatin and omeprazole.",
        "Que sera, sera.",
        "Nein.",
        "Ja, ja.",
        "Dr. van der Berg, De Pinte.",
        "My gran always said 'Wer nicht hören will, muss fühlen', and she was right.",
        "He called it a Hexenschuss. I thought he was swearing.",
        "Моя мама. My mother says that, from Kyiv.",
        "谢谢. Thank you, doctor.",
        "38,2.",
        "Mmm. Hm. Aua!",
        "Inshallah, habibi, wallah.",
        "Lorem Tesco Boots Asda Waitrose Aldi Lidl.",
    ],
)
def test_foreign_words_in_a_reply_are_allowed(reply: str) -> None:
    assert rule(reply) is None
    assert ReplyCheck(scenarios()["Margaret"], ["Hello"]).rule_broken_so_far(reply) is None


@pytest.mark.parametrize(
    ("said", "language"),
    [
        (["Guten Tag, was führt Sie zu mir?"], "de"),
        (["Bonjour, qu'est-ce qui vous amène ?", "Hm?"], "fr"),
        (["Bonjour, qu'est-ce qui vous amène ?", "Could we talk in English, please?"], "en"),
        (["Paracetamol?"], "en"),
        (["No?"], "en"),
        (["Goeie môre mevrou, hoe gaan dit?"], ""),
        (["How are you?", "Ni chi yao le ma?"], ""),
        (["Ni chi yao le ma?", "How are you?"], "en"),
        (["Здравствуйте, что у вас болит?", "Живот?"], "ru"),
        (["Живот?"], ""),
        ([], "en"),
    ],
)
def test_the_language_is_that_of_the_students_last_message(said: list[str], language: str) -> None:
    assert ReplyCheck(scenarios()["Margaret"], said).language == language
