"""A scenario's facts in the words of its form, for pages that show them and change nothing."""

from collections.abc import Iterator

from apps.scenarios.fact_sheet import Kind
from apps.scenarios.facts import Fact, lines_of, opening_in

WHEN = {Kind.OPEN: "Told freely", Kind.LOCKED: "Only when asked", Kind.NOTE: "Note, as it stands"}


def facts_in_words(additional_instructions: str) -> str:
    """The text with each fact as the form sums it up; notes stay as they are.

    It has as many lines as before, so that two of them can be compared by lines.
    """
    return "\n".join(_lines(additional_instructions))


def _lines(text: str) -> Iterator[str]:
    has_opened = False
    for line, fact in lines_of(text):
        opening = "" if fact or has_opened else opening_in(line)
        has_opened = has_opened or bool(opening)
        yield _fact_in_words(fact) if fact else f"Opening words: {opening}" if opening else line


def _fact_in_words(fact: Fact) -> str:
    when = WHEN[Kind.LOCKED if fact.locked else Kind.OPEN]
    return f"{when}: {' — '.join(filter(None, [fact.topics, fact.text]))}"
