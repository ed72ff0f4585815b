"""Learns the weights of a linear model by logistic regression over sets of features, and writes them as a file."""

import math
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from textwrap import wrap

from apps.core.text.linear_model import BIAS, SCALE, log_odds

# The features of a text, and 1 if it is of the kind to be found, else 0.
Example = tuple[Collection[str], int]
# The features of each of its sentences.
Message = Sequence[Collection[str]]
_PASSES = 12
_LEAST_STEP = 5


def learned(examples: Sequence[Example], *, rate: float, decay: float, most: float) -> dict[str, float]:
    """The weight of each feature that occurs twice, and the bias. The same examples give the same weights.

    `rate` is the length of the first steps, `decay` the share that a weight loses at each, and no weight is above
    `most`, so that no feature alone decides.
    """
    often = Counter(feature for found, _ in examples for feature in found)
    places = {
        feature: place for place, feature in enumerate(sorted(name for name, times in often.items() if times > 1))
    }
    # In order, since sums of floats depend on it and that of a set is another one in each process.
    kept = [(sorted(places[feature] for feature in found if feature in places), kind) for found, kind in examples]
    kept = [(found, kind) for found, kind in kept if found]
    weights, bias, share = [0.0] * len(places), 0.0, 1 - decay
    shuffled = random.Random(1)
    for done in range(_PASSES):
        shuffled.shuffle(kept)
        for found, kind in kept:
            root = math.sqrt(len(found))
            odds = max(-30.0, min(30.0, bias + sum(map(weights.__getitem__, found)) / root))
            step = (kind - 1 / (1 + math.exp(-odds))) * rate / (1 + done * 0.3)
            bias += step * 0.1
            change = step / root
            for place in found:
                weights[place] = weights[place] * share + change
    found_weights = {feature: weights[place] for feature, place in places.items()} | {BIAS: bias}
    return {feature: max(-most, min(most, weight)) for feature, weight in found_weights.items()}


def learned_from_messages(
    kind: Iterable[Message], others: Iterable[Message], *, rate: float, decay: float, most: float
) -> dict[str, float]:
    """Learn from messages of several sentences; those of the kind need not be of it in every sentence.

    Which sentence it is, is told by what is learned from those of one sentence.
    """
    found = [message for message in kind if message]
    rest: list[Example] = [(sentence, 0) for message in others for sentence in message]
    single = [(message[0], 1) for message in found if len(message) == 1]
    first = learned([*single, *rest], rate=rate, decay=decay, most=most)
    telling = [(sentence, 1) for message in found for sentence in _telling(message, first)]
    return learned([*telling, *rest], rate=rate, decay=decay, most=most)


def _telling(message: Message, weights: dict[str, float]) -> Iterator[Collection[str]]:
    odds = [log_odds(sentence, weights) for sentence in message]
    return (sentence for sentence, found in zip(message, odds, strict=True) if found > 0 or found == max(odds))


def written(weights: dict[str, float], head: str, *, least: int = 10) -> str:
    """The text of a file of weights: features by their weight, from the highest; none below `least` hundredths."""
    by_weight: dict[int, list[str]] = {}
    for feature, weight in weights.items():
        hundredths = round(weight * SCALE / _LEAST_STEP) * _LEAST_STEP
        if feature and abs(hundredths) >= least:
            by_weight.setdefault(hundredths, []).append(feature)
    lines = [f"{weight} = {', '.join(sorted(found))}" for weight, found in sorted(by_weight.items(), reverse=True)]
    text = "\n".join("\n  ".join(_folded(line)) for line in lines)
    return f"{head}\n[bias]\nbias = {round(weights[BIAS] * SCALE)}\n\n[weights]\n{text}\n"


def _folded(line: str) -> list[str]:
    parts = wrap(line, 117, break_long_words=False, break_on_hyphens=False)
    return [part + " " for part in parts[:-1]] + parts[-1:]
