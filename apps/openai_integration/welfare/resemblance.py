"""How much a sentence resembles those of students at risk, by its words, pairs of words and classes of words.

The phrases say what is known; this says what is like it. English only. The classes and the weights stand in `phrases`;
the weights are learned from the corpora of the tests, by `apps.openai_integration.tests.welfare.learn_weights`.
"""

from apps.core.text.linear_model import log_odds, read_weights
from apps.core.text.sentence_features import SentenceFeatures
from apps.openai_integration.welfare.phrases import FOLDER

_FEATURES = SentenceFeatures(FOLDER / "word_classes.txt")
_WEIGHTS = read_weights(FOLDER / "weights.txt")


def features(words: str, *, asks: bool) -> set[str]:
    """The features of a sentence whose words are spelled out; "," is none."""
    return _FEATURES.of([*(word for word in words.split() if word != ","), *(["?"] if asks else [])])


def resemblance(words: str, *, asks: bool) -> float:
    """How much a sentence resembles a disclosure: above 0 more than a turn of a consultation, as log odds."""
    return log_odds(features(words, asks=asks), _WEIGHTS)
