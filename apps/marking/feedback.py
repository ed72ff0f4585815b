"""Feedback on a whole conversation: what went well, and one thing to try next, each tied to quoted turns."""

from collections.abc import Callable, Iterable
from typing import Any

from apps.marking.criteria import closed_object
from apps.marking.doubts import only_pleas
from apps.marking.evidence import Transcript
from apps.marking.suspicion import suspicious_spans

WENT_WELL, TRY_NEXT = PARTS = ("went_well", "try_next")
MAX_CHARACTERS = 600

FEEDBACK_RULES = """\
Feedback on the whole, after the criteria
- went_well: one or two sentences on what the student did well. try_next: one thing to do otherwise next time, and how.
- Each with evidence as above: the student's words that it speaks of; for try_next those after or instead of which it \
would have fitted.
- Write to the student, in the language of the conversation."""

# {part: {"text", "quotes": verified quotes as Transcript gives them}}; only parts with a verified quote.
Feedback = dict[str, dict[str, Any]]


def feedback_schema() -> dict[str, Any]:
    """The JSON schema of the feedback in an answer."""
    quote = closed_object({"turn": {"type": "integer"}, "quote": {"type": "string"}})
    part = closed_object({"evidence": {"type": "array", "items": quote}, "text": {"type": "string"}})
    return closed_object(dict.fromkeys(PARTS, part))


def check_feedback(claimed: Any, transcript: Transcript, readable: Callable[[Any], str]) -> Feedback:
    """The feedback of an answer, which may have any form: its parts with a text, and a quote that was said.

    `readable` gives a text as it may be shown, or "" where it reveals what is hidden from students. A part that quotes
    nothing but what may speak to the examiner is left out.
    """
    checked: Feedback = {}
    for part in PARTS:
        stated = claimed.get(part) if isinstance(claimed, dict) else None
        if not isinstance(stated, dict):
            continue
        text, evidence = readable(stated.get("text"))[:MAX_CHARACTERS], transcript.verify(stated.get("evidence"))
        if text and evidence.quotes and not only_pleas(evidence.quotes, suspicious_spans(transcript.turns)):
            checked[part] = {"text": text, "quotes": evidence.quotes}
    return checked


def first_of_each(found: Iterable[Feedback]) -> Feedback:
    """The first of each part, of several answers or of the answers for parts of a conversation."""
    chosen: Feedback = {}
    for one in found:
        chosen = one | chosen
    return {part: chosen[part] for part in PARTS if part in chosen}
