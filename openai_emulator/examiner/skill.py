"""One skill of consulting, as a rubric names it and as it sounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

When = Literal["ask", "tell", "any"]


@dataclass(frozen=True)
class Skill:
    """`named` is how a criterion speaks of it, `cues` are the parts of it that can be heard in a student's sentence.

    It is fully shown with all parts of `full`, or with `count` sentences (`by_part`: parts); partly with one cue.
    """

    named: str
    cues: Mapping[str, str]
    rewrite: str
    full: frozenset[str] = frozenset()
    count: int = 1
    by_part: bool = False
    when: When = "any"
    last: bool = False  # only the end of the talk counts
