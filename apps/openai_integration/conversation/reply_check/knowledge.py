"""What of a scenario must not be said, and when: its locked facts, its diagnoses and the words of its instructions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.core.text.function_words import FUNCTION_WORDS
from apps.core.text.language import NAMES, languages_of
from apps.core.text.plain import plain, shingles, words
from apps.openai_integration.conversation.prompt import RULES
from apps.openai_integration.conversation.reply_check.kin import kin_of

# So many words in a row are a quotation; lists of topics read like nothing that anybody says, and need fewer.
QUOTED = 8
QUOTED_TOPICS = 6
_BULLET = r"^\s*(?:[-*•]\s*)?"
_LOCKED = re.compile(rf"(?im){_BULLET}\[locked\]\s*(?:([^:\n]{{1,200}}):\s*)?(.+)$")
_TOPICS = re.compile(r"(?m)^\s*[-*•]\s*(?:\[locked\]\s*)?([^:\n]{1,300}):\s")
_DIAGNOSIS = re.compile(rf"(?im){_BULLET}diagnos(?:is|es|e|en)\s*:\s*(.+)$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_SPEAKS = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")


@dataclass(frozen=True)
class LockedFact:
    """`own` are the stems that nothing open has; `parts` those of each sentence, where there are several."""

    asked_by: frozenset[str]
    phrases: tuple[str, ...]
    own: frozenset[str]
    parts: tuple[frozenset[str], ...]

    def asked(self, said: str, stems: frozenset[str]) -> bool:
        """Whether one of its topics was asked about, or half of it named; `said` is all that was, as spoken_as()."""
        named = len(self.own & stems) >= max(2, len(self.own) / 2)
        return named or bool(self.asked_by & stems) or any(phrase in said for phrase in self.phrases)

    def told_by(self, stems: frozenset[str], asked: frozenset[str], share: float) -> bool:
        """Whether `stems` tell about this share of the fact, or of one of its sentences.

        Words that the student has used do not count. One word in common is chance, and so are two of a part.
        """
        own = self.own - asked
        if len(own) >= 2 and len(own & stems) >= max(2, round(share * len(own))):
            return True
        parts = (part - asked for part in self.parts)
        return any(len(part) >= 3 and len(part & stems) >= max(3, round(share * len(part))) for part in parts)


@dataclass(frozen=True)
class Knowledge:
    """The rules' view of one scenario."""

    locked: tuple[LockedFact, ...]
    # Each is looked for in text as spoken_as() gives it.
    diagnoses: tuple[re.Pattern[str], ...]
    quotable: frozenset[tuple[str, ...]]
    languages: frozenset[str]


def knowledge_of(content: Mapping[str, Any]) -> Knowledge:
    """That of a ScenarioVersion's content, read once for the same texts."""
    keys = ("scenario_text", "additional_instructions", "communication_preferences")
    return _read(*(str(content.get(key) or "") for key in keys))


@lru_cache(maxsize=256)
def _read(persona: str, facts: str, manner: str) -> Knowledge:
    told = _LOCKED.sub("", facts)
    spoken = spoken_as(_DIAGNOSIS.sub("", f"{persona}\n{told}"))
    diagnoses = tuple(
        pattern for line in _DIAGNOSIS.findall(facts) for pattern in _terms(line) if not pattern.search(spoken)
    )
    common = stems_of(f"{persona}\n{told}")
    topics = (head for head in _TOPICS.findall(facts) if "," in head)
    quotable = (
        shingles(manner, QUOTED) | _quotable_rules() | {one for head in topics for one in shingles(head, QUOTED_TOPICS)}
    )
    named = {NAMES[name] for name in _SPEAKS.findall(plain(manner))}
    return Knowledge(
        locked=tuple(_locked(topics, fact, common) for topics, fact in _LOCKED.findall(facts)),
        diagnoses=diagnoses,
        quotable=frozenset(quotable),
        languages=languages_of(f"{persona}\n{facts}") | named,
    )


@lru_cache(maxsize=1)
def _quotable_rules() -> set[tuple[str, ...]]:
    return shingles(RULES, QUOTED)


def _terms(line: str) -> list[re.Pattern[str]]:
    """A pattern a diagnosis, one or several of it."""
    terms = (" ".join(words(term)) for term in re.split(r"[,;/]|\bor\b", line))
    return [re.compile(rf" {re.escape(term)}(?:e?s)? ") for term in terms if len(term) > 2 or not term.isascii()]


def _locked(topics: str, fact: str, common: frozenset[str]) -> LockedFact:
    asked = topics or fact
    own = stems_of(fact) - common
    sentences = _SENTENCE.split(fact)
    return LockedFact(
        asked_by=frozenset(kin for stem in stems_of(asked) for kin in kin_of(stem)),
        # "how much" has no word of its own, and is a topic all the same.
        phrases=tuple(spoken_as(topic) for topic in asked.split(",") if words(topic)),
        own=own,
        parts=tuple(stems_of(sentence) - common for sentence in sentences) if len(sentences) > 1 else (),
    )


def spoken_as(text: str | Sequence[str]) -> str:
    """The words of a text, or these words, with a space around each, so that a phrase is looked up as whole words."""
    return f" {' '.join(words(text) if isinstance(text, str) else text)} "


def stems_of(text: str | Sequence[str]) -> frozenset[str]:
    """What of a text, or of its words, carries its meaning, cut down to stems."""
    spoken = words(text) if isinstance(text, str) else text
    return frozenset(_stem(word) for word in spoken if _tells_something(word))


def _tells_something(word: str) -> bool:
    return word not in _SMALL and (len(word) > 2 or not word.isascii() or word.isdigit())


def _stem(word: str) -> str:
    return re.sub(r"(?:ings?|edly|ed|es|s|ly|ion|ions|y|e)$", "", word) if len(word) > 4 else word


_SMALL = frozenset(
    "the and for but not was were had has have with that this from they them there then than been what when which "  # noqa: SIM905
    "who you your yours his her hers its our are can could would should will just very really about into over some "
    "any all did does don doesn didn isn wasn ive dont didnt cant she him one two bit lot quite like know think "
    "because how much many often every day get got today most more only never always sometimes still went going goes "
    "doctor well yes yeah sorry said say says tell told thing things something nothing anything time times been being "
    "doesnt wasnt havent wont wouldnt couldnt shes hes thats theres im id ill its youre were theyre too also again "
    "now here out off down back after before where why their these those other another may might must make made "
    "week weeks month months year years days ago last since long first few take takes took taken want need keep".split()
) | frozenset(word for code in ("de", "fr", "es", "it", "nl", "pt") for word in FUNCTION_WORDS[code])
