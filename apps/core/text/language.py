"""Language detection: by script, and for Latin script by function words. It decides only on several words of
evidence, because names, medicines and single foreign words belong to no language.
"""

import re
from collections import Counter
from functools import lru_cache

from apps.core.text.function_words import FUNCTION_WORDS

_TOKENS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "bn": re.compile(r"[\u0980-\u09ff]"),
    "ta": re.compile(r"[\u0b80-\u0bff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "am": re.compile(r"[\u1200-\u137f]"),
}
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
# Scripts in which a few characters make a sentence.
_DENSE = frozenset({"ja", "ko", "zh"})
# A conversation in a language without a profile: nothing can be said about text in Latin script.
UNKNOWN = "unknown"
# Language names as the authors of scenarios write them.
NAMES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "dutch": "nl",
    "portuguese": "pt", "swedish": "sv", "danish": "da", "norwegian": "no", "polish": "pl", "turkish": "tr",
    "romanian": "ro", "czech": "cs", "hungarian": "hu", "finnish": "fi", "japanese": "ja", "korean": "ko",
    "chinese": "zh", "mandarin": "zh", "cantonese": "zh", "russian": "cyrillic", "ukrainian": "cyrillic",
    "bulgarian": "cyrillic", "serbian": "cyrillic", "greek": "el", "arabic": "arabic", "persian": "arabic",
    "farsi": "arabic", "urdu": "arabic", "hebrew": "he", "hindi": "devanagari", "nepali": "devanagari",
    "marathi": "devanagari", "bengali": "bn", "tamil": "ta", "thai": "th", "georgian": "ka", "armenian": "hy",
    "amharic": "am",
}  # fmt: skip

_LANGUAGES: dict[str, list[str]] = {}
for _name, _words in FUNCTION_WORDS.items():
    for _word in _words:
        _LANGUAGES.setdefault(_word, []).append(_name)


def word_tokens(text: str) -> list[str]:
    return _TOKENS.findall(text.replace("\u2019", "'").casefold())


@lru_cache(maxsize=2048)
def languages_of(text: str) -> frozenset[str]:
    """The languages that a text may be in. It errs on the generous side: the conversation may go on in any of them.

    UNKNOWN stands for a longer text in Latin script that fits no profile.
    """
    found = {name for name, letters in _scripts(text).items() if letters >= 2}
    said = word_tokens(text)
    hits = _hits(said)
    best = max(hits.values(), default=0)
    if best >= max(1, 0.2 * len(said)):
        found |= {name for name, n in hits.items() if n >= 0.75 * best}
    elif len(said) >= 8 and not found:
        found.add(UNKNOWN)
    return frozenset(found)


def foreign(text: str, spoken: frozenset[str], *, words_needed: int = 4) -> str | None:
    """The language of a text that is clearly not in any of `spoken`; None if that is not clear.

    `words_needed` is how many function words of that language, shared with no spoken one, the text must have.
    """
    if not spoken:
        return None
    latin = len(_LATIN.findall(text))
    for name, letters in _scripts(text).items():
        if letters >= (2 if name in _DENSE else 4) * words_needed and letters > latin:
            return None if name in spoken else name
    if UNKNOWN in spoken:
        return None
    return _foreign_latin(word_tokens(text), spoken, words_needed)


def _scripts(text: str) -> dict[str, int]:
    """The number of letters of each script other than Latin."""
    if text.isascii():
        return {}
    letters = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    if letters["ja"]:
        # Japanese uses Chinese characters too.
        letters["ja"] += letters.pop("zh")
    return letters


def _foreign_latin(said: list[str], spoken: frozenset[str], words_needed: int) -> str | None:
    known = _words_of(spoken)
    hits = _hits([word for word in said if word not in known])
    best = max(hits, key=lambda name: hits[name], default=None)
    if best is None or hits[best] < words_needed or len(said) < words_needed + 1:
        return None
    own = [word for word in said if word in FUNCTION_WORDS[best] and word not in known]
    # Words common to both languages count for neither; words that only a spoken language has count against `best`.
    against = sum(word in known and word not in FUNCTION_WORDS[best] for word in said)
    enough = len(set(own)) >= words_needed - 1 and len(own) >= 0.25 * len(said)
    return best if enough and len(own) >= 3 * against else None


@lru_cache(maxsize=256)
def _words_of(languages: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(FUNCTION_WORDS.get(name, frozenset()) for name in languages))


def _hits(said: list[str]) -> Counter[str]:
    """How many of the words are function words of each language."""
    return Counter(name for word in said for name in _LANGUAGES.get(word, ()))
