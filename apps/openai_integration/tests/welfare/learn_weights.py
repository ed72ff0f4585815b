"""Learns `welfare/phrases/weights.txt` from the corpora: python -m apps.openai_integration.tests.welfare.learn_weights.

Logistic regression over sets of words and pairs of words. Run it when the corpora have grown; it takes a second.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from apps.openai_integration.tests.welfare.corpora import DISCLOSURES, TURNS, all_messages
from apps.openai_integration.welfare.resemblance import SCALE, features, score
from apps.openai_integration.welfare.signs import own_sentences

Example = tuple[frozenset[str], int]
_PASSES = 12
# No word alone decides: "myself" and "dead" would.
_MOST = 1.5
FILE = Path(__file__).parents[2] / "welfare" / "phrases" / "weights.txt"
_HEAD = """\
# How much words and pairs of words speak for a student at risk, in hundredths: written by learn_weights, not by hand,
# from the corpora of the tests. ^ stands for the beginning of a sentence, $ for its end and ? for that of a question.
"""


def learned(examples: list[Example]) -> dict[str, float]:
    """The weight of each feature that occurs twice, and the bias as that of ""."""
    often = Counter(feature for found, _ in examples for feature in found)
    examples = [(frozenset(feature for feature in found if often[feature] > 1), risk) for found, risk in examples]
    examples = [(found, risk) for found, risk in examples if found]
    weights = {"": 0.0}
    shuffled = random.Random(1)
    for done in range(_PASSES):
        shuffled.shuffle(examples)
        for found, risk in examples:
            odds = max(-30.0, min(30.0, score(found, weights)))
            step = (risk - 1 / (1 + math.exp(-odds))) * 0.3 / (1 + done * 0.3)
            weights[""] += step * 0.1
            for feature in found:
                weights[feature] = weights.get(feature, 0.0) * (1 - 1e-4) + step / math.sqrt(len(found))
    return {feature: max(-_MOST, min(_MOST, weight)) for feature, weight in weights.items()}


def examples() -> list[Example]:
    """The sentences of the corpora that can be about the student, with 1 for a disclosure."""
    return [*_examples(TURNS, 0), *_examples(DISCLOSURES, 1)]


def _examples(names: tuple[str, ...], risk: int) -> Iterator[Example]:
    for said in all_messages(*names):
        sentences = list(own_sentences(said))
        # Which sentence of a long disclosure it is, nobody has said.
        if not risk or len(sentences) == 1:
            yield from ((features(sentence.words, asks=sentence.asks), risk) for sentence in sentences)


def written(weights: dict[str, float]) -> str:
    """The text of the file: features by their weight, from the highest."""
    by_weight: dict[int, list[str]] = {}
    for feature, weight in weights.items():
        hundredths = round(weight * SCALE / 5) * 5
        if feature and abs(hundredths) >= 10:
            by_weight.setdefault(hundredths, []).append(feature)
    lines = [f"{weight} = {', '.join(sorted(found))}" for weight, found in sorted(by_weight.items(), reverse=True)]
    text = "\n".join("\n  ".join(_folded(line)) for line in lines)
    return f"{_HEAD}\n[bias]\nbias = {round(weights[''] * SCALE)}\n\n[weights]\n{text}\n"


def _folded(line: str) -> list[str]:
    parts = wrap(line, 117, break_long_words=False, break_on_hyphens=False)
    return [part + " " for part in parts[:-1]] + parts[-1:]


if __name__ == "__main__":
    FILE.write_text(written(learned(examples())), encoding="utf-8")
