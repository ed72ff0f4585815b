"""Where a claimed quote stands in a message: pure functions of text.

Words and numbers alone are compared, in their order and whole: case, compatibility forms (NFKC), punctuation, Markdown,
blanks, invisible characters and what apostrophes stand between do not matter. A word, a number, a negation or a name
that differs makes another text. In scripts without spaces between words, each character counts as a word.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import MOST_MARKS

# A shorter quote would be found almost anywhere, so it counts only if it is the whole message.
MIN_CHARACTERS = 8
MIN_WORDS = 2
# Characters of scripts without spaces, each with its marks, that are as much as MIN_WORDS words: a word has about two
# in East Asia, and three or more in Thai, Lao, Khmer and Burmese.
MIN_IDEOGRAPHS = 4
MIN_SYLLABLES = 6
# A part between two ellipses with so many words is a quote of its own.
PART_WORDS = 4

_APOSTROPHES = "'`´‘’‚‛′ʼ"
_CJK, _SEA = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff", r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_IDEOGRAPHS, _SYLLABLES = lazy_pattern(f"[{_CJK}]"), lazy_pattern(f"[{_SEA}]")
_MARKS = "".join(one for one in map(chr, range(0x300, 0x20000)) if unicodedata.category(one)[0] == "M")
_LETTERS = rf"(?:[^\W_{_CJK}{_SEA}]|[{_MARKS}])+"
# A character of a script without spaces with its marks; or a word or number, with the minus before it and the points in
# it, and with apostrophes.
_WORD = lazy_pattern(
    rf"[{_CJK}{_SEA}](?:[{_MARKS}])*"
    rf"|(?:(?<!\S)[-−](?=\d))?{_LETTERS}(?:(?:(?<=\d)[.,:/·⁄](?=\d)|[{_APOSTROPHES}](?=[^\W_]))+{_LETTERS})*"
)
_SAME = str.maketrans({"−": "-", "⁄": "/", **dict.fromkeys(_APOSTROPHES)})
_ELLIPSIS = lazy_pattern(r"[\[(]\s*(?:\.{3,}|…)\s*[\])]|\.{3,}|(?:\. ){2,}\.|…")
_ESCAPES = lazy_pattern(r"\\[nrt]")
_ESCAPED_QUOTES = lazy_pattern(rf"\\(?=[\"{_APOSTROPHES}])")
_ATTRIBUTE = r"""\s[\w-]{1,15}=(?:"[^"<>]{0,30}"|'[^'<>]{0,30}'|\w{1,30})"""
_TAGS = lazy_pattern(rf"</?[a-zA-Z][\w-]{{0,15}}(?:{_ATTRIBUTE}){{0,3}}\s?/?>")
_TURN = r"(?:turn|message|msg|line|index|no\.?|t(?=\d)|#)"
# A number alone is part of what was said, unless a sign behind it makes it one of a list.
_NUMBER = (
    rf"(?:[\[(]\s*{_TURN}?\s*[#=]?\d{{1,4}}\s*[\])][:：]?|{_TURN}\s*[#=]?\d{{1,4}}\b\s*[:：.)–-]?"
    r"|\d{1,4}\s?[:：.)](?=\s))"
)
# Whoever says it. What is cut off is not looked up, so these are labels and nothing that is said.
_WHO = (
    r"(?:(?:the |medical |med )?student|studentin|doctor|dr|clinician|user|learner|speaker|me"
    r"|étudiante?|médecin|ärztin|arzt|estudiante|studente|studentessa|estudante|médico|médica|medico|студент|студентка|врач"
    r"|доктор|医学生|学生|医生|医師|학생|의사|طالب|الطالب|طبيب|الطبيب|छात्र|डॉक्टर|นักศึกษา|แพทย์|หมอ)"
)
# Behind the speaker: one word at most, such as a name or "said", and the number of the message.
_BEHIND = rf"[^\w:：\])\n]{{0,3}}(?!(?:no|not|never)\b)(?:{_TURN}\s*[#=]?)?\w{{0,15}}[^\w:：\])\n]{{0,3}}"
_SPEAKER = (
    rf"(?:[sd][:：]|{_WHO}\s[–—-]\s|{_WHO}\b{_BEHIND}[\])]?\s?[:：](?!\d)"
    rf"|[\[(]\s*{_WHO}\b{_BEHIND}[\])][:：]?)"
)
_LABEL = lazy_pattern(rf"^[^\w\[(#]{{0,9}}(?:{_NUMBER}\s*(?:{_SPEAKER})?|{_SPEAKER})", re.IGNORECASE)
_SOURCE = lazy_pattern(
    rf"\s*(?:[\[(]\s*(?:{_WHO}\b[,:]?\s*)?(?:{_TURN}s?\s*)?#?\d{{1,4}}(?:,?\s*{_WHO}\b)?\s*[\])]"
    rf"|[–—-]\s(?:{_WHO}\b,?\s*)?{_TURN}\s*#?\d{{1,4}})\W*$",
    re.IGNORECASE,
)
_LONGEST_SOURCE = 40
_JOINT = "\0"


@dataclass(frozen=True)
class Words:
    """The words of a text as they are compared, with where each begins and ends in the text."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    joined: str
    # Where each word begins in `joined`.
    starts: tuple[int, ...]

    @property
    def is_short(self) -> bool:
        """Whether so few words may be found almost anywhere."""
        # Each character of a script without spaces is among the words, with its marks.
        ideographs = sum(bool(_IDEOGRAPHS.match(word)) for word in self.words)
        syllables = sum(bool(_SYLLABLES.match(word)) for word in self.words)
        if ideographs or syllables:
            spaced = len(self.words) - ideographs - syllables
            return spaced / MIN_WORDS + ideographs / MIN_IDEOGRAPHS + syllables / MIN_SYLLABLES < 1
        return len(self.words) < MIN_WORDS or len(" ".join(self.words)) < MIN_CHARACTERS

    def find(self, claimed: "Words", after: int = 0) -> int | None:
        """The number of the word at which `claimed` stands here, from word `after` on; None if it does not."""
        if not claimed.words or after >= len(self.words):
            return None
        place = self.joined.find(claimed.joined, self.starts[after])
        return None if place < 0 else bisect_right(self.starts, place) - 1

    def span(self, first: int, count: int) -> tuple[int, int]:
        """Start and end, in the text, of so many words from this one on."""
        return self.spans[first][0], self.spans[first + count - 1][1]


@lru_cache(maxsize=1024)
def words_of(text: str) -> Words:
    """Split a text into the words that are compared. Linear in its length."""
    found = list(_words(text))
    words, spans = tuple(word for word, _, _ in found), tuple((start, end) for _, start, end in found)
    # A joint stands before each word and behind the last one, so that no word is found in the middle of another.
    joined = _JOINT + "".join(f"{word}{_JOINT}" for word in words)
    starts = tuple(accumulate((len(word) + 1 for word in words), initial=0))[:-1] if words else ()
    return Words(words, spans, joined, starts)


class Claim:
    """A claimed quote, in the ways in which it may be meant: as it stands, without a label, and in parts."""

    def __init__(self, text: str) -> None:
        unescaped = _ESCAPED_QUOTES.sub("", _ESCAPES.sub(" ", html.unescape(_TAGS.sub(" ", text))))
        plain = " ".join(unescaped.split())
        unlabelled = _LABEL.sub("", plain, count=1)
        self._readings = list(dict.fromkeys((text, plain, _unsourced(unlabelled), _unsourced(plain))))

    @property
    def is_short(self) -> bool:
        """Whether so few words count only as a whole message."""
        return words_of(self._readings[-1]).is_short

    def found_in(self, message: Words) -> list[tuple[int, int]]:
        """Start and end in the message of the quote, or of each of its parts that is a quote of its own; [] if any word
        of it was not said there."""
        for reading in self._readings:
            if spans := _whole(words_of(reading), message) or _in_parts(reading, message):
                return spans
        return []


def _unsourced(text: str) -> str:
    """The text without the number of its message at the end."""
    return text[:-_LONGEST_SOURCE] + _SOURCE.sub("", text[-_LONGEST_SOURCE:])


def _whole(claimed: Words, message: Words) -> list[tuple[int, int]]:
    if claimed.is_short and claimed.words != message.words:
        return []
    first = message.find(claimed)
    return [] if first is None else [message.span(first, len(claimed.words))]


def _in_parts(reading: str, message: Words) -> list[tuple[int, int]]:
    """The spans of the long parts, if all parts stand in the message, one behind the other."""
    parts = [words for part in _ELLIPSIS.split(reading) if (words := words_of(part)).words]
    if len(parts) < 2:
        return []
    spans, after = [], 0
    for part in parts:
        first = message.find(part, after)
        if first is None:
            return []
        after = first + len(part.words)
        if _is_long(part):
            spans.append(message.span(first, len(part.words)))
    return spans


def _is_long(part: Words) -> bool:
    """Whether a part is a quote of its own: in scripts without spaces each character is a word."""
    unspaced = bool(_IDEOGRAPHS.search(part.joined) or _SYLLABLES.search(part.joined))
    return not part.is_short and (unspaced or len(part.words) >= PART_WORDS)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """(word, start, end), in the order of the text."""
    folded, origin = _folded(text)
    for found in _WORD.finditer(folded):
        yield found[0].translate(_SAME), origin[found.start()][0], origin[found.end() - 1][1]


def _folded(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The characters that are compared, and where each stands in the text; invisible ones are left out."""
    characters: list[str] = []
    origin: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        folded = _fold_cluster(text[start:end])
        characters.append(folded)
        origin.extend([(start, end)] * len(folded))
    return "".join(characters), origin


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of characters with their combining marks, which only together have a composed form.

    A span has at most MOST_MARKS marks, because composing takes time quadratic in their number.
    """
    starts = [0] if text else []
    for i, character in enumerate(text):
        if i and (not unicodedata.combining(character) or i - starts[-1] > MOST_MARKS):
            starts.append(i)
    return list(pairwise([*starts, len(text)]))


@lru_cache(maxsize=8192)
def _fold_cluster(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(one for one in plain if unicodedata.category(one) not in {"Cf", "Cc"} or one.isspace())
