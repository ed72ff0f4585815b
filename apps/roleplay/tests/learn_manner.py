"""Learns the weights by which a reply's manner is told.

python manage.py shell -c "from apps.roleplay.tests import learn_manner; learn_manner.write()"

Run it when the corpora or the classes of words have changed; it takes a minute. The held-out replies are not
learned from: they say how much of what nobody has written here is noticed.
"""

from collections.abc import Callable, Collection, Iterable

from apps.core.tests.learning import learned_from_messages, written
from apps.core.text.language import languages_of
from apps.core.text.plain import plain
from apps.roleplay.reply_check import FALLBACKS
from apps.roleplay.reply_check.role.manner import WEIGHTS, features, sentences_of, tokens
from apps.roleplay.reply_check.role.manner_abroad import LEARNED, features_abroad
from apps.roleplay.reply_check.role.manner_abroad import WEIGHTS as WEIGHTS_ABROAD
from apps.roleplay.reply_check.role.reported import without_reports
from apps.roleplay.tests.replies import asked, exchanges, ordinary, spoken, untold, volunteered

Sentences = list[Collection[str]]
HEAD = """\
# How much the words of a sentence speak for somebody else than a patient, in hundredths: written by learn_manner, not
# by hand, from the corpora of the tests. Words in capitals stand for their class, ~ begins a part of a word, _ is its
# end or stands for a word between two. ^ is the beginning, $ the end.
"""
# Shorter questions are asked by patients, too: "How long?"
_WORDS_OF_A_QUESTION = 5
LEAST = 25
_WITHOUT_QUESTIONS = ("further", "second", "third", "abroad")


def out_of_role() -> list[str]:
    """Replies that are not a patient's, and questions of students."""
    questions = [one.question for one in (*asked(), *untold()) if one.question.count(" ") >= _WORDS_OF_A_QUESTION - 1]
    replies = [one.reply for one in exchanges("out_of_role.txt")]
    return [*replies, *_said("out_of_role"), *dict.fromkeys(questions)]


def of_patients() -> list[str]:
    """Replies of patients, many of which come near to the others."""
    exchanged = [*asked(), *untold(), *ordinary(), *volunteered(), *exchanges("near_the_role.txt")]
    fallbacks = [reply for replies in FALLBACKS.values() for reply in replies]
    evasions = [reply for _, reply in spoken("evasive_of_patients.txt")]
    return list(dict.fromkeys([one.reply for one in exchanged] + _said("of_patients") + evasions + fallbacks))


def _said(whose: str) -> list[str]:
    return [said for name in _WITHOUT_QUESTIONS for _, said in spoken(f"{name}_{whose}.txt")]


def weights(others: Iterable[str], patients: Iterable[str]) -> dict[str, float]:
    """Learn from replies in English."""
    return _learned(_sentences, others, patients, decay=1e-3)


def weights_abroad(others: Iterable[str], patients: Iterable[str]) -> dict[str, float]:
    """Learn from replies in the other languages."""
    return _learned(_sentences_abroad, others, patients, decay=4e-3)


def _learned(
    read: Callable[[str], Sentences], others: Iterable[str], patients: Iterable[str], *, decay: float
) -> dict[str, float]:
    return learned_from_messages(map(read, others), map(read, patients), rate=2.0, decay=decay, most=9.0)


def _sentences(said: str) -> Sentences:
    if "en" not in languages_of(said):
        return []
    return [features(sentence) for sentence in tokens(without_reports(plain(said)))]


def _sentences_abroad(said: str) -> Sentences:
    languages = languages_of(said)
    if "en" in languages or languages.isdisjoint(LEARNED):
        return []
    return [features_abroad(sentence) for sentence in sentences_of(without_reports(plain(said)))]


def texts() -> list[str]:
    """The files of weights that the corpora give: for English, and for the other languages."""
    corpora = out_of_role(), of_patients()
    return [written(learned(*corpora), HEAD, least=LEAST) for learned in (weights, weights_abroad)]


def write() -> None:
    """Write the files of weights anew."""
    for path, text in zip((WEIGHTS, WEIGHTS_ABROAD), texts(), strict=True):
        path.write_text(text, encoding="utf-8")
