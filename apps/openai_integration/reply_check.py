"""Whether a reply is one that the patient may give: pure rules over text."""

import re
from collections.abc import Sequence
from typing import Any

from apps.openai_integration.context import RULES

# What each rule asks the model to do better at its second try.
REMINDERS = {
    "role_break": "You stepped out of the part. Answer again, only as the patient.",
    "instructions_quoted": "You quoted your instructions. Answer again, in the patient's own words.",
    "diagnosis_named": "The patient does not know that diagnosis. Answer again without naming it.",
    "locked_fact": "The patient told something that was not asked for. Answer again, only what was asked.",
}

FALLBACKS = (
    "Sorry, doctor, I lost my thread for a moment. Could you ask me that again?",
    "I'm not sure what to say to that. What would you like to know?",
    "Sorry, could you put that another way for me?",
)

_ROLE_BREAK = re.compile(
    r"\bas an? (?:ai\b|artificial|(?:large )?language model|assistant\b)"
    r"|\bi(?:'m| am) (?:just |only |actually )?an? (?:ai\b|artificial|chat ?bot|(?:large )?language model|"
    r"virtual (?:patient|assistant)|computer program)"
    r"|\b(?:large )?language model\b|\bchatgpt\b|\bopenai\b|\bsystem prompt\b"
    r"|\bmy (?:instructions|prompt|programming) (?:say|says|tell|tells|forbid|forbids|do|does|is|are)\b"
    r"|\bi (?:was|am|have been) (?:instructed|programmed|prompted) to\b"
    r"|\b(?:stay|remain|break|step out of) (?:in )?character\b",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"(?m)^\s*#{1,3} |\[locked\]|^\s*(?:Opening|Diagnosis):")
_SHINGLE = 8
_LOCKED = re.compile(r"(?im)^\s*[-*]?\s*\[locked\]\s*([^:\n]+):\s*(.+)$")
_DIAGNOSIS = re.compile(r"(?im)^\s*[-*]?\s*diagnosis\s*:\s*(.+)$")
_SMALL = frozenset(
    "the and for but not was were had has have with that this from they them there then than been what when which "  # noqa: SIM905
    "who you your yours his her hers its our are can could would should will just very really about into over some "
    "any all did does don doesn didn isn wasn ive dont didnt cant she him one two bit lot quite like know think "
    "because how much many often every day get got today".split()
)


def check_reply(reply: str, *, content: dict[str, Any], student_turns: Sequence[str]) -> str | None:
    """The rule that a reply breaks, a key of REMINDERS; None where it may be shown.

    `content` is that of the ScenarioVersion played, `student_turns` all that the student has said so far.
    """
    said = _words(" ".join(student_turns))
    if _ROLE_BREAK.search(reply):
        return "role_break"
    if _MARKERS.search(reply) or _quotes_rules(reply, content):
        return "instructions_quoted"
    knowledge = str(content.get("additional_instructions", ""))
    if _names_diagnosis(reply, knowledge, student_turns):
        return "diagnosis_named"
    if any(_tells(reply, topics, fact, said, content) for topics, fact in _LOCKED.findall(knowledge)):
        return "locked_fact"
    return None


def fallback_reply(turns: int) -> str:
    """What the patient says when two answers in a row had to be turned away; `turns` varies it."""
    return FALLBACKS[turns % len(FALLBACKS)]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("'", "").replace("’", ""))


def _stem(word: str) -> str:
    return re.sub(r"(?:ings?|edly|ed|es|s|ly|ion|ions|y|e)$", "", word) if len(word) > 4 else word


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in _words(text) if len(word) > 2 and word not in _SMALL}


def _quotes_rules(reply: str, content: dict[str, Any]) -> bool:
    hidden = (RULES, str(content.get("communication_preferences", "")))
    spoken = _shingles(reply)
    return any(spoken & _shingles(text) for text in hidden)


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)}


def _names_diagnosis(reply: str, knowledge: str, student_turns: Sequence[str]) -> bool:
    terms = [term.strip(" .") for line in _DIAGNOSIS.findall(knowledge) for term in re.split(r"[,;]", line)]
    heard = " ".join(student_turns)
    return any(_has_term(reply, term) and not _has_term(heard, term) for term in terms if len(term) > 2)


def _has_term(text: str, term: str) -> bool:
    return re.search(rf"\b{re.escape(term)}\b", text, re.IGNORECASE) is not None


def _tells(reply: str, topics: str, fact: str, said: list[str], content: dict[str, Any]) -> bool:
    """Whether the reply gives a locked fact away before any of its topics was asked about.

    Counted are the fact's own words: not those that the student has used, nor those of the open facts and the persona.
    """
    asked = {_stem(word) for word in said}
    # "how much" has no word of its own, and is a topic all the same.
    spoken = f" {' '.join(said)} "
    if _stems(topics) & asked or any(f" {' '.join(_words(topic))} " in spoken for topic in topics.split(",")):
        return False
    knowledge = _LOCKED.sub("", str(content.get("additional_instructions", "")))
    common = _stems(knowledge) | _stems(str(content.get("scenario_text", ""))) | asked
    own = _stems(fact) - common
    return len(own) >= 2 and len(own & _stems(reply)) >= max(2, round(0.6 * len(own)))
