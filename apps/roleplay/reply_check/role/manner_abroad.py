"""How much a reply in a language other than English sounds like anybody but a patient.

One linear model for eight languages, over words, pairs and parts of words: many are alike in several languages. The
weights are learned as those of manner.py. Of a language that was not learned it says nothing.
"""

from functools import cache, lru_cache
from pathlib import Path

from apps.core.text.language import identified, languages_of
from apps.core.text.linear_model import log_odds, read_weights
from apps.core.text.sentence_features import MOST_WORDS
from apps.core.text.word_patterns import word_patterns
from apps.roleplay.reply_check.role.manner import odds_of_reply, sentences_of

WEIGHTS = Path(__file__).parent / "learned" / "weights_abroad.txt"
LEARNED = frozenset({"de", "es", "fr", "it", "nl", "pl", "pt", "tr"})
# Above it a patient does not speak.
UNLIKE_A_PATIENT_ABROAD = 0.9


def foreign_manner_of(spoken: str, asked: str) -> float:
    """The manner of a plain text in one of these languages, as log odds; 0 where nothing is known of it.

    A short reply is in the language that it was asked for in, if it may be. Takes time linear in the texts.
    """
    language = identified(spoken)
    if not language and (asked_in := identified(asked)) in languages_of(spoken):
        language = asked_in
    return manner_in_a_learned_language(spoken) if language in LEARNED else 0.0


def manner_in_a_learned_language(spoken: str) -> float:
    """The manner of a plain text that is known to be in one of these languages."""
    return odds_of_reply([_odds(" ".join(sentence)) for sentence in sentences_of(spoken)])


def features_abroad(sentence: list[str]) -> set[str]:
    """What is told by of a sentence."""
    return word_patterns(sentence[:MOST_WORDS])


@lru_cache(maxsize=2048)
def _odds(sentence: str) -> float:
    return log_odds(features_abroad(sentence.split()), _weights())


@cache
def _weights() -> dict[str, float]:
    return read_weights(WEIGHTS)
