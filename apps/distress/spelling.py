"""The words of a message as they would be written with care."""

from collections import Counter

from apps.core.text.patterns import lazy_pattern
from apps.distress import english

WORD = lazy_pattern(r"[^\W_]+|,")
# Contractions by their ending, in the order in which they are written out.
_ENDINGS = (
    ("can't", "can not"), ("won't", "will not"), ("shan't", "shall not"), ("n't", " not"), ("'ll", " will"),
    ("'re", " are"), ("'ve", " have"), ("'m ", " am "), ("'", ""),
)  # fmt: skip
_HAD = lazy_pattern(
    r"\bi would (?=(?:never |not |just )?(?:been|existed|died|gone|woken|taken|succeeded|jumped|killed)\b)"
)
_WE = lazy_pattern(r"\bill (?=(?:just|jump|kill|end|do|be|hurt|never|probably|prob|take|hang|finally)\b)")


def spelled_out(text: str) -> str:
    """The words of a text with contractions and common misspellings written out, and commas."""
    for ending, word in _ENDINGS:
        text = text.replace(ending, word)
    words = " ".join(_spelling(word) for word in WORD.findall(text))
    return _HAD.sub("i had ", _WE.sub("i will ", words.replace("my self", "myself")))


def _spelling(word: str) -> str:
    return english.SPELLINGS.get(word) or _MISSPELLED.get(word) or _JUMBLED.get(_letters(word), word)


def _letters(word: str) -> str:
    """The first letter of a word and its others in order of the alphabet: "tierd" and "tired" have the same."""
    return word[:1] + "".join(sorted(word[1:]))


def _misspellings() -> dict[str, str]:
    """The spellings of the keywords with one letter missing or doubled."""
    found: dict[str, str] = {}
    for key in english.KEYWORDS:
        for at in range(len(key)):
            rest = key[at + 1 :]
            found[key[:at] + rest] = key
            found[key[:at] + key[at] * 2 + rest] = key
    return {wrong: key for wrong, key in found.items() if wrong not in english.KEYWORDS and len(wrong) > 4}


_MISSPELLED = _misspellings()
# Of two keywords with the same letters neither is taken for the other.
_COUNTS = Counter(map(_letters, english.KEYWORDS))
_JUMBLED = {_letters(key): key for key in english.KEYWORDS if _COUNTS[_letters(key)] == 1 and len(key) > 3}
