"""What a linear model reads in a sentence of any language: its words, pairs of them, and parts of words.

Parts of words stand for endings and stems, which make half of a language that is inflected.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

_PART = 4


def word_patterns(sentence: Sequence[str]) -> set[str]:
    """Words, pairs of neighbours and of those with one between them, and all parts of four characters."""
    around = ["^", *sentence, "$"]
    found = {*sentence, *(f"{one} {other}" for one, other in pairwise(around))}
    found.update(f"{one} _ {other}" for one, other in zip(around, around[2:], strict=False))
    for word in sentence:
        found.update(parts_of(word))
    return found


def parts_of(word: str) -> Iterator[str]:
    """All parts of four characters of a word with its ends marked."""
    marked = f"_{word}_"
    return (f"~{marked[at : at + _PART]}" for at in range(len(marked) - _PART + 1))
