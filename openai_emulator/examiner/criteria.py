"""Parses what a criterion requires from its name and the levels in its instructions ("0: .. 1: .. 2: ..")."""

import re
from dataclasses import dataclass
from functools import lru_cache

from openai_emulator.examiner.skills import NAMED, SKILLS
from openai_emulator.language.matching import KIND_OF, content_stems, features_of, normalised, word_stem
from openai_emulator.language.word_lists import RUBRIC_WORDS

_RUBRIC_STEMS = frozenset(word_stem(word) for word in RUBRIC_WORDS)
_ADVERB = re.compile(r"\b\w+ly\b")
_LEVEL = re.compile(r"(?:^|(?<=[\s.;,(]))([012]) ?(?:[:=]|-(?= )) ?")
_NUMBERS = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# Broad terms of rubrics > the vocabulary keys that they cover.
BROAD: dict[str, tuple[str, ...]] = {
    r"social history|lifestyle|social (?:and|circumstances|background)": ("smoking", "alcohol", "work", "home"),
    r"(?:pain|symptom|complaint) (?:history|characteri[sz]ation)|socrates|characteri[sz]es"
    r"|history of (?:the )?(?:presenting|pain|present)|explores? the (?:pain|symptoms?|complaint|main symptom"
    r"|presenting)": (
        "onset", "site", "character", "radiation", "severity", "pattern", "trigger", "relief",
    ),
    r"past medical|medical history|\bpmh\b|past history|previous illness": ("illness",),
    r"drug history|medication history|\bdh\b": ("medication",),
    r"family history|\bfh\b": ("family",),
    r"drugs? and allerg|medications? and allerg": ("medication", "allergy"),
    r"onset|duration|(?:for )?how long|when (?:it|the \w+) (?:began|started)": ("onset",),
    r"\bsite\b|location|where it is|where (?:it|the pain)": ("site",),
    r"\bcharacter\b|what it feels like|nature of|quality of (?:the )?pain|type of pain": ("character",),
    r"radiat\w+|where it goes": ("radiation",),
    r"severity|how (?:bad|severe)|pain score": ("severity",),
    r"timing|pattern|constant or": ("pattern",),
    r"frequency|how (?:often|much|many)": ("frequency",),
    r"exacerbat\w+|brings it on|aggravat\w+|provok\w+|triggers?\b|makes? (?:it|the \w+) worse": ("trigger",),
    r"reliev\w+|makes it better|makes? (?:it|the \w+) better": ("relief",),
    r"progress\w*": ("progress",),
    r"previous (?:episodes?|similar)|had (?:it|this) before": ("previous",),
}  # fmt: skip
# "Allergies to medicines" requires allergies only.
_WITHIN = {
    "blood": ("stool", "urine"),
    "allergy": ("medication", "food", "treatment"),
    "otc": ("medication",),
    "pressure": ("blood",),
}
# Of two skills that share words, the more specific one: a shared plan is one skill, not two.
_COVERS: dict[str, tuple[str, ...]] = {
    "closing": ("rapport",),
    "greeting": ("rapport",),
    "understanding": ("explanation",),
    "safety net": ("explanation", "help", "plan", "signs"),
    "questions": ("open question",),
    "follow-up": ("plan",),
    "introduction": ("greeting", "rapport"),
    "identity": ("introduction",),
    "prior knowledge": ("explanation",),
    "explanation": ("plain words", "plan"),
    "risk plans": ("plan",),
    "crisis": ("help", "plan", "shared decision"),
    "signposting": ("empathy",),
    "help": ("plan",),
    "signs": ("plan",),
    "consent": ("explanation",),
}
_REWRITES = {
    "allergy": "Are you allergic to anything, any medicines for example, and what happened?",
    "medication": "Which medicines do you take, in what dose, and do you take them every day?",
    "otc": "Do you take anything that was not prescribed: over the counter, herbal, or bought online?",
    "smoking": "Do you smoke, and if so, how many a day?",
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
    "self_harm": "Have things ever been so bad that you thought about ending your life?",
}
_LABELS = {"self_harm": "thoughts of self-harm", "illness": "past illnesses", "otc": "medicines without a prescription"}


@dataclass(frozen=True)
class Need:
    """A required skill, or a topic of the vocabulary that must be asked about. `count` overrides the skill's own."""

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
    """What a criterion requires: `needs`, and in `other` the stems of its remaining words.

    The full score takes `counted` of the needs if that is set, and one of the `further` stems and ideas.
    With `symptoms`, questions about any symptoms count.
    """

    needs: tuple[Need, ...]
    other: frozenset[str] = frozenset()
    counted: tuple[int, int] | None = None
    symptoms: bool = False
    either: bool = False
    further: frozenset[str] = frozenset()


@lru_cache(maxsize=2048)
def requirements(name: str, instructions: str) -> Requirements:
    """Parse the name, and the instructions if the name says too little or they list its parts."""
    before, levels = _levels(instructions)
    needs, other = _parse_needs(name, levels.get(2, instructions))
    listed, _ = _parse_needs(before if levels else instructions, "")
    if not needs and not other:
        needs, other = listed, frozenset()
    ideas = tuple(need for need in listed if need.kind == "idea")
    counted = _counted(levels) if before.startswith("count") else None
    if counted and sum(KIND_OF[need.name] == "attribute" for need in ideas) > 2:
        return Requirements(ideas, counted=counted)
    if counted and "symptom" in f"{name} {before}":
        return Requirements((), counted=counted, symptoms=True)
    if len(ideas) > 1 and not levels and all(need.kind == "idea" for need in needs):
        needs = tuple(dict.fromkeys((*needs, *ideas)))
    return Requirements(needs, other, either=" or " in levels.get(2, ""), further=_further(needs, levels))


def _levels(instructions: str) -> tuple[str, dict[int, str]]:
    """The text before the levels, and the text of each level."""
    plain = normalised(instructions)
    pieces = _LEVEL.split(plain)
    return pieces[0].strip(), {
        int(number): text.strip() for number, text in zip(pieces[1::2], pieces[2::2], strict=True)
    }


def _counted(levels: dict[int, str]) -> tuple[int, int] | None:
    """How many items levels 1 and 2 require; None if they do not say."""
    found = [re.search(rf"\b({'|'.join(_NUMBERS)})\b", levels.get(level, "")) for level in (1, 2)]
    if not found[0] or not found[1]:
        return None
    return _NUMBERS[found[0][1]], _NUMBERS[found[1][1]]


def _further(needs: tuple[Need, ...], levels: dict[int, str]) -> frozenset[str]:
    """Stems and ideas that only level 2 mentions; level 2 requires at least one of them."""
    top, lower = levels.get(2, ""), f"{levels.get(0, '')} {levels.get(1, '')}"
    if not top or not needs:
        return frozenset()
    if all(need.kind == "idea" for need in needs):
        about, below = features_of(top), features_of(lower)
        named = frozenset(need.name for need in needs)
        if (about.ideas - below.ideas) & named:
            return frozenset()
        return (about.ideas - below.ideas - named) | (about.stems - below.stems - _RUBRIC_STEMS)
    if {need.name for need in needs} & {"empathy", "understanding"}:
        return content_stems(top) - content_stems(lower) - {word_stem("patient"), word_stem("asks"), word_stem("says")}
    return frozenset()


def _parse_needs(text: str, top: str) -> tuple[tuple[Need, ...], frozenset[str]]:
    plain = normalised(text)
    rest = plain
    skills = []
    for name, pattern in NAMED.items():
        if pattern.search(text):
            skills.append(Need("skill", name, _required_count(name, f"{plain} {top}")))
            rest = pattern.sub(" ", rest)
    ideas: list[str] = []
    for broad, names in BROAD.items():
        if re.search(broad, rest):
            ideas += names
            rest = re.sub(broad, " ", rest)
    about = features_of(rest)
    found = {idea for idea in about.ideas if KIND_OF[idea] in ("finding", "history")} - {"address"}
    for outer in _WITHIN.keys() & found:
        found -= set(_WITHIN[outer])
    ideas += sorted(found)
    needs = (*_without_overlap(skills), *(Need("idea", idea) for idea in dict.fromkeys(ideas)))
    if needs and skills and ideas and set(ideas) <= {"frequency", "onset"}:
        needs = needs[: -len(dict.fromkeys(ideas))]
    words = about.rare if found else content_stems(rest)
    return needs, frozenset(words - _RUBRIC_STEMS - content_stems(" ".join(_ADVERB.findall(rest))))


def _required_count(name: str, plain: str) -> int:
    """How many instances of a skill are required: two for "open questions", or for a name and a date of birth."""
    if name == "identity":
        return 2 if re.search(r"birth|\bdob\b|\bage\b", plain) else 0
    if name == "open question":
        return 2 if re.search(r"open questions|two or more|\bstory\b", plain) else 0
    return 0


def _without_overlap(skills: list[Need]) -> list[Need]:
    names = {need.name for need in skills}
    dropped = {inner for outer, inners in _COVERS.items() if outer in names for inner in inners}
    return [need for need in skills if need.name not in dropped]
