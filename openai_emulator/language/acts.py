"""What a student does with each sentence of a turn: greets, asks, explains, says goodbye."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from openai_emulator.language.act_patterns import (
    ASKS,
    AUX,
    CLOSINGS,
    CONSENT,
    GREETING,
    IMPERATIVE,
    IN_ORDER_COMPILED,
    LEAD,
    NODS,
    PROPOSAL,
    REQUEST,
    STAGE,
    THEY,
    WH,
    Act,
)
from openai_emulator.language.matching import Features, features, normalised
from openai_emulator.language.sentences import sentences

# What is read of a student's turn: each sentence, and each question in one, is held against all that a patient knows.
MAX_TURN = 6000
MAX_SENTENCES = 60
MAX_CLAUSES = 20


@dataclass(frozen=True)
class Said:
    """One sentence of the student's, what it does, and whether it wants more than yes or no."""

    text: str
    core: str  # without "okay, and" at its start, in lower case
    act: Act
    about: Features
    open: bool = False

    @property
    def asks(self) -> bool:
        return self.act in ASKING or self.core.endswith("?")


ASKING = frozenset(Act) - {
    Act.STAGE, Act.REPEAT, Act.GREETING, Act.FAREWELL, Act.THANKS, Act.EMPATHY, Act.REASSURANCE, Act.EXPLANATION,
    Act.SUMMARY, Act.NOD,
}  # fmt: skip
# "When did it start, and what does it feel like?" asks twice; so does "I'm sorry; does it hurt?"
_CLAUSES = re.compile(rf"(?:,? (?:and|or|but)|[,:;]) (?=(?:{WH}|{AUX} {THEY})\b)")


def clauses(sentence: str) -> list[str]:
    """A sentence cut where another question begins in it."""
    parts: list[str] = []
    for part in _CLAUSES.split(sentence, maxsplit=MAX_CLAUSES) if sentence.endswith("?") else [sentence]:
        if parts and ASKS.search(_core(normalised(parts[-1]))):
            parts[-1] += "?"
            parts.append(part)
        else:
            # "When you cough, do you ..." is one question.
            parts = [*parts[:-1], f"{parts[-1]}, {part}" if parts else part]
    return parts


def read_turn(text: str) -> list[Said]:
    """The sentences of a student's turn, each question by itself, with what each of them does."""
    parts = (part for sentence in sentences(text[:MAX_TURN]) for part in clauses(sentence))
    return read_parts(islice(parts, MAX_SENTENCES))


def read_parts(parts: Iterable[str]) -> list[Said]:
    found = []
    for sentence in parts:
        plain = normalised(sentence)
        core = _core(plain)
        found.append(Said(sentence, core, _act(plain, core), features(core), _is_open(core)))
    return found


def _core(plain: str) -> str:
    return LEAD.sub("", re.sub(r"\b(?:um+|uh+|er+),? ", "", plain) + " ").strip() or plain


def _is_open(core: str) -> bool:
    if re.search(rf", (?:and )?{AUX} {THEY}\b", core):
        return False
    return bool(re.match(rf"{WH}\b", core) or REQUEST.search(core))


def _act(plain: str, core: str) -> Act:
    asks = core.endswith("?") or bool(ASKS.search(core)) or bool(REQUEST.search(core))
    about = features(core)
    subjects = about.of_kind("finding", "history", "perspective")
    if STAGE.search(plain):
        return Act.STAGE
    if GREETING.search(plain) and (not asks or len(plain.split()) <= 3) and len(core) < 120:
        return Act.GREETING
    if PROPOSAL.match(core) and core.endswith("?") and not REQUEST.search(core):
        return Act.AGREED
    for act, pattern in IN_ORDER_COMPILED:
        if pattern.search(core) and (asks or IMPERATIVE.match(core)):
            return _narrowed(act, about, subjects)
    if CONSENT.search(core) and not (subjects - {"surgery"}):
        return Act.CONSENT
    return Act.QUESTION if asks else _statement(plain, core, bool(subjects))


def _statement(plain: str, core: str, has_subject: bool) -> Act:
    """What a sentence does that does not ask; a word or two ("allergies") ask after all."""
    if set(re.findall(r"[a-z']+", plain)) <= NODS:
        return Act.NOD
    for act, pattern in CLOSINGS:
        if pattern.search(plain) and not (act is Act.THANKS and len(plain) > 60):
            return act
    bare = len(core.split()) <= 3 and not re.match(r"(?:you|it|no|not|one|so|your|a|some|yeah|yes)\b|.*\bok", plain)
    return Act.QUESTION if has_subject and bare else Act.EXPLANATION


def _narrowed(act: Act, about: Features, subjects: frozenset[str]) -> Act:
    """A sentence that looks like an act of its own may ask after something after all."""
    asks_after = subjects - {"concerns", "ideas", "expectations", "doctor_before", "address", "birth_date"}
    if act is Act.HOW_ARE_YOU and (asks_after or about.of_kind("body")):
        return Act.QUESTION
    if act is Act.INVITE and (asks_after - {"stress", "home", "work"}):
        return Act.QUESTION
    if act is Act.AGREED and asks_after:
        return Act.RIGHT
    return act
