"""How much a reply sounds like a clinician, a student, a coach, a narrator or a program, and not like a patient.

The word lists of this folder say what is known; this says what is like it: a linear model of a sentence's words, pairs
of words and classes of words, each with whose it is ("your pain", "we arrange"). The classes stand in `learned`, and so
do the weights, which `apps.roleplay.tests.learn_manner` learns from the corpora of the tests. English only.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from apps.core.text.function_words import FUNCTION_WORDS, profile
from apps.core.text.language import languages_of
from apps.core.text.linear_model import log_odds, read_weights
from apps.core.text.phrase_files import named, sections

_LEARNED = Path(__file__).parent / "learned"
WEIGHTS = _LEARNED / "weights.txt"
# Above the first a patient does not speak; below the second nobody else does, whatever the rules say of advice and
# questions. Above the first are none of the 246 patient's turns of six PriMock57 consultations, which nothing was
# learned from, and 0.5 % of the held-out replies of patients, which come near on purpose.
UNLIKE_A_PATIENT, LIKE_A_PATIENT = 2.5, -0.5
# What the rest of a reply says for a patient counts by this share.
_SHARE_OF_THE_REST = 0.3
# A longer sentence is cut.
_MOST_WORDS = 80
# How many words before a word say whose it is.
_WHOSE_WITHIN = 4
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[?:*(\[\"]")
_CONTRACTIONS = (
    ("can't", "can not"), ("won't", "will not"), ("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"),
    ("'m", " am"), ("'d", " would"), ("'s", " s"),
)  # fmt: skip
# Who hesitates aloud is no model that speaks as a clinician.
_HESITATES = re.compile(r"\b(?:u+m+|u+h+|e+rm?|i mean|you know|dunno)\b")
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


def _classes() -> dict[str, tuple[str, ...]]:
    """The classes of each word; the first is the closest."""
    found: dict[str, tuple[str, ...]] = {}
    for name, words in named(sections(_LEARNED / "word_classes.txt")[""]).items():
        for word in words.split():
            found[word] = (*found.get(word, ()), name)
    return found


_CLASSES = _classes()
_COMMON = frozenset(word for word in FUNCTION_WORDS["en"] if word not in _CLASSES)


def manner_of(spoken: str) -> float:
    """How much a plain text sounds like anybody but a patient, as log odds; 0 where nothing is known of it.

    Takes time linear in the text.
    """
    if _HESITATES.search(spoken) or "en" not in languages_of(spoken):
        return 0.0
    odds = [_odds(" ".join(sentence)) for sentence in tokens(spoken)]
    if not odds:
        return 0.0
    highest = max(odds)
    rest = (sum(odds) - highest) / (len(odds) - 1) if len(odds) > 1 else 0.0
    return highest + _SHARE_OF_THE_REST * min(0.0, rest)


def tokens(spoken: str) -> Iterator[list[str]]:
    """The words of each sentence of a plain text, contractions spelled out, and the marks that tell something."""
    for contracted, word in _CONTRACTIONS:
        spoken = spoken.replace(contracted, word)
    for sentence in _SENTENCE.findall(spoken):
        if found := _TOKEN.findall(sentence):
            yield found[:_MOST_WORDS]


def features(said: list[str]) -> set[str]:
    """What is known of a sentence: its words, pairs of its words or their classes, and whose each class is."""
    asks = "?" if "?" in said else ""
    end = [] if asks else ["$"]
    by_word = ["^", *(word if word in _COMMON else _kind(word) for word in said), *end]
    by_class = ["^", *(_kind(word) for word in said), *end]
    found = {*said, *_pairs(by_word), *_pairs(by_class)}
    found.add("start " + " ".join(by_class[1:4]))
    people = [min(2, sum(word in group for word in said)) for group in (_YOU, _I, _WE)]
    found.add(f"you {people[0]} i {people[1]} we {people[2]} {asks or '$'}")
    found.add(f"length {min(len(said) // 4, 5)}")
    who = "".join(name for name, count in zip(("y", "i", "w"), people, strict=True) if count) or "-"
    for at, word in enumerate(said):
        for name in _CLASSES.get(word, ()):
            found.update(_of_class(said, at, f"{name}{asks}", who))
    return found


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


def _kind(word: str) -> str:
    """The class of a word, else the word if it is common, else its ending."""
    if word in _CLASSES:
        return _CLASSES[word][0].upper()
    if word in _COMMON or not word[0].isalnum():
        return word
    if word.isdigit():
        return "_0"
    return next((f"_{end}" for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "_")


def _pairs(said: list[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in pairwise(said))


@lru_cache(maxsize=2048)
def _odds(sentence: str) -> float:
    # A reply is checked again with each sentence that is streamed.
    return log_odds(features(sentence.split()), _WEIGHTS)


_WEIGHTS = read_weights(WEIGHTS)
