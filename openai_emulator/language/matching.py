"""Similarity of a question and a fact: shared ideas of the vocabulary, then shared word stems."""

import re
from dataclasses import dataclass
from functools import lru_cache

from openai_emulator.language.vocabulary import KINDS, WITHIN
from openai_emulator.language.word_lists import STOP_WORDS, STOP_WORDS_ABROAD

_PATTERNS = [
    (kind, name, re.compile(rf"\b(?:{pattern})(?!\w)"))
    for kind, ideas in KINDS.items()
    for name, pattern in ideas.items()
]
KIND_OF = {name: kind for kind, ideas in KINDS.items() for name in ideas}
IRREGULAR = {
    "feet": "foot", "children": "child", "went": "go", "slept": "sleep", "ate": "eat", "eaten": "eat",
    "drank": "drink", "drunk": "drink", "took": "take", "woke": "wake", "bled": "bleed", "lost": "lose",
    "thought": "think", "fell": "fall", "teeth": "tooth", "women": "woman", "men": "man", "people": "person",
    "died": "die", "dying": "die", "swollen": "swell", "threw": "throw", "told": "tell", "kept": "keep",
    "left": "left", "bought": "buy", "broke": "break", "broken": "break",
}  # fmt: skip
_SAY_LITTLE = STOP_WORDS | STOP_WORDS_ABROAD
_SUFFIXES = (
    "ations",
    "ation",
    "nesses",
    "ness",
    "ingly",
    "edly",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "er",
    "ed",
    "es",
    "ly",
    "s",
    "y",
)


@dataclass(frozen=True)
class Features:
    """What a text is about: vocabulary ideas, word stems, and the stems that belong to no idea."""

    ideas: frozenset[str]
    stems: frozenset[str]
    rare: frozenset[str] = frozenset()

    def of_kind(self, *kinds: str) -> frozenset[str]:
        return frozenset(idea for idea in self.ideas if KIND_OF[idea] in kinds)


def normalised(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    text = text.lower().replace("\u2019", "'").replace("\u2018", "'").replace("\u2013", "-").replace("\u2014", " - ")
    return re.sub(r"\s+", " ", text).strip()


def split_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W\d_]+)?", normalised(text))


def word_stem(word: str) -> str:
    """A word without its ending: the same for smoke, smokes, smoking and smoked."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not (suffix == "s" and word.endswith("ss")):
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word.removesuffix("e").replace("our", "or").replace("oe", "e")


def content_stems(text: str) -> frozenset[str]:
    """The stems of all words that are not stop words."""
    bare = (word.split("'")[0] for word in split_words(text))
    return frozenset(word_stem(word) for word in bare if word not in _SAY_LITTLE and len(word) > 1)


def light_stem(word: str) -> str:
    """A word without plural and similar endings; removes less than `word_stem`."""
    return re.sub(r"(?:ings?|edly|ed|es|s|ly|ions?|y|e)$", "", word) if len(word) > 4 else word


@lru_cache(maxsize=8192)
def phrase_stems(text: str) -> str:
    """All words as stems, with a space on both sides, for finding phrases in another text."""
    return f" {' '.join(word_stem(word) for word in split_words(text))} "


@lru_cache(maxsize=8192)
def features_of(text: str) -> Features:
    plain = normalised(text)
    ideas: set[str] = set()
    rest = list(plain)
    for _, name, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            ideas.add(name)
            rest[match.start() : match.end()] = " " * (match.end() - match.start())
    return Features(frozenset(ideas), content_stems(plain), content_stems("".join(rest)))


def focus(asked: Features, known: frozenset[str]) -> frozenset[str]:
    """The ideas that a question is about, without places and topics that the conversation already has."""
    subjects = set(asked.of_kind("finding", "history", "perspective"))
    for outer, inner in WITHIN.items():
        if outer in asked.ideas:
            subjects -= set(inner)
    places = asked.of_kind("body")
    fresh = (subjects | places) - known
    return frozenset(fresh or subjects or places)
