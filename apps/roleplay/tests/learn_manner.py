"""Learns the weights by which a reply's manner is told.

python manage.py shell -c "from apps.roleplay.tests import learn_manner; learn_manner.write()"

Run it when the corpora or the classes of words have changed; it takes half a minute. The held-out replies are not
learned from: they say how much of what nobody has written here is noticed.
"""

from collections.abc import Iterable

from apps.core.tests.learning import learned_from_messages, written
from apps.core.text.language import languages_of
from apps.core.text.plain import plain
from apps.roleplay.reply_check.role.manner import FEATURES, WEIGHTS, tokens
from apps.roleplay.reply_check.role.reported import without_reports
from apps.roleplay.tests.replies import asked, exchanges, ordinary, spoken, untold, volunteered

HEAD = """\
# How much the words of a sentence speak for somebody else than a patient, in hundredths: written by learn_manner, not
# by hand, from the corpora of the tests. Words in capitals stand for their class. ^ is the beginning, $ the end.
"""
# Shorter questions are asked by patients, too: "How long?"
_WORDS_OF_A_QUESTION = 5
LEAST = 15


def out_of_role() -> list[str]:
    """Replies that are not a patient's, and questions of students."""
    questions = [one.question for one in (*asked(), *untold()) if one.question.count(" ") >= _WORDS_OF_A_QUESTION - 1]
    replies = [one.reply for one in exchanges("out_of_role.txt")]
    return [*replies, *(said for _, said in spoken("further_out_of_role.txt")), *dict.fromkeys(questions)]


def of_patients() -> list[str]:
    """Replies of patients, many of which come near to the others."""
    exchanged = [*asked(), *untold(), *ordinary(), *volunteered(), *exchanges("near_the_role.txt")]
    return list(
        dict.fromkeys([one.reply for one in exchanged] + [said for _, said in spoken("further_of_patients.txt")])
    )


def weights(others: Iterable[str], patients: Iterable[str]) -> dict[str, float]:
    """Learn from replies."""
    out, own = map(_sentences, others), map(_sentences, patients)
    return learned_from_messages(out, own, rate=2.0, decay=1e-5, most=9.0)


def _sentences(said: str) -> list[set[str]]:
    if "en" not in languages_of(said):
        return []
    return [FEATURES.of(sentence) for sentence in tokens(without_reports(plain(said)))]


def write() -> None:
    """Write the file of weights anew."""
    WEIGHTS.write_text(written(weights(out_of_role(), of_patients()), HEAD, least=LEAST), encoding="utf-8")
