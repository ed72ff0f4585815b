"""Replies that avoid the question are in the conversation's language, or are not said."""

import pytest

from apps.roleplay.reply_check import FALLBACKS, ReplyCheck, fallback_reply
from apps.roleplay.tests.replies import scenarios

QUESTIONS = {
    "en": "Hello, how are you?",
    "de": "Guten Tag, was führt Sie zu mir?",
    "fr": "Bonjour, depuis quand avez-vous mal ?",
    "es": "Buenos días, ¿desde cuándo le duele?",
    "it": "Buongiorno, da quando ha questo dolore?",
    "nl": "Goedemorgen, wat kan ik voor u doen?",
    "pt": "Bom dia, há quanto tempo está assim?",
    "pl": "Dzień dobry, od kiedy panią to boli?",
    "cs": "Dobrý den, jak dlouho už to máte?",
    "sv": "Hej, hur länge har du haft ont?",
    "da": "Goddag, hvor længe har du haft ondt i maven?",
    "no": "God dag, hvor lenge har du hatt vondt i magen?",
    "fi": "Hyvää päivää, missä se nyt on pahin?",
    "hu": "Jó napot, mikor kezdett fájni, és most hol fáj?",
    "ro": "Bună ziua, de când vă doare și unde?",
    "tr": "Merhaba, ne zaman başladı ve nasıl bir ağrı?",
    "el": "Καλημέρα, πότε άρχισε ο πόνος;",
    "ru": "Здравствуйте, когда это началось?",
    "uk": "Добрий день, що вас турбує?",
    "he": "שלום, מתי זה התחיל?",
    "ar": "مرحبا، منذ متى تشعر بالألم؟",
    "hi": "नमस्ते, आपको कब से दर्द है?",
    "zh": "您好，您哪里不舒服？",
    "ja": "こんにちは、どうされましたか？",
    "ko": "안녕하세요, 어디가 아프세요?",
}
# Questions in languages that share a script with one that has a fallback.
NEIGHBOURS = [
    "Добар дан, шта вас боли?",
    "Добър ден, какво ви боли?",
    "Сәлеметсіз бе, не мазалайды?",
    "سلام، از کی درد دارید؟",
    "آپ کو کب سے درد ہے؟",
    "तुम्हाला कधी पासून दुखत आहे?",
    "तपाईंलाई कहिले देखि दुख्छ?",
    "Hoe lank het u al die pyn, mevrou?",
    "Bos días, que lle pasa hoxe?",
    "Dobrý deň, čo vás trápi?",
]


def test_every_fallback_has_a_question() -> None:
    assert QUESTIONS.keys() == FALLBACKS.keys()


@pytest.mark.parametrize("language", FALLBACKS)
def test_a_fallback_is_in_the_students_language_and_passes_the_check(language: str) -> None:
    check = ReplyCheck(scenarios()["Margaret"], ["Hello, how are you today?", QUESTIONS[language]])
    assert check.language == language
    given = {fallback_reply(count, check.language) or "" for count in range(6)}
    assert given == set(FALLBACKS[language])
    assert len(given) == 3
    assert {check.rule_broken(reply) for reply in given} == {None}


@pytest.mark.parametrize("question", NEIGHBOURS)
def test_a_language_is_not_taken_for_its_neighbour(question: str) -> None:
    assert fallback_reply(0, ReplyCheck(scenarios()["Margaret"], ["Hello, how are you?", question]).language) is None


def test_without_a_known_language_nothing_is_said() -> None:
    assert [fallback_reply(0, language) for language in ("", "sw", "unknown")] == [None, None, None]
    assert ReplyCheck({}, []).language == ""
