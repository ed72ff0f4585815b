"""Splits a text into sentences, each an exact substring."""

import re

_ABBREVIATIONS = re.compile(r"\b(?:dr|mr|mrs|ms|st|e\.g|i\.e|etc|vs|approx|no)\.$", re.IGNORECASE)
# Only the first of several full stops in a row is tried.
_END = re.compile(r"(?<![.!?])[.!?]++[\"')\]]*+(?=\s|$)|\n+")
_LONGEST_ABBREVIATION = len("approx.")


def sentences(text: str) -> list[str]:
    """The sentences of a text as exact substrings, without surrounding whitespace."""
    found, start = [], 0
    for match in _END.finditer(text):
        near = max(start, match.end() - _LONGEST_ABBREVIATION)
        if match.group() == "." and _ABBREVIATIONS.search(text, near, match.end()):
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if re.search(r"\w", sentence)]
