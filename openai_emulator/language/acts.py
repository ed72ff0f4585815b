"""Classifies the sentences of a student's turn: greeting, question, explanation, farewell and so on."""

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
from openai_emulator.language.matching import Features, features_of, normalised
from openai_emulator.language.sentences import sentences

# Limits on a student's turn, because each sentence and question is compared with every fact of the patient.
MAX_TURN = 6000
MAX_SENTENCES = 60
MAX_CLAUSES = 20


@dataclass(frozen=True)
class Utterance:
    """A sentence or question of the student, its act, and whether it needs more than yes or no."""

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
# "When did it start, and what does it feel like?" has two clauses; so does "I'm sorry; does it hurt?"
_CLAUSES = re.compile(rf"(?:,? (?:and|or|but)|[,:;]) (?=(?:{WH}|{AUX} {THEY})\b)")


def clauses(sentence: str) -> list[str]:
    """A sentence split where another question begins."""
    parts: list[str] = []
    for part in _CLAUSES.split(sentence, maxsplit=MAX_CLAUSES) if sentence.endswith("?") else [sentence]:
        if parts and ASKS.search(_core(normalised(parts[-1]))):
            parts[-1] += "?"
            parts.append(part)
        else:
            # "When you cough, do you ..." is one question.
            parts = [*parts[:-1], f"{parts[-1]}, {part}" if parts else part]
    return parts


def read_utterances(text: str) -> list[Utterance]:
    """The classified sentences of a student's turn, with each question on its own."""
    parts = (part for sentence in sentences(text[:MAX_TURN]) for part in clauses(sentence))
    return classify_sentences(islice(parts, MAX_SENTENCES))


def classify_sentences(parts: Iterable[str]) -> list[Utterance]:
    found = []
    for sentence in parts:
        plain = normalised(sentence)
        core = _core(plain)
        found.append(Utterance(sentence, core, _act(plain, core), features_of(core), _is_open(core)))
    return found


def _core(plain: str) -> str:
    return LEAD.sub("", re.sub(r"\b(?:um+|uh+|er+),? ", "", plain) + " ").strip() or plain


def _is_open(core: str) -> bool:
    if re.search(rf", (?:and )?{AUX} {THEY}\b", core):
        return False
    return bool(re.match(rf"{WH}\b", core) or REQUEST.search(core))


def _act(plain: str, core: str) -> Act:
    asks = core.endswith("?") or bool(ASKS.search(core)) or bool(REQUEST.search(core))
    about = features_of(core)
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
    """The act of a sentence without a question; one or two words, such as "allergies", count as a question."""
    if set(re.findall(r"[a-z']+", plain)) <= NODS:
        return Act.NOD
    for act, pattern in CLOSINGS:
        if pattern.search(plain) and not (act is Act.THANKS and len(plain) > 60):
            return act
    bare = len(core.split()) <= 3 and not re.match(r"(?:you|it|no|not|one|so|your|a|some|yeah|yes)\b|.*\bok", plain)
    return Act.QUESTION if has_subject and bare else Act.EXPLANATION


def _narrowed(act: Act, about: Features, subjects: frozenset[str]) -> Act:
    """The act as a question, if a sentence that looks like another act asks about something."""
    asks_after = subjects - {"concerns", "ideas", "expectations", "doctor_before", "address", "birth_date"}
    if act is Act.HOW_ARE_YOU and (asks_after or about.of_kind("body")):
        return Act.QUESTION
    if act is Act.INVITE and (asks_after - {"stress", "home", "work"}):
        return Act.QUESTION
    if act is Act.AGREED and asks_after:
        return Act.RIGHT
    return act
