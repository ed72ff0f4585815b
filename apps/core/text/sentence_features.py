"""Features of a sentence for a linear model: its words, pairs of words or of their classes, and whose each class is.

The classes of words are what a model knows of its subject; they stand in a file of lines NAME = words.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from apps.core.text.function_words import FUNCTION_WORDS, profile
from apps.core.text.phrase_files import named, sections

# A longer sentence is cut.
MOST_WORDS = 80
# How many words before a word say whose it is.
_WHOSE_WITHIN = 4
_ENDINGS = ("ing", "ed", "ly", "tion", "ness", "ies", "ous", "al", "ment", "s")
_YOU, _I, _WE = profile("you your yours yourself"), profile("i my me mine myself"), profile("we our us")
_OWNERS = {
    "i": "i", "myself": "i", "my": "my", "mine": "my", "you": "you", "yourself": "you", "your": "your", "yours": "your",
    "we": "we", "our": "we", "us": "we", "he": "he", "she": "he", "they": "they", "his": "his", "her": "his",
    "their": "his", "it": "it", "this": "it", "that": "it", "the": "the", "a": "a", "an": "a",
}  # fmt: skip
_MODALS = profile(
    """can could would will should may might must shall do does did have has had is are was were am need ought let"""
)


class SentenceFeatures:
    """The features of English sentences, with the classes of words in a file. A word's first class is the closest."""

    def __init__(self, path: Path) -> None:
        self._classes: dict[str, tuple[str, ...]] = {}
        for name, words in named(sections(path)[""]).items():
            for word in words.split():
                self._classes[word] = (*self._classes.get(word, ()), name)
        self._common = FUNCTION_WORDS["en"] - self._classes.keys()

    def of(self, sentence: list[str]) -> set[str]:
        """The features of a sentence in lower case, contractions spelled out; a "?" is a word of it."""
        said = sentence[:MOST_WORDS]
        asks = "?" if "?" in said else ""
        end = [] if asks else ["$"]
        by_word = ["^", *(word if word in self._common else self._kind(word) for word in said), *end]
        by_class = ["^", *(self._kind(word) for word in said), *end]
        found = {*said, *_pairs(by_word), *_pairs(by_class)}
        found.add("start " + " ".join(by_class[1:4]))
        people = [min(2, sum(word in group for word in said)) for group in (_YOU, _I, _WE)]
        found.add(f"you {people[0]} i {people[1]} we {people[2]} {asks or '$'}")
        found.add(f"length {min(len(said) // 4, 5)}")
        who = "".join(name for name, count in zip(("y", "i", "w"), people, strict=True) if count) or "-"
        for at, word in enumerate(said):
            for name in self._classes.get(word, ()):
                found.update(_of_class(said, at, f"{name}{asks}", who))
        return found

    def _kind(self, word: str) -> str:
        """The class of a word, else the word if it is common, else its ending."""
        if word in self._classes:
            return self._classes[word][0].upper()
        if word in self._common or not word[0].isalnum():
            return word
        if word.isdigit():
            return "_0"
        return next((f"_{end}" for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "_")


def _of_class(said: list[str], at: int, name: str, who: str) -> Iterator[str]:
    """What a word of a class tells by the words around it."""
    yield f"has {name}"
    yield f"{who} has {name}"
    owner, modal = _whose(said, at)
    yield f"{owner} / {name}"
    if modal:
        yield f"{owner} {modal} / {name}"
    if at == 0:
        yield f"first {name}"
    if not _YOU.isdisjoint(said[at + 1 : at + 4]):
        yield f"{owner} / {name} / you"


def _whose(said: list[str], at: int) -> tuple[str, str]:
    """The owner or subject of a word and the auxiliary verb between them; "^" if the sentence begins with it."""
    modal = ""
    for before in range(at - 1, max(-1, at - 1 - _WHOSE_WITHIN), -1):
        if said[before] in _MODALS:
            modal = modal or said[before]
        if said[before] in _OWNERS:
            return _OWNERS[said[before]], modal
    return ("^" if at < _WHOSE_WITHIN else "-"), modal


def _pairs(said: list[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise(said))
