"""A patient's manner of speaking. A seed chooses the wording, so the same input sounds the same."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from openai_emulator.language.matching import normalised
from openai_emulator.language.word_lists import word_set
from openai_emulator.patient.phrases import PHRASES

MANNERS: tuple[tuple[str, str], ...] = (
    ("angry", r"angry|exasperat\w*|irritab\w*|irritated|frustrat\w*|impatient|annoyed|hostile|rude|confrontational"
        r"|demanding|cross|abrupt|short-tempered|fed up"),
    ("anxious", r"anxious|anxiety|worried|worrie[rs]|nervous|frightened|scared|panick\w*|fearful|on edge|tense"
        r"|restless"),
    ("low", r"\blow\b|depress\w*|tearful|flat|sad|monotone|hopeless|withdrawn|weepy"),
    ("quiet", r"quiet|shy|reserved|brief\w*|short (?:answers|sentences|replies)|monosyllab\w*|few words|guarded"
        r"|reluctant|embarrass\w*|soft[- ]spoken|says little|does not say much|laconic|terse"),
    ("chatty", r"chatty|talkative|rambl\w*|wanders?|digress\w*|long[- ]winded|garrulous|cheerful|jolly|storyteller"
        r"|loves to talk|talks a lot"),
    ("slow", r"\bslow\w*|hesita\w*|forgetful|confus\w*|vague|pauses?|takes (?:her|his|their) time|hard of hearing"
        r"|thinks before"),
    ("stoic", r"stoic\w*|plays? (?:it |things |everything )?down|minimi[sz]\w*|makes light|tough|matter[- ]of[- ]fact"
        r"|no fuss|not one to complain|down[- ]to[- ]earth"),
)  # fmt: skip
_NEGATED = re.compile(r"\b(?:not|never|isn't|rather than|no longer)(?: \w+)? ")


def manner_of(text: str) -> str:
    """The manner that a description names first; "" for an ordinary one."""
    low = normalised(text)
    found = []
    for manner, pattern in MANNERS:
        match = re.search(rf"\b(?:{pattern})\b", low)
        if match and not _NEGATED.search(low[max(0, match.start() - 20) : match.start()]):
            found.append((match.start(), manner))
    return min(found)[1] if found else ""


@dataclass(frozen=True)
class Voice:
    """A patient's manner at one point of a conversation. Phrases in `heard`, the last replies, are avoided."""

    manner: str
    doctor: str
    seed: str
    heard: tuple[str, ...] = ()

    def say(self, what: str) -> str:
        kinds = PHRASES[what]
        choices = [
            phrase.replace(", {doctor}", f", {self.doctor}" if self.doctor else "")
            for phrase in kinds.get(self.manner) or kinds[""]
        ]
        return self._choose(what, choices)

    def _choose(self, what: str, choices: Sequence[str]) -> str:
        digest = hashlib.sha256(f"{what}|{self.seed}".encode("utf-8", "replace")).digest()
        start = int.from_bytes(digest[:4], "big") % len(choices)
        turned = [*choices[start:], *choices[:start]]
        lately = " ".join(self.heard)
        return next((choice for choice in turned if not choice.strip() or choice.strip() not in lately), turned[0])

    def in_manner(self, answer: str, *, remark: bool) -> str:
        """The reply in this manner: sometimes with a word before it and, with `remark`, a remark after it."""
        before, after = self.say("before"), self.say("after") if remark else ""
        if before and goes_on(answer) and not _STARTS_ITSELF.match(answer):
            answer = before + lower_first(answer)
        return answer + after if answer.endswith(".") else answer


_STARTS_ITSELF = re.compile(r"(?:yes|no|um|well|oh|as i|like i|i've already|i think i told|look|not)\b", re.IGNORECASE)
_SMALL = word_set(
    """
    it its the a an my no not yes yeah about just only there they we that this these those he she you when where
    what sometimes usually mostly maybe probably around at in on for from after before if because since nothing
    none both one two three four five six seven eight nine ten some all every most never always quite really
    very well around nearly almost last once twice if to of by with like over under until while though although
    even so then now today yesterday as up down out off other another anything something everything nothing
    normally usually
    """
)


def goes_on(text: str) -> bool:
    """Whether the text can follow a comma: it begins with "I" or with a word that is not a name."""
    first = re.split(r"[ ,.']", text, maxsplit=1)[0]
    return first == "I" or first.lower() in _SMALL


def led_by(opener: str, text: str) -> str:
    """An opener such as "Yes, " or "As I said, " with the text, in one sentence if that reads well."""
    if goes_on(text):
        return opener + lower_first(text)
    return f"{opener.rstrip(', :')}{'.' if opener in ('Yes, ', 'No, ') else ':'} {text}"


def lower_first(text: str) -> str:
    """The text as the rest of a sentence: its first letter in lower case, unless it is a name or "I"."""
    first = re.split(r"[ ,.']", text, maxsplit=1)[0]
    return text[:1].lower() + text[1:] if first.lower() in _SMALL and first != "I" else text
