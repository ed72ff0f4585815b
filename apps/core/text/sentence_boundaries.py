"""Where whole sentences end in a text that is still being written. The work is linear in the text, however it comes."""

import re

# A sentence may be longer, but nobody waits for more of it than this before something is shown.
LONGEST = 400
# What is looked at again and again as a text grows has to grow by this share first, once it is longer than LONGEST. So
# a text is gone through some nine times in all, and not once for each of its pieces.
_GROWTH = 1 / 8

_MARKS = re.compile("([.!?…؟۔।。！？｡]+)([\"'”’»«)\\]}*_」』）】]*)")
_UNSPACED = frozenset("。！？｡")
_NEXT = re.compile(r"(\s*)(\S)")
# Never the end of a sentence, whatever follows: titles, initials, "z.B." and the like, German "am 3. Mai".
_NO_END = re.compile(
    r"(?:^|[\s(\"'“‘])(?:dr|mr|mrs|ms|mx|prof|st|fr|hr|sr|sra|dra|mme|mlle|nr|approx|ca|vs|cf|e\.g|i\.e|z\.b|d\.h|bzw|incl"
    r"|(?!i\b)[^\W\d_]|\d{1,2})\.$",
    re.IGNORECASE,
)
# The end of one only where no small letter follows.
_MAYBE_END = re.compile(r"\b(?:[ap]\.m|etc|usw|hrs?|mins?|secs?|no|tel|dept|u\.s|u\.k)\.$", re.IGNORECASE)
_PAUSES = re.compile(r"[,;:–—](?=\s)|[，、；：]")


class GrowingText:
    """A text that arrives in pieces, given out in whole sentences."""

    def __init__(self) -> None:
        self._given: list[str] = []
        self._length = 0
        self._left, self._waiting, self._waiting_length = "", list[str](), 0

    def add(self, piece: str) -> str:
        """Take the next piece; return the sentences that it completes, "" where it completes none.

        Behind LONGEST characters sentences are held back until there is enough of them: whoever checks the whole text
        so far before each is shown does not check it for each "No." of a thousand.
        """
        if not (self._length or self._left or self._waiting_length):
            piece = piece.lstrip()
        self._waiting.append(piece)
        self._waiting_length += len(piece)
        wanted = (self._length - LONGEST) * _GROWTH
        left = len(self._left) + self._waiting_length
        if left < wanted or self._waiting_length < (len(self._left) - LONGEST) * _GROWTH:
            return ""
        end = complete(self.rest)
        if end == 0 or end < wanted:
            return ""
        sentences, self._left = self._left[:end], self._left[end:]
        self._given.append(sentences)
        self._length += end
        return sentences

    @property
    def given(self) -> str:
        """All that add() has returned."""
        return "".join(self._given)

    @property
    def rest(self) -> str:
        """What add() has not returned yet."""
        self._left = "".join([self._left, *self._waiting])
        self._waiting, self._waiting_length = [], 0
        return self._left


def complete(text: str) -> int:
    """The length of the prefix of `text` that is whole sentences, while more of it may come; 0 where there is none.

    An end is seen only once something follows it, since "2." may become "2.5 mg". What is left when a text has ended is
    its last sentence. A sentence longer than LONGEST is cut at a pause, never inside a word. As a text grows, this does
    not get smaller.
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
    """Behind the last clause in the second half of a text, else behind its last whole word; 0 where it is one word."""
    clauses = [match.end() for match in _PAUSES.finditer(text, len(text) // 2)]
    return clauses[-1] if clauses else len(text.rpartition(" ")[0])
