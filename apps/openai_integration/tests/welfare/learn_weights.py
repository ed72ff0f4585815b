"""Learns `welfare/phrases/weights.txt` from the corpora: python -m apps.openai_integration.tests.welfare.learn_weights.

Logistic regression over sets of words and pairs of words. Run it when the corpora have grown; it takes a second.
"""

from collections.abc import Iterator

from apps.core.tests import learning
from apps.core.tests.learning import Example, written
from apps.openai_integration.tests.welfare.corpora import DISCLOSURES, TURNS, all_messages
from apps.openai_integration.welfare.phrases import FOLDER
from apps.openai_integration.welfare.resemblance import features
from apps.openai_integration.welfare.signs import own_sentences

FILE = FOLDER / "weights.txt"
HEAD = """\
# How much words and pairs of words speak for a student at risk, in hundredths: written by learn_weights, not by hand,
# from the corpora of the tests. ^ stands for the beginning of a sentence, $ for its end and ? for that of a question.
"""


def learned(examples: list[Example]) -> dict[str, float]:
    """The weights. No word alone decides: "myself" and "dead" would."""
    return learning.learned(examples, rate=0.3, decay=1e-4, most=1.5)


def examples() -> list[Example]:
    """The sentences of the corpora that can be about the student, with 1 for a disclosure."""
    return [*_examples(TURNS, 0), *_examples(DISCLOSURES, 1)]


def _examples(names: tuple[str, ...], risk: int) -> Iterator[Example]:
    for said in all_messages(*names):
        sentences = list(own_sentences(said))
        # Which sentence of a long disclosure it is, nobody has said.
        if not risk or len(sentences) == 1:
            yield from ((features(sentence.words, asks=sentence.asks), risk) for sentence in sentences)


if __name__ == "__main__":
    FILE.write_text(written(learned(examples()), HEAD), encoding="utf-8")
