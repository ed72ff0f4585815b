"""Text as the rules compare it: one form for what reads the same."""

import re
import unicodedata
from functools import lru_cache

_SAME = str.maketrans(dict.fromkeys("`´‘’‚‛′＇", "'") | dict.fromkeys("‐‑‒–—―−", "-"))
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_BLANKS = re.compile(r"[^\S\n]+")
# Letters of other scripts that look like Latin ones; they count as those in a word that has Latin letters too.
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏքոսАВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι",
    "aeopcyxijsdhlpnuabekmhopctyxabezhikmnoptyxoavi",
)
_MIXED = re.compile(r"(?=\w*[a-z])(?=\w*[Ͱ-ӿԀ-֏])\w+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿가-힣]")


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """Lower case without accents, one kind of apostrophe, dash and blank, nothing unseen; lines stay lines."""
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_SAME)
    if not text.isascii():
        text = _MIXED.sub(lambda word: word[0].translate(_LOOK_ALIKE), text)
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold())))
    return _BLANKS.sub(" ", text.lower().replace("`", "'").replace("\r", "\n"))


def words(text: str) -> list[str]:
    """The words of a text, plain; scripts without spaces give each pair of neighbours."""
    found = []
    for word in _WORDS.findall(plain(text).replace("'", "")):
        found += [word[at : at + 2] for at in range(max(1, len(word) - 1))] if _UNSPACED.search(word) else [word]
    return found


def shingles(text: str, size: int) -> set[tuple[str, ...]]:
    """Every run of `size` words."""
    spoken = words(text)
    return {tuple(spoken[at : at + size]) for at in range(len(spoken) - size + 1)}
