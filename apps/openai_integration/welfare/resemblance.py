"""How much a sentence resembles those of students at risk, by the words and pairs of words that it has.

The phrases say what is known; this says what is like it. The weights are learned from the corpora of the tests, by
`apps.openai_integration.tests.welfare.learn_weights`.
"""

import math
from collections.abc import Mapping
from itertools import pairwise

from apps.openai_integration.welfare.phrases import named, sections

# Weights are kept in hundredths.
SCALE = 100


def features(words: str, *, asks: bool) -> frozenset[str]:
    """The words of a sentence, spelled out, and each two that follow one another, with its beginning and its end."""
    said = ["^", *(word for word in words.split() if word != ","), "?" if asks else "$"]
    return frozenset(said) | {f"{one} {other}" for one, other in pairwise(said)}


def score(found: frozenset[str], weights: Mapping[str, float]) -> float:
    """The log odds that these are the features of a disclosure; length counts by its root."""
    return weights.get("", 0.0) + sum(weights.get(feature, 0.0) for feature in found) / math.sqrt(len(found))


def _read() -> dict[str, float]:
    by_weight = named(sections("weights.txt")["weights"])
    found = {feature: int(weight) / SCALE for weight, features in by_weight.items() for feature in features.split(", ")}
    return found | {"": int(named(sections("weights.txt")["bias"])["bias"]) / SCALE}


def resemblance(words: str, *, asks: bool) -> float:
    """How much a sentence resembles a disclosure: above 0 more than a turn of a consultation, as log odds."""
    return score(features(words, asks=asks), _WEIGHTS)


_WEIGHTS = _read()
