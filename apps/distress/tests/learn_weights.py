"""Learns the weights in `phrases` from the corpora.

python manage.py shell -c "from apps.distress.tests import learn_weights; learn_weights.write()"

Run it when the corpora or the classes of words have changed; it takes a minute. The held-out messages are not learned
from: they say how much of what nobody has written here is noticed.
"""

from collections.abc import Iterable, Iterator, Sequence

from apps.core.tests.learning import Example, learned, written
from apps.distress import english_features, foreign_features
from apps.distress.phrases import FOLDER
from apps.distress.sentences import english_sentences
from apps.distress.tests.corpora import (
    DISCLOSURES,
    DISTANT,
    INDIRECT,
    MORE_MULTILINGUAL,
    MULTILINGUAL,
    PERSONAL,
    TURNS,
    UNLISTED,
    all_messages,
)
from apps.roleplay.tests.replies import asked, untold

ENGLISH, FOREIGN = FOLDER / "weights.txt", FOLDER / "weights_in_other_languages.txt"
_HEAD = """\
# How much the words of a message speak for a student at risk, in hundredths: written by learn_weights, not by hand,
# from the corpora of the tests. Words in capitals stand for their class. ^ is the beginning of a sentence, $ the end.
# ~ begins a part of an English word, = a run of letters of another language, and 0 stands for any figure.
"""
_ENGLISH = [(name, 1) for name in (*DISCLOSURES, UNLISTED[0], PERSONAL[0], INDIRECT[0], DISTANT[0])]
_ENGLISH += [(name, 0) for name in (*TURNS, UNLISTED[1], PERSONAL[1], INDIRECT[1], DISTANT[1])]
_FOREIGN = [(name, kind) for pair in (MULTILINGUAL, MORE_MULTILINGUAL) for name, kind in zip(pair, (1, 0), strict=True)]


def english() -> str:
    """The text of the file of the English weights."""
    said = [(message, kind) for name, kind in _ENGLISH for message in all_messages(name)]
    said += [(question, 0) for question in _ordinary()]
    said += _joined(said)
    return written(learned(_of_english(said), rate=4.0, decay=2e-3, most=9.0), _HEAD, least=60)


def foreign() -> str:
    """The text of the file of the weights of other languages."""
    said = [(message, kind) for name, kind in _FOREIGN for message in all_messages(name)]
    said += [(message, kind) for name, kind in _ENGLISH for message in all_messages(name) if not _is_english(message)]
    said += [(question, 0) for question in _ordinary() if not _is_english(question)]
    said += _joined(said)
    examples = [(foreign_features.features(message), kind) for message, kind in said]
    return written(learned(examples, rate=4.0, decay=4e-3, most=9.0), _HEAD, least=40)


def _joined(said: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Messages of several: turns by twos and threes, and disclosures after a turn or before one.

    Disclosures have more sentences than turns, and their number is no sign; nor does a turn beside it make up for one.
    """
    turns, disclosures = ([message for message, kind in said if kind == wanted] for wanted in (0, 1))
    for size in (2, 3):
        yield from ((" ".join(turns[at : at + size]), 0) for at in range(0, len(turns), size))
    for at, disclosure in enumerate(disclosures[::2]):
        turn = turns[at % len(turns)]
        yield (f"{turn}\n{disclosure}" if at % 2 else f"{disclosure}\n{turn}"), 1


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
