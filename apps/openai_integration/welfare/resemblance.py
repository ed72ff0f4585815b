"""How much a sentence resembles those of students at risk, by the words and pairs of words that it has.

The phrases say what is known; this says what is like it. The weights are learned from the corpora of the tests, by
`apps.openai_integration.tests.welfare.learn_weights`.
"""

from itertools import pairwise

from apps.core.text.linear_model import log_odds, read_weights
from apps.openai_integration.welfare.phrases import FOLDER

_WEIGHTS = read_weights(FOLDER / "weights.txt")


def features(words: str, *, asks: bool) -> frozenset[str]:
    """The words of a sentence, spelled out, and each two that follow one another, with its beginning and its end."""
    said = ["^", *(word for word in words.split() if word != ","), "?" if asks else "$"]
    return frozenset(said) | {f"{one} {other}" for one, other in pairwise(said)}


def resemblance(words: str, *, asks: bool) -> float:
    """How much a sentence resembles a disclosure: above 0 more than a turn of a consultation, as log odds."""
    return log_odds(features(words, asks=asks), _WEIGHTS)
