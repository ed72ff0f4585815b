"""Detects replies that step out of the role: a program, a clinician, a student, a narrator or a coach speaks."""

from apps.core.text.patterns import lazy_pattern
from apps.roleplay.reply_check.role.abroad import speaks_as_clinician_abroad
from apps.roleplay.reply_check.role.admission import admits_to_be_a_program
from apps.roleplay.reply_check.role.advice import advises
from apps.roleplay.reply_check.role.advice_abroad import advises_abroad
from apps.roleplay.reply_check.role.clinician import speaks_as_clinician
from apps.roleplay.reply_check.role.health_questions import (
    answers_with_questions,
    asks_about_health,
)
from apps.roleplay.reply_check.role.makers import names_its_maker
from apps.roleplay.reply_check.role.manner import LIKE_A_PATIENT, UNLIKE_A_PATIENT, manner_of
from apps.roleplay.reply_check.role.manner_abroad import UNLIKE_A_PATIENT_ABROAD, foreign_manner_of
from apps.roleplay.reply_check.role.narrator import names_itself, narrates
from apps.roleplay.reply_check.role.play import speaks_of_the_play
from apps.roleplay.reply_check.role.program import speaks_as_program
from apps.roleplay.reply_check.role.reported import without_reports
from apps.roleplay.reply_check.role.speakers import names_another_speaker

_SENTENCE = lazy_pattern(r"[^.!?\n]+[.!?\n]*")
_ADDRESSED = lazy_pattern(r"\byou(?:r|'ve|'re)?\b")
_WORD = lazy_pattern(r"[^\W_]+")
# A patient comforts and asks a student who tells of themselves.
_STUDENT_UNWELL = lazy_pattern(
    r"\b(?:i (?:have|had|caught|'ve got) (?:got )?an? (?:\w+ )?(?:cold|cough|headache|flu|migraine|fever|bug)"
    r"|i(?:'m| am| feel| was) (?:\w+ )?(?:ill|sick|unwell|poorly|nervous|tired|exhausted|sad)\b"
    r"|(?:meine?|mon|ma|mi|mia|mio|mijn|minha|meu|moja|moj|моя|мои) (?:gross)?(?:oma|opa|mutter|vater"
    r"|(?:grand-?)?[mp]ere|madre"
    r"|padre|abuel[oa]|nonn[oa]|moeder|vader|mae|pai|avo|mama|tata|babcia|бабушка|мама|папа|дедушка)\b"
    r"|my (?:mother|mum|mom|father|dad|gran\w*|husband|wife|sister|brother) (?:died|has|had|is)\b)"
)
# "What did the nurse say?", "What do you know about it?"
_RETELLING = lazy_pattern(
    r"\bwhat\b.{0,60}\b(?:say|said|tell you|told|advise|advice|recommend\w*|suggest\w*|explain\w*|read|know about"
    r"|find out)\b"
    r"|\bhave you had any tests\b"
)
# Who repeats this share of a question's words, repeats the question.
_REPEATED_SHARE = 0.7
_SHORTEST_REPETITION = 6
_SHORTEST_COPY = 12
# Who speaks to somebody: "Do you smoke? You should stop" is no question that the speaker goes on to answer.
_ADDRESSED_ABROAD = lazy_pattern(
    r"\b(?:sie|ihnen|ihren?|du|dir|vous|votre|vos|usted|su|sus|le|lei|la sua|u|uw|je|voce|senhora?|seus?|pania?|panu"
    r"|pana"
    r"|вы|вас|вам|ваш\w*|siz\w*)\b|[您你]"
)


def breaks_role(spoken: str, asked: str = "", names: frozenset[str] = frozenset(), *, complete: bool = True) -> bool:
    """Whether a plain text is spoken by somebody else than the patient.

    `asked` is the student's last message as plain text, `names` are the patient's, in lower case. Whether a question is
    answered with questions alone is known only once the reply is `complete`.
    """
    if (
        admits_to_be_a_program(spoken, asked)
        or speaks_as_program(spoken, asked)
        or narrates(spoken)
        or names_itself(spoken, names, asked)
    ):
        return True
    if names_another_speaker(spoken, asked, names) or names_its_maker(without_reports(spoken), asked, names):
        return True
    if _STUDENT_UNWELL.search(asked):
        return False
    kept = _without_repetition(spoken, asked)
    repeated = len(_WORD.findall(spoken)) >= _SHORTEST_REPETITION and not _WORD.search(kept)
    if complete and (_copies(spoken, asked) or (repeated and _ADDRESSED.search(spoken))):
        # The question is given back as it was: "How long have you been feeling like this?"
        return True
    own = without_reports(_without_answered_question(kept, complete=complete))
    retelling = _RETELLING.search(asked) is not None
    if speaks_as_clinician_abroad(own) or speaks_of_the_play(own) or (not retelling and advises_abroad(own)):
        return True
    manner = manner_of(own)
    if manner < LIKE_A_PATIENT:
        return False
    return (
        (manner > UNLIKE_A_PATIENT and not retelling)
        or (foreign_manner_of(own, asked) > UNLIKE_A_PATIENT_ABROAD and not retelling)
        or speaks_as_clinician(own, retelling=retelling)
        or (not retelling and advises(own))
        or asks_about_health(own)
        or (complete and answers_with_questions(own, asked))
    )


def _without_repetition(spoken: str, asked: str) -> str:
    """Leave out a question of the student that the reply repeats: "Any allergies? Only penicillin." """
    known = set(_WORD.findall(asked))
    kept = []
    for sentence in _SENTENCE.findall(spoken):
        said = _WORD.findall(sentence)
        if not said or sum(word in known for word in said) < _REPEATED_SHARE * len(said) or "?" not in sentence:
            kept.append(sentence)
    return "".join(kept)


def _copies(spoken: str, asked: str) -> bool:
    """Whether a reply is nothing but a question of the student, word for word."""
    said = _WORD.findall(spoken)
    length = len(" ".join(said))
    if length < (_SHORTEST_COPY if spoken.isascii() else _SHORTEST_COPY // 2) or not asked.rstrip().endswith("?"):
        return False
    return any(said == _WORD.findall(one) for one in (asked, *_SENTENCE.findall(asked)[-1:]))


def _without_answered_question(spoken: str, *, complete: bool) -> str:
    """Leave out a question to which the speaker gives the answer: "When did it start? Let me think. About March."

    The answer to a question may not have come yet if the reply is not complete.
    """
    question, mark, answer = spoken.partition("?")
    addressed = any(pattern.search(spoken) for pattern in (_ADDRESSED, _ADDRESSED_ABROAD))
    plain_question = mark and "," not in question and len(_SENTENCE.findall(question)) == 1
    answered = "?" not in answer and (_WORD.search(answer) or not complete)
    return answer if plain_question and answered and not addressed else spoken
