"""Language detection: by script, and for Latin script by function words.

That a text is in another language needs positive evidence: several words, because names, medicines and single foreign
words belong to no language, and more of them than a language without a profile may share by chance.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from apps.core.text.function_words import FUNCTION_WORDS, SCRIPT_WORDS
from apps.core.text.other_languages import OTHER_LANGUAGES
from apps.core.text.patterns import lazy_pattern

_TOKENS = lazy_pattern(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SCRIPTS = {
    "ja": lazy_pattern(r"[\u3040-\u30ff]"),
    "ko": lazy_pattern(r"[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": lazy_pattern(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "cyrillic": lazy_pattern(r"[\u0400-\u052f]"),
    "el": lazy_pattern(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "arabic": lazy_pattern(r"[\u0600-\u06ff\u0750-\u077f]"),
    "he": lazy_pattern(r"[\u0590-\u05ff]"),
    "devanagari": lazy_pattern(r"[\u0900-\u097f]"),
    "bn": lazy_pattern(r"[\u0980-\u09ff]"),
    "ta": lazy_pattern(r"[\u0b80-\u0bff]"),
    "th": lazy_pattern(r"[\u0e00-\u0e7f]"),
    "ka": lazy_pattern(r"[\u10a0-\u10ff]"),
    "hy": lazy_pattern(r"[\u0530-\u058f]"),
    "am": lazy_pattern(r"[\u1200-\u137f]"),
}
# Letters that a language never uses, although others of its script do.
_NEVER_IN = {
    "ru": lazy_pattern(r"[ієїґўјљњћђџѓќѕәғқңөұүһ]", re.IGNORECASE),
    "uk": lazy_pattern(r"[ыэёъўјљњћђџѓќѕәғқңөұүһ]", re.IGNORECASE),
    "ar": lazy_pattern(r"[پچژگکیےہھٹڈڑںەێۆڵڕښځڅ]"),
}
# Vowel signs and accents are no word characters in the regex engine, so that words end at blanks and punctuation.
_BETWEEN_WORDS = lazy_pattern(r"[\s,.;:!?\u060c\u061f\u0964\"'()\u00ab\u00bb\u201c\u201d\u2026-]+")
_LATIN = lazy_pattern(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
# Scripts in which a few characters make a sentence.
_DENSE = frozenset({"ja", "ko", "zh"})
# A conversation in a language without a profile, or written in another script than usual: anything may follow.
UNKNOWN = "unknown"
# The share of function words by which a text is in a language for certain. Speech in a language with a profile has 40
# to 60 %, lists of facts half of that; in a short text, chance alone gives a third.
_CERTAIN_SHARE = 0.34
_CERTAIN_SHARE_OF_LONG = 0.2
_LONG = 25
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
for _name, _words in (FUNCTION_WORDS | OTHER_LANGUAGES).items():
    for _word in _words:
        _LANGUAGES.setdefault(_word, []).append(_name)


def word_tokens(text: str) -> list[str]:
    return _TOKENS.findall(text.replace("\u2019", "'").casefold())


def names_language(text: str) -> bool:
    """Whether a text has the English name of a language that is known here."""
    return any(word in NAMES for word in word_tokens(text))


@lru_cache(maxsize=2048)
def languages_of(text: str) -> frozenset[str]:
    """The languages that a text may be in. It errs on the generous side: the conversation may go on in any of them.

    UNKNOWN is among them if the text may also be in a language without a profile.
    """
    found = {name for name, letters in _scripts(text).items() if letters >= 2}
    said = word_tokens(text)
    hits = _hits(said)
    known = {name: n for name, n in hits.items() if name in FUNCTION_WORDS}
    best = max(known.values(), default=0)
    if best >= max(1, 0.2 * len(said)):
        found |= {name for name, n in known.items() if n >= 0.75 * best}
    if _may_be_unknown(said, hits, best) and not found & _SCRIPTS.keys():
        found.add(UNKNOWN)
    return frozenset(found)


def identified(text: str) -> str:
    """The ISO 639-1 code of the one language that a text is in; "" if that is not sure."""
    found = languages_of(text)
    latin = len(_LATIN.findall(text))
    for script, letters in _scripts(text).items():
        if letters >= 2 and letters > latin:
            return _identified_in_script(text, script)
    return "" if UNKNOWN in found else _most_frequent(_hits(word_tokens(text)), FUNCTION_WORDS)


def script_of(language: str) -> str:
    """The name under which `languages_of` counts a language: its script's where others share it, else its own."""
    return next((script for script, profiles in SCRIPT_WORDS.items() if language in profiles), language)


def foreign(text: str, spoken: frozenset[str], *, words_needed: int = 4) -> str | None:
    """The language of a text that is clearly not in any of `spoken`; None if that is not clear.

    `words_needed` is how many function words of that language, shared with no spoken one, the text must have.
    """
    if not spoken or UNKNOWN in spoken:
        return None
    latin = len(_LATIN.findall(text))
    for name, letters in _scripts(text).items():
        if letters >= (2 if name in _DENSE else 4) * words_needed and letters > latin:
            return None if name in spoken else name
    return _foreign_latin(word_tokens(text), spoken, words_needed)


def _identified_in_script(text: str, script: str) -> str:
    if script not in SCRIPT_WORDS:
        return script
    said = [word.casefold() for word in _BETWEEN_WORDS.split(text)]
    profiles = SCRIPT_WORDS[script]
    hits = Counter(name for word in said for name, known in profiles.items() if word in known)
    name = _most_frequent(hits, profiles)
    return "" if name in _NEVER_IN and _NEVER_IN[name].search(text) else name


def _most_frequent(hits: Counter[str], profiles: Mapping[str, frozenset[str]]) -> str:
    """The language with the most hits among these; "" if there are none, or as many of another one."""
    ranked = [(n, name) for name, n in hits.most_common() if name in profiles][:2]
    tied = len(ranked) == 2 and ranked[0][0] == ranked[1][0]
    return ranked[0][1] if ranked and not tied else ""


def _may_be_unknown(said: list[str], hits: Counter[str], best: int) -> bool:
    """Whether a language without a profile explains these words as well, or nothing explains them."""
    if len(said) < 3:
        return False
    other = max((n for name, n in hits.items() if name in OTHER_LANGUAGES), default=0)
    if other > best or not best:
        return True
    share = _CERTAIN_SHARE if len(said) < _LONG else _CERTAIN_SHARE_OF_LONG
    return best < share * len(said) and not (other == 0 and any(map(_tells_language, said)))


def _tells_language(word: str) -> bool:
    """Whether only one language has this word."""
    languages = _LANGUAGES.get(word, ())
    return len(word) > 2 and len(languages) == 1 and languages[0] in FUNCTION_WORDS


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
    if best not in FUNCTION_WORDS or hits[best] < words_needed or len(said) < words_needed + 1:
        return None
    own = [word for word in said if word in FUNCTION_WORDS[best] and word not in known]
    # Words common to both languages count for neither; words that only a spoken language has count against `best`.
    against = sum(word in known and word not in FUNCTION_WORDS[best] for word in said)
    # Short words are in many languages: "de", "la" and "ma" are pinyin too.
    telling = {word for word in own if len(word) > 2 or not word.isascii()}
    enough = len(set(own)) >= words_needed - 1 and len(telling) >= 2 and len(own) >= 0.25 * len(said)
    return best if enough and len(own) >= 3 * against else None


@lru_cache(maxsize=256)
def _words_of(languages: frozenset[str]) -> frozenset[str]:
    return frozenset().union(*(FUNCTION_WORDS.get(name, frozenset()) for name in languages))


def _hits(said: list[str]) -> Counter[str]:
    """How many of the words are function words of each language."""
    return Counter(name for word in said for name in _LANGUAGES.get(word, ()))
