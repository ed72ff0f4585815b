"""Cutting a text into sentences, each an exact piece of it."""

import re

_ABBREVIATIONS = re.compile(r"\b(?:dr|mr|mrs|ms|st|e\.g|i\.e|etc|vs|approx|no)\.$", re.IGNORECASE)
# Of many full stops in a row only the first is tried.
_END = re.compile(r"(?<![.!?])[.!?]++[\"')\]]*+(?=\s|$)|\n+")
_LONGEST_ABBREVIATION = len("approx.")


def sentences(text: str) -> list[str]:
    """The sentences of a text, as they stand in it, without the space around them."""
    found, start = [], 0
    for match in _END.finditer(text):
        near = max(start, match.end() - _LONGEST_ABBREVIATION)
        if match.group() == "." and _ABBREVIATIONS.search(text, near, match.end()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if re.search(r"\w", sentence)]
