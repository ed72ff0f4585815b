"""How much a message resembles those of students at risk, by its words and the classes of words in it.

The phrases say what is known; this says what is like it, in English and, less surely, in the languages of the corpora.
The weights stand in `phrases`; `apps.distress.tests.learn_weights` learns them from the corpora of the tests. They are
read where they are first needed, since few processes read messages.
"""

from collections.abc import Sequence
from functools import cache

from apps.core.text.language import UNKNOWN, languages_of
from apps.core.text.linear_model import log_odds, read_weights
from apps.distress import english_features, foreign_features
from apps.distress.english_features import Said
from apps.distress.phrases import FOLDER

# A disclosure may take a few sentences; among more it would be lost.
_TOGETHER = 3
# As language detection calls them, which tells scripts apart.
TAUGHT = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "tr", "cyrillic", "arabic", "zh", "devanagari"})
# Where the language is not known, as with Hindi in Latin letters: the least share of the features that must have been
# seen, so that nothing is said of a language that was not taught.
_LEAST_KNOWN = 0.2


def resemblance(sentences: Sequence[Said]) -> float:
    """How much an English message of these sentences resembles a disclosure: above 0 more than a turn, as log odds.

    Of a long one it is its most telling part.
    """
    last = max(1, len(sentences) - _TOGETHER + 1)
    parts = dict.fromkeys(tuple(sentences[at : at + _TOGETHER]) for at in range(last))
    return max(log_odds(english_features.of_message(part), _weights("weights")) for part in parts)


def resemblance_in_another_language(said: str) -> float | None:
    """The same for a message in another language; None where it was not taught."""
    languages = languages_of(said)
    if languages.isdisjoint(TAUGHT | {UNKNOWN}):
        return None
    weights = _weights("weights_in_other_languages")
    found = foreign_features.features(said)
    if languages.isdisjoint(TAUGHT) and sum(feature in weights for feature in found) < _LEAST_KNOWN * len(found):
        return None
    return log_odds(found, weights)


@cache
def _weights(name: str) -> dict[str, float]:
    return read_weights(FOLDER / f"{name}.txt")
