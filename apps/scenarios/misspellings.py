"""Marks in a scenario's text that look like "[locked]" and are not."""

import re
from difflib import SequenceMatcher

_BEFORE = r"[^\S\n]*(?:[-*•–—+]|\d{1,3}[.)])?[^\S\n]*"
_BRACKETED = re.compile(rf"{_BEFORE}(?P<mark>[\[({{<][^\S\n]*(?P<word>[^\W\d_]{{3,10}})\b[^\S\n]*[\])}}>]?)")
_BARE = re.compile(rf"{_BEFORE}(?P<mark>(?P<word>[^\W\d_]{{3,10}})[^\S\n]*[\]:])")
_SYNONYMS = frozenset({"secret", "hidden", "closed", "private", "lock"})
_SIMILAR = 0.75


def misspelt_lock(line: str) -> str:
    """The mark at the beginning of a line that stands for "[locked]", such as "[lockd]" or "locked:"; "" without one.

    For lines that are no locked facts: there "[locked]" itself is such a mark, behind a bullet that is none.
    """
    for pattern in (_BRACKETED, _BARE):
        found = pattern.match(line)
        if found and _means_locked(found["word"].casefold(), bracketed=pattern is _BRACKETED):
            return found["mark"].strip()
    return ""


def _means_locked(word: str, *, bracketed: bool) -> bool:
    if bracketed and word in _SYNONYMS:
        return True
    # "blocked" and "looked" are words of their own; a nose is blocked.
    return word.startswith("l") and word != "looked" and SequenceMatcher(None, word, "locked").ratio() >= _SIMILAR
