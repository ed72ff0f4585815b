"""Where whole sentences end in a text that is still being written."""

import re

# A sentence may be longer, but nobody waits for more of it than this before something is shown.
LONGEST = 400

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
