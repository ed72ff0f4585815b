"""Extracts from a scenario what its patient must not say: locked facts, diagnoses and the instructions' own words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from apps.core.text.function_words import FUNCTION_WORDS
from apps.core.text.language import NAMES, languages_of
from apps.core.text.plain import Phrase, Phrases, phrase, plain, shingles, words
from apps.openai_integration.conversation.prompt import RULES
from apps.openai_integration.conversation.reply_check.related_words import related_stems

# This many words in a row count as a quotation. Lists of topics are unlike speech, so fewer are enough for them.
QUOTED = 8
QUOTED_TOPICS = 6
# Indentation must not match line ends: with \s, 20,000 blank lines would take 42 s.
_INDENT = r"^[^\S\n]*"
_BULLET = rf"{_INDENT}(?:[-*•]\s*+)?"
_LOCKED = re.compile(rf"(?im){_BULLET}\[locked\]\s*(?:([^:\n]{{1,200}}):\s*)?(.+)$")
_TOPICS = re.compile(rf"(?m){_INDENT}[-*•]\s*+(?:\[locked\]\s*+)?([^:\n]{{1,300}}):\s")
_DIAGNOSIS = re.compile(rf"(?im){_BULLET}diagnos(?:is|es|e|en)\s*:\s*(.+)$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_LANGUAGE_NAME = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")


@dataclass(frozen=True)
class LockedFact:
    """A fact that is revealed only on request, as stems.

    `own` are the stems that appear in no open part of the scenario; `parts` are those of each sentence, if several.
    """

    asked_by: frozenset[str]
    phrases: frozenset[Phrase]
    own: frozenset[str]
    parts: tuple[frozenset[str], ...]

    def asked(self, phrases: set[Phrase], stems: frozenset[str]) -> bool:
        """Whether the student asked about one of its topics, or named half of it.

        `phrases` are those of Knowledge.asked_for that the student used.
        """
        named = len(self.own & stems) >= max(2, len(self.own) / 2)
        return named or bool(self.asked_by & stems) or not phrases.isdisjoint(self.phrases)

    def without(self, asked: frozenset[str]) -> "LockedFact":
        """The fact without the words that the student has used, since repeating them reveals nothing."""
        return replace(self, own=self.own - asked, parts=tuple(part - asked for part in self.parts))

    def revealed_by(self, stems: frozenset[str], share: float) -> bool:
        """Whether `stems` reveal this share of the fact, or of one of its sentences.

        One common stem of a fact, or two of a sentence, may be chance.
        """
        own = self.own
        if len(own) >= 2 and len(own & stems) >= max(2, round(share * len(own))):
            return True
        return any(len(part) >= 3 and len(part & stems) >= max(3, round(share * len(part))) for part in self.parts)


@dataclass(frozen=True)
class Knowledge:
    """What the rules need to know about one scenario."""

    locked: tuple[LockedFact, ...]
    # The phrases of all locked facts.
    asked_for: Phrases
    # The forms of each diagnosis, singular and plural; `named` has all of them.
    diagnoses: tuple[frozenset[Phrase], ...]
    named: Phrases
    quotable: Phrases
    languages: frozenset[str]


def knowledge_of(content: Mapping[str, Any]) -> Knowledge:
    """Parse `ScenarioVersion.content`; the result is cached by its texts."""
    keys = ("scenario_text", "additional_instructions", "communication_preferences")
    return _parse_knowledge(*(str(content.get(key) or "") for key in keys))


@lru_cache(maxsize=256)
def _parse_knowledge(persona: str, facts: str, manner: str) -> Knowledge:
    open_facts = _LOCKED.sub("", facts)
    terms = [forms for line in _DIAGNOSIS.findall(facts) for forms in _diagnosis_forms(line)]
    spoken = words(_DIAGNOSIS.sub("", f"{persona}\n{open_facts}"))
    known = Phrases(form for forms in terms for form in forms).found_in(spoken)
    diagnoses = tuple(forms for forms in terms if known.isdisjoint(forms))
    common = stems_of(f"{persona}\n{open_facts}")
    topics = (head for head in _TOPICS.findall(facts) if "," in head)
    quotable = (
        shingles(manner, QUOTED) | _quotable_rules() | {one for head in topics for one in shingles(head, QUOTED_TOPICS)}
    )
    named = {NAMES[name] for name in _LANGUAGE_NAME.findall(plain(manner))}
    locked = tuple(_locked_fact(topics, fact, common) for topics, fact in _LOCKED.findall(facts))
    return Knowledge(
        locked=locked,
        asked_for=Phrases(one for fact in locked for one in fact.phrases),
        diagnoses=diagnoses,
        named=Phrases(form for forms in diagnoses for form in forms),
        quotable=Phrases(quotable),
        languages=languages_of(f"{persona}\n{facts}") | named,
    )


@lru_cache(maxsize=1)
def _quotable_rules() -> set[Phrase]:
    return shingles(RULES, QUOTED)


def _diagnosis_forms(line: str) -> list[frozenset[Phrase]]:
    """The singular and plural forms of each diagnosis."""
    found = []
    for term in map(words, re.split(r"[,;/]|\bor\b", line)):
        joined = " ".join(term)
        if len(joined) > 2 or not joined.isascii():
            *before, last = phrase(term)
            found.append(frozenset((*before, last + ending) for ending in ("", "s", "es")))
    return found


def _locked_fact(topics: str, fact: str, common: frozenset[str]) -> LockedFact:
    asked = topics or fact
    own = stems_of(fact) - common
    sentences = _SENTENCE.split(fact)
    return LockedFact(
        asked_by=frozenset(kin for stem in stems_of(asked) for kin in related_stems(stem)),
        # "how much" has no stem of its own, but is a topic.
        phrases=frozenset(phrase(spoken) for topic in asked.split(",") if (spoken := words(topic))),
        own=own,
        parts=tuple(stems_of(sentence) - common for sentence in sentences) if len(sentences) > 1 else (),
    )


def stems_of(text: str | Sequence[str]) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    spoken = words(text) if isinstance(text, str) else text
    return frozenset(_stem(word) for word in spoken if _carries_meaning(word))


def _carries_meaning(word: str) -> bool:
    return word not in _STOP_WORDS and (len(word) > 2 or not word.isascii() or word.isdigit())


def _stem(word: str) -> str:
    return re.sub(r"(?:ings?|edly|ed|es|s|ly|ion|ions|y|e)$", "", word) if len(word) > 4 else word


_STOP_WORDS = frozenset(
    "the and for but not was were had has have with that this from they them there then than been what when which "  # noqa: SIM905
    "who you your yours his her hers its our are can could would should will just very really about into over some "
    "any all did does don doesn didn isn wasn ive dont didnt cant she him one two bit lot quite like know think "
    "because how much many often every day get got today most more only never always sometimes still went going goes "
    "doctor well yes yeah sorry said say says tell told thing things something nothing anything time times been being "
    "doesnt wasnt havent wont wouldnt couldnt shes hes thats theres im id ill its youre were theyre too also again "
    "now here out off down back after before where why their these those other another may might must make made "
    "week weeks month months year years days ago last since long first few take takes took taken want need keep".split()
) | frozenset(word for code in ("de", "fr", "es", "it", "nl", "pt") for word in FUNCTION_WORDS[code])
