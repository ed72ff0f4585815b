"""What a criterion of a rubric asks for, read from its words."""

import re
from dataclasses import dataclass
from functools import lru_cache

from apps.openai_integration.emulator.matching import KIND_OF, content_stems, features, normalised, stem
from apps.openai_integration.emulator.skills import BROAD, NAMED, RUBRIC_WORDS, SKILLS
from apps.openai_integration.emulator.vocabulary import WITHIN

_RUBRIC_STEMS = frozenset(stem(word) for word in RUBRIC_WORDS)
_ADVERB = re.compile(r"\b\w+ly\b")
_REWRITES = {
    "allergy": "Are you allergic to anything, any medicines for example?",
    "medication": "Are you taking any medicines at the moment, prescribed or over the counter?",
    "smoking": "Do you smoke, or have you ever smoked?",
    "alcohol": "How much alcohol do you drink in a usual week?",
    "family": "Does anyone in your family have any medical problems?",
    "illness": "Do you have any other medical conditions?",
    "surgery": "Have you ever had any operations?",
    "work": "What do you do for work?",
    "home": "Who is at home with you?",
    "onset": "When did this start, and how did it begin?",
    "site": "Where exactly do you feel it?",
    "character": "Can you describe what it feels like?",
    "radiation": "Does it go anywhere else?",
    "severity": "How bad is it on a scale from one to ten?",
    "pattern": "Is it there all the time, or does it come and go?",
    "frequency": "How often does it happen?",
    "trigger": "Does anything bring it on or make it worse?",
    "relief": "Does anything make it better?",
    "self_harm": "Have things ever been so bad that you thought about harming yourself?",
}
_LABELS = {"self_harm": "thoughts of self-harm", "illness": "past illnesses", "birth_date": "date of birth", "hay_fever": "hay fever"}


@dataclass(frozen=True)
class Need:
    """A skill, or an idea of the vocabulary to be asked after. `count` replaces the skill's own."""

    kind: str
    name: str
    count: int = 0

    @property
    def label(self) -> str:
        return _LABELS.get(self.name, self.name.replace("_", " "))

    @property
    def rewrite(self) -> str:
        if self.kind == "skill":
            return SKILLS[self.name].rewrite
        return _REWRITES.get(self.name) or f"Can you tell me about any {self.label}?"


@dataclass(frozen=True)
class Requirements:
    """`needs` can be looked for by name; `other` are the stems of what the criterion says besides."""

    needs: tuple[Need, ...]
    other: frozenset[str]


@lru_cache(maxsize=2048)
def requirements(name: str, instructions: str) -> Requirements:
    """From the name; from the instructions where the name says nothing, or where they list the parts of it."""
    needs, other = _read(name)
    if not needs and not other:
        needs, other = _read(instructions)
        return Requirements(needs, frozenset(list(sorted(other))[:6]))
    listed, _ = _read(instructions)
    ideas = tuple(need for need in listed if need.kind == "idea" and need not in needs)
    if len(ideas) > 1 and all(need.kind == "idea" for need in needs):
        needs = (*needs, *ideas)
    return Requirements(needs, other)


def _read(text: str) -> tuple[tuple[Need, ...], frozenset[str]]:
    plain = normalised(text)
    rest = plain
    skills = []
    for name, pattern in NAMED.items():
        if pattern.search(text):
            skills.append(Need("skill", name, _plural(name, plain)))
            rest = pattern.sub(" ", rest)
    ideas: list[str] = []
    for broad, names in BROAD.items():
        if re.search(broad, rest):
            ideas += names
            rest = re.sub(broad, " ", rest)
    about = features(rest)
    found = {idea for idea in about.ideas if KIND_OF[idea] in ("finding", "history")}
    for outer in WITHIN.keys() & found:
        found -= set(WITHIN[outer])
    ideas += sorted(found)
    needs = (*_without_overlap(skills), *(Need("idea", idea) for idea in dict.fromkeys(ideas)))
    words = about.rare if found else content_stems(rest)
    return needs, frozenset(words - _RUBRIC_STEMS - content_stems(" ".join(_ADVERB.findall(rest))))


def _plural(name: str, plain: str) -> int:
    """ "Open questions" wants two of them, "an open question" one; so do a name and a date of birth."""
    if name == "identity":
        return 2 if re.search(r"birth|\bdob\b|\bage\b", plain) else 0
    return 2 if name == "open question" and "questions" in plain else 0


def _without_overlap(skills: list[Need]) -> list[Need]:
    """The nearer of two skills that share their words: a shared plan is not two criteria, nor is an explained one."""
    names = {need.name for need in skills}
    covered = {"closing": {"rapport"}, "greeting": {"rapport"}, "understanding": {"explanation"}, "safety net": {"explanation", "plan"}, "questions": {"open question"}}
    covered |= {"identity": {"introduction"} if "confirm" in names else set(), "follow-up": {"plan"}, "introduction": {"rapport"}}
    dropped = {inner for outer, inner in covered.items() if outer in names for inner in inner}
    return [need for need in skills if need.name not in dropped]
