"""Normalised text for comparison: text that reads the same compares equal."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from apps.core.text.patterns import lazy_pattern

_SAME = str.maketrans(dict.fromkeys("`´‘’‚‛′＇", "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_UNSEEN = lazy_pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ACCENTS = lazy_pattern("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_BLANKS = lazy_pattern(r"[^\S\n]+")
# Letters of other scripts that look Latin; they count as Latin in a word that also has Latin letters.
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏքոսАВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι",
    "aeopcyxijsdhlpnuabekmhopctyxabezhikmnoptyxoavi",
)
_RUNS = lazy_pattern(r"\w+")
_LATIN = lazy_pattern(r"[a-z]", re.IGNORECASE)
_LOOKING_ALIKE = lazy_pattern(r"[Ͱ-ӿԀ-֏]", re.IGNORECASE)
_WORDS = lazy_pattern(r"[^\W_]+")
_UNSPACED = lazy_pattern(r"[぀-ヿ㐀-鿿가-힣]")
# No script needs more combining marks on one letter (UAX #15, Stream-Safe Text Format). Normalising a letter takes
# time quadratic in its marks: 1.2 s for 40,000 of them.
MOST_MARKS = 30
# All combining characters, and the five that get a combining class only once they are decomposed.
_MARK = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x20000)))) + "\u0f73\u0f75\u0f81\uff9e\uff9f"
_TOO_MANY_MARKS = lazy_pattern(f"([{_MARK}]{{{MOST_MARKS}}})[{_MARK}]+")
# Longer phrases are looked up by their first words.
LONGEST_PHRASE = 12

Phrase = tuple[str, ...]


def limit_marks(text: str) -> str:
    """Drop combining marks beyond MOST_MARKS on a letter, so that the text can be normalised in linear time."""
    return text if text.isascii() else _TOO_MANY_MARKS.sub(r"\1", text)


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """Lower case, without accents and invisible characters, one apostrophe, dash and blank; line breaks stay."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", limit_marks(text))).translate(_SAME)
    if not text.isascii():
        # Again: invisible characters may have stood between marks.
        text = _RUNS.sub(_in_one_script, limit_marks(text))
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))
    return _BLANKS.sub(" ", text.lower().replace("`", "'").replace("\r", "\n"))


def _in_one_script(run: re.Match[str]) -> str:
    mixed = not run[0].isascii() and _LATIN.search(run[0]) and _LOOKING_ALIKE.search(run[0])
    return run[0].translate(_LOOK_ALIKE) if mixed else run[0]


def words(text: str) -> list[str]:
    """The normalised words of a text; in scripts without spaces, each pair of neighbouring characters."""
    found = []
    for word in _WORDS.findall(plain(text).replace("'", "")):
        found += [word[at : at + 2] for at in range(max(1, len(word) - 1))] if _UNSPACED.search(word) else [word]
    return found


def shingles(text: str, size: int) -> set[Phrase]:
    """Every sequence of `size` words."""
    return set(_runs(words(text), size))


def phrase(spoken: Sequence[str]) -> Phrase:
    """A sequence of words as the key that Phrases uses."""
    return tuple(spoken[:LONGEST_PHRASE])


class Phrases:
    """A set of phrases that are looked up together: the time does not depend on their number."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = frozenset(phrases)
        self._sizes = sorted(set(map(len, self._phrases)) - {0})

    def found_in(self, spoken: Sequence[str]) -> set[Phrase]:
        """The phrases that occur in these words."""
        return {run for size in self._sizes for run in _runs(spoken, size) if run in self._phrases}

    def any_in(self, spoken: Sequence[str]) -> bool:
        return any(run in self._phrases for size in self._sizes for run in _runs(spoken, size))


def _runs(spoken: Sequence[str], size: int) -> Iterator[Phrase]:
    return (tuple(spoken[at : at + size]) for at in range(len(spoken) - size + 1))
