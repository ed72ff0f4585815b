"""Learns `welfare/phrases/weights.txt` from the corpora.

python manage.py shell -c "from apps.openai_integration.tests.welfare import learn_weights; learn_weights.write()"

Run it when the corpora or the classes of words have changed; it takes some seconds. The held-out messages are not
learned from: they say how much of what nobody has written here is noticed.
"""

from collections.abc import Iterable

from apps.core.tests.learning import learned_from_messages, written
from apps.openai_integration.tests.welfare.corpora import DISCLOSURES, TURNS, UNLISTED, all_messages
from apps.openai_integration.welfare.phrases import FOLDER
from apps.openai_integration.welfare.resemblance import features
from apps.openai_integration.welfare.signs import english_sentences
from apps.roleplay.tests.replies import asked, untold

FILE = FOLDER / "weights.txt"
_HEAD = """\
# How much the words of a sentence speak for a student at risk, in hundredths: written by learn_weights, not by hand,
# from the corpora of the tests. Words in capitals stand for their class. ^ is the beginning, $ the end.
"""


def text() -> str:
    """The text of the file."""
    disclosures, turns = UNLISTED
    at_risk = _features(all_messages(*DISCLOSURES, disclosures))
    ordinary = [one.question for one in (*asked(), *untold())]
    others = _features([*all_messages(*TURNS, turns), *ordinary])
    return written(learned_from_messages(at_risk, others, rate=2.0, decay=1e-5, most=9.0), _HEAD, least=15)


def _features(messages: Iterable[str]) -> list[list[set[str]]]:
    return [[features(one.words, asks=one.asks) for one in english_sentences(said)] for said in messages]


def write() -> None:
    """Write the file anew."""
    FILE.write_text(text(), encoding="utf-8")
