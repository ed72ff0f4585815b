"""How much a reply sounds like a clinician, a student, a coach, a narrator or a program, and not like a patient.

The word lists of this folder say what is known; this says what is like it: a linear model of a sentence's words, pairs
and parts of words, and classes of words, each with whose it is ("your pain", "we arrange"). The classes stand in
`learned`, and so do the weights, which `apps.roleplay.tests.learn_manner` learns from the corpora of the tests. English
only; manner_abroad.py does the same for other languages.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from apps.core.text.language import languages_of
from apps.core.text.linear_model import log_odds, read_weights
from apps.core.text.patterns import lazy_pattern
from apps.core.text.sentence_features import MOST_WORDS, SentenceFeatures
from apps.core.text.word_patterns import word_patterns

_LEARNED = Path(__file__).parent / "learned"
WEIGHTS = _LEARNED / "weights.txt"
# Above the first a patient does not speak; below the second nobody else does, whatever the rules say of advice and
# questions. Replies of two writers from whom nothing is learned chose them; a third's say how good they are.
UNLIKE_A_PATIENT, LIKE_A_PATIENT = 0.6, -0.8
# What the rest of a reply says for a patient counts by this share.
_SHARE_OF_THE_REST = 0.15
_SENTENCE = lazy_pattern(r"[^.!?\n]+[.!?\n]*")
_TOKEN = lazy_pattern(r"[^\W\d_]+|\d+|[?:*(\[\"]")
_CONTRACTIONS = (
    ("can't", "can not"), ("won't", "will not"), ("n't", " not"), ("'ll", " will"), ("'re", " are"), ("'ve", " have"),
    ("'m", " am"), ("'d", " would"), ("'s", " s"),
)  # fmt: skip
# Who hesitates aloud is no model that speaks as a clinician.
_HESITATES = lazy_pattern(r"\b(?:u+m+|u+h+|e+rm?|i mean|you know|dunno)\b")
_CLASSES = SentenceFeatures(_LEARNED / "word_classes.txt")


def manner_of(spoken: str) -> float:
    """How much a plain text sounds like anybody but a patient, as log odds; 0 where nothing is known of it.

    Takes time linear in the text.
    """
    if _HESITATES.search(spoken) or "en" not in languages_of(spoken):
        return 0.0
    return odds_of_reply([_odds(" ".join(sentence)) for sentence in tokens(spoken)])


def odds_of_reply(odds: Sequence[float]) -> float:
    """The odds of a reply by those of its sentences: one that no patient says is enough; 0 if there are none."""
    if not odds:
        return 0.0
    highest = max(odds)
    rest = (sum(odds) - highest) / (len(odds) - 1) if len(odds) > 1 else 0.0
    return highest + _SHARE_OF_THE_REST * min(0.0, rest)


def features(sentence: list[str]) -> Collection[str]:
    """What is told by of a sentence."""
    return _CLASSES.of(sentence) | word_patterns(sentence[:MOST_WORDS])


def tokens(spoken: str) -> Iterator[list[str]]:
    """The words of each sentence of a plain text, contractions spelled out, and the marks that tell something."""
    for contracted, word in _CONTRACTIONS:
        spoken = spoken.replace(contracted, word)
    return sentences_of(spoken)


def sentences_of(spoken: str) -> Iterator[list[str]]:
    """The words and telling marks of each sentence of a plain text."""
    return (found for sentence in _SENTENCE.findall(spoken) if (found := _TOKEN.findall(sentence)))


@lru_cache(maxsize=2048)
def _odds(sentence: str) -> float:
    # A reply is checked again with each sentence that is streamed.
    return log_odds(features(sentence.split()), _weights())


@cache
def _weights() -> dict[str, float]:
    # They take long enough to read that nothing but a reply should wait for them.
    return read_weights(WEIGHTS)
