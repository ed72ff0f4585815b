"""Learns the weights in `welfare/phrases` from the corpora.

python manage.py shell -c "from apps.openai_integration.tests.welfare import learn_weights; learn_weights.write()"

Run it when the corpora or the classes of words have changed; it takes a minute. The held-out messages are not learned
from: they say how much of what nobody has written here is noticed.
"""

from collections.abc import Iterable, Sequence

from apps.core.tests.learning import Example, learned, written
from apps.openai_integration.tests.welfare.corpora import (
    DISCLOSURES,
    INDIRECT,
    MULTILINGUAL,
    PERSONAL,
    TURNS,
    UNLISTED,
    all_messages,
)
from apps.openai_integration.welfare import english_features, foreign_features
from apps.openai_integration.welfare.phrases import FOLDER
from apps.openai_integration.welfare.sentences import english_sentences
from apps.roleplay.tests.replies import asked, untold

ENGLISH, FOREIGN = FOLDER / "weights.txt", FOLDER / "weights_in_other_languages.txt"
_HEAD = """\
# How much the words of a message speak for a student at risk, in hundredths: written by learn_weights, not by hand,
# from the corpora of the tests. Words in capitals stand for their class. ^ is the beginning of a sentence, $ the end.
"""
_ENGLISH = [(name, 1) for name in (*DISCLOSURES, UNLISTED[0], PERSONAL[0], INDIRECT[0])]
_ENGLISH += [(name, 0) for name in (*TURNS, UNLISTED[1], PERSONAL[1], INDIRECT[1])]


def english() -> str:
    """The text of the file of the English weights."""
    said = [(message, kind) for name, kind in _ENGLISH for message in all_messages(name)]
    said += [(question, 0) for question in _ordinary()]
    return written(_learned(_of_english(said)), _HEAD, least=30)


def foreign() -> str:
    """The text of the file of the weights of other languages."""
    said = [(message, kind) for name, kind in zip(MULTILINGUAL, (1, 0), strict=True) for message in all_messages(name)]
    said += [(message, kind) for name, kind in _ENGLISH for message in all_messages(name) if not _is_english(message)]
    said += [(question, 0) for question in _ordinary() if not _is_english(question)]
    return written(_learned([(foreign_features.features(message), kind) for message, kind in said]), _HEAD, least=30)


def _learned(examples: Sequence[Example]) -> dict[str, float]:
    return learned(examples, rate=2.0, decay=1e-5, most=9.0)


def _of_english(said: Iterable[tuple[str, int]]) -> list[Example]:
    sentences = ((list(english_sentences(message)), kind) for message, kind in said)
    return [
        (english_features.of_message([(one.words, one.asks) for one in several]), kind)
        for several, kind in sentences
        if several
    ]


def _is_english(message: str) -> bool:
    return any(english_sentences(message))


def _ordinary() -> list[str]:
    return list(dict.fromkeys(one.question for one in (*asked(), *untold())))


def write() -> None:
    """Write the files anew."""
    ENGLISH.write_text(english(), encoding="utf-8")
    FOREIGN.write_text(foreign(), encoding="utf-8")
