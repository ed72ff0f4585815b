"""A patient's stock phrases are whole sentences, and what stands before or after an answer joins on to it."""

import re

import pytest

from openai_emulator.patient.phrases import PHRASES

LEADS_IN = {"again", "what was said", "before"}  # an answer follows
FOLLOWS = {"after"}  # an answer goes before
EACH = [(purpose, phrase) for purpose, manners in PHRASES.items() for phrases in manners.values() for phrase in phrases]


@pytest.mark.parametrize(("purpose", "phrase"), sorted(set(EACH)))
def test_a_phrase_is_cut_nowhere(purpose: str, phrase: str) -> None:
    if purpose in LEADS_IN:
        pattern = r"([A-Z][^.?!]*(,|:|\.\.\.|said) )?"
    elif purpose in FOLLOWS:
        pattern = r"( [A-Z].*[.?!])?"
    else:
        pattern = r"[A-Z].*[.?!]"
    assert re.fullmatch(pattern, phrase)
