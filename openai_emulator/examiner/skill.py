"""A consultation skill: how rubrics name it, and how it sounds in a student's sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

When = Literal["ask", "tell", "any"]


@dataclass(frozen=True)
class Skill:
    """`named` matches criteria that require the skill; `cues` match its parts in a student's sentences.

    It is fully met by all parts of `full`, or by `count` sentences (or parts, with `by_part`); partly by one cue.
    """

    named: str
    cues: Mapping[str, str]
    rewrite: str
    full: frozenset[str] = frozenset()
    count: int = 1
    by_part: bool = False
    when: When = "any"
    last: bool = False  # only the end of the conversation counts
