"""Finds complete sentences in a text that is still growing, in time linear in its length, whatever the pieces."""

import re

from apps.core.text.patterns import lazy_pattern

# A sentence may be longer, but the reader does not wait for more than this before something is shown.
LONGEST = 400
# Beyond LONGEST, a text is scanned again only after it has grown by this share. So a text is scanned some nine times in
# all rather than once for each piece.
_GROWTH = 1 / 8

_MARKS = lazy_pattern("([.!?…؟۔।。！？｡]+)([\"'”’»«)\\]}*_」』）】]*)")
_UNSPACED = frozenset("。！？｡")
_NEXT = lazy_pattern(r"(\s*)(\S)")
# Never a sentence end, whatever follows: titles, initials, abbreviations such as "z.B.", German "am 3. Mai".
_NO_END = lazy_pattern(
    r"(?:^|[\s(\"'“‘])(?:dr|mr|mrs|ms|mx|prof|st|fr|hr|sr|sra|dra|mme|mlle|nr|approx|ca|vs|cf|e\.g|i\.e|z\.b|d\.h|bzw|incl"
    r"|(?!i\b)[^\W\d_]|\d{1,2})\.$",
    re.IGNORECASE,
)
# A sentence end unless a lower-case letter follows.
_MAYBE_END = lazy_pattern(r"\b(?:[ap]\.m|etc|usw|hrs?|mins?|secs?|no|tel|dept|u\.s|u\.k)\.$", re.IGNORECASE)
_PAUSES = lazy_pattern(r"[,;:–—](?=\s)|[，、；：]")


class GrowingText:
    """A text that arrives in pieces and is released in complete sentences."""

    def __init__(self) -> None:
        self._given: list[str] = []
        self._length = 0
        self._left, self._waiting, self._waiting_length = "", list[str](), 0

    def add(self, piece: str) -> str:
        """Add the next piece; return the sentences that it completes, or "".

        Beyond LONGEST characters sentences are held back until there are enough of them. The caller checks the whole
        text so far before each release, and must not do so for each "No." of a thousand.
        """
        if not (self._length or self._left or self._waiting_length):
            piece = piece.lstrip()
        self._waiting.append(piece)
        self._waiting_length += len(piece)
        wanted = (self._length - LONGEST) * _GROWTH
        left = len(self._left) + self._waiting_length
        if left < wanted or self._waiting_length < (len(self._left) - LONGEST) * _GROWTH:
            return ""
        end = complete_length(self.rest)
        if end == 0 or end < wanted:
            return ""
        sentences, self._left = self._left[:end], self._left[end:]
        self._given.append(sentences)
        self._length += end
        return sentences

    @property
    def given(self) -> str:
        """All text that add() has returned."""
        return "".join(self._given)

    @property
    def rest(self) -> str:
        """The text that add() has not returned yet."""
        self._left = "".join([self._left, *self._waiting])
        self._waiting, self._waiting_length = [], 0
        return self._left


def complete_length(text: str) -> int:
    """The length of the prefix of `text` that consists of complete sentences, while more may follow; 0 if none.

    An end counts only once something follows it, since "2." may become "2.5 mg". The remainder of a finished text is
    its last sentence. A sentence longer than LONGEST is cut at a pause, never inside a word. The result never decreases
    as the text grows.
    """
    end = text.rfind("\n") + 1
    for match in _MARKS.finditer(text, end):
        if _ends(text, match):
            end = match.end()
    while len(text) - end > LONGEST:
        cut = _pause(text[end : end + LONGEST])
        if not cut:
            break
        end += cut
    return end


def _ends(text: str, match: re.Match[str]) -> bool:
    marks, closed = match.groups()
    following = _NEXT.match(text, match.end())
    if following is None:
        return False
    blank, character = following.groups()
    if marks[-1] in _UNSPACED:
        return True
    if not blank:
        return False
    goes_on = character.islower()
    if goes_on and (closed or "…" in marks or ".." in marks):
        return False
    before = text[max(0, match.start() - 20) : match.end(1)]
    return marks != "." or not (_NO_END.search(before) or (goes_on and _MAYBE_END.search(before)))


def _pause(text: str) -> int:
    """After the last clause in the second half of the text, else after its last whole word; 0 for a single word."""
    clauses = [match.end() for match in _PAUSES.finditer(text, len(text) // 2)]
    return clauses[-1] if clauses else len(text.rpartition(" ")[0])
