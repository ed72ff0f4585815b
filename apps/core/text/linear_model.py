"""A linear model of text: how much the features that a text has speak for one of two kinds.

The weights stand in a file that a script of the tests has learned from examples (apps/core/tests/learning.py).
"""

import math
from collections.abc import Collection, Mapping
from pathlib import Path

from apps.core.text.phrase_files import named, sections

# Weights are kept in hundredths.
SCALE = 100
# The weight of what every text has.
BIAS = ""


def log_odds(found: Collection[str], weights: Mapping[str, float]) -> float:
    """How much these features speak for the kind: above 0 more for it than against; their number counts by its root."""
    return weights.get(BIAS, 0.0) + sum(weights.get(feature, 0.0) for feature in found) / math.sqrt(len(found))


def read_weights(path: Path) -> dict[str, float]:
    """The weights of a file, by feature."""
    parts = sections(path)
    by_weight = [(int(weight) / SCALE, features) for weight, features in named(parts["weights"]).items()]
    # Features of the same weight share one float: there are tens of thousands, in each process.
    found = {feature: weight for weight, features in by_weight for feature in features.split(", ")}
    return found | {BIAS: int(named(parts["bias"])["bias"]) / SCALE}
