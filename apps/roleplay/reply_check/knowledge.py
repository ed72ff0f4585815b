"""Extracts from a scenario what its patient must not say: locked facts, diagnoses and the instructions' own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apps.core.text.language import NAMES, UNKNOWN, languages_of
from apps.core.text.patterns import lazy_pattern
from apps.core.text.plain import Phrase, Phrases, phrase, plain, shingles, words
from apps.roleplay.prompt import RULES, known_text
from apps.roleplay.reply_check.diagnoses import diagnosis_forms, student_forms
from apps.roleplay.reply_check.related_words import related_stems
from apps.roleplay.reply_check.stems import WEAK, stems_of
from apps.scenarios.facts import TOPICS_MAX, facts_of, topics_and_questions, without_locked

# This many words in a row count as a quotation. Lists of topics are unlike speech, so fewer are enough for them.
QUOTED = 8
QUOTED_TOPICS = 6
# What the words of a fact must weigh to tell it. Common words, and those of its subject, weigh half.
TOLD = 1
# Indentation must not match line ends: with \s, 20,000 blank lines would take 42 s.
_INDENT = r"^[^\S\n]*"
_BULLET = rf"{_INDENT}(?:[-*•]\s*+)?"
_TOPICS = lazy_pattern(rf"(?m){_INDENT}[-*•]\s*+(?:\[locked\]\s*+)?([^:\n]{{1,{TOPICS_MAX}}}):\s")
_DIAGNOSIS = lazy_pattern(rf"(?im){_BULLET}diagnos(?:is|es|e|en)\s*:\s*(.+)$")
_LANGUAGE_NAME = lazy_pattern(rf"\b(?:{'|'.join(NAMES)})\b")


@dataclass(frozen=True)
class LockedFact:
    """A fact that is told only on request, as stems.

    `topics` are the words of each topic, each with the stems that name it; `phrases` are the topics as they stand.
    `told` are the stems of the fact, and `own` those that appear in no open part of the scenario. `about` are those of
    the same subjects, and `near` again those that no open part has.
    """

    topics: tuple[tuple[frozenset[str], ...], ...]
    phrases: frozenset[Phrase]
    told: frozenset[str]
    own: frozenset[str]
    near: frozenset[str]
    about: frozenset[str]

    def asked(self, phrases: set[Phrase], stems: frozenset[str]) -> bool:
        """Whether the student named one of its topics, or half of it.

        `phrases` are those of Knowledge.asked_for that the student used.
        """
        named = len(self.own & stems) >= max(2, len(self.own) / 2)
        return (
            named
            or not phrases.isdisjoint(self.phrases)
            or any(all(word & stems for word in topic) for topic in self.topics)
        )

    def told_by(self, stems: frozenset[str], repeated: frozenset[str]) -> bool:
        """Whether `stems` tell it, if nobody asked. `repeated` are words of the student's, which reveal nothing."""
        own, near = self._hits(stems - repeated)
        known = (self.told & stems) - own - WEAK - repeated
        telling = sum(_weight(word) for word in own) + (len(near) + len(known)) / 2
        return telling >= TOLD and (bool(own) or len(near) > 1)

    def near_to(self, stems: frozenset[str]) -> bool:
        """Whether a word of these is of its topics, of the fact, or of their subjects."""
        return bool((self.about & stems) - WEAK)

    def touched_by(self, stems: frozenset[str]) -> bool:
        """Whether `stems` may tell some of it."""
        own, near = self._hits(stems)
        return bool(own - WEAK) or len(own) + len(near) + len((self.told & stems) - own - WEAK) >= 2

    def _hits(self, stems: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        own = self.own & stems
        return own, (self.near & stems) - own - WEAK


@dataclass(frozen=True)
class Knowledge:
    """What the rules need to know about one scenario."""

    locked: tuple[LockedFact, ...]
    # The phrases of all locked facts.
    asked_for: Phrases
    # The forms of each diagnosis, singular and plural; `named` has all of them, and `named_by_student` their synonyms.
    diagnoses: tuple[frozenset[Phrase], ...]
    named: Phrases
    named_by_student: Phrases
    quotable: Phrases
    languages: frozenset[str]


def knowledge_of(content: Mapping[str, Any]) -> Knowledge:
    """Parse `ScenarioVersion.content`; the result is cached by its texts."""
    persona, language = (str(content.get(key) or "") for key in ("scenario_text", "language"))
    return _parse_knowledge(persona, known_text(content), str(content.get("communication_preferences") or ""), language)


@lru_cache(maxsize=256)
def _parse_knowledge(persona: str, facts: str, manner: str, language: str) -> Knowledge:
    secret = [fact for fact in facts_of(facts) if fact.locked]
    open_facts = without_locked(facts)
    terms = [forms for line in _DIAGNOSIS.findall(facts) for forms in diagnosis_forms(line)]
    # What the patient may tell, if only on request, may be named. The words of a locked topic are the student's.
    secrets = " ".join(fact.text for fact in secret)
    spoken = words(_DIAGNOSIS.sub("", f"{persona}\n{open_facts}\n{secrets}"))
    known = Phrases(form for forms in terms for form in forms).found_in(spoken)
    diagnoses = tuple(forms for forms in terms if known.isdisjoint(forms))
    common = stems_of(f"{persona}\n{open_facts}")
    # Example questions may be repeated, as people do with a question that they did not expect.
    topics = (", ".join(topics_and_questions(head)[0]) for head in _TOPICS.findall(facts) if "," in head)
    quotable = (
        shingles(manner, QUOTED) | _quotable_rules() | {one for head in topics for one in shingles(head, QUOTED_TOPICS)}
    )
    named = {NAMES[name] for name in _LANGUAGE_NAME.findall(plain(f"{manner}\n{language}"))}
    if language and not named:
        named = {UNKNOWN}
    # By their places other modules know them: see facts_of.
    locked = tuple(_locked_fact(fact.topics, fact.text, common) for fact in secret)
    return Knowledge(
        locked=locked,
        asked_for=Phrases(one for fact in locked for one in fact.phrases),
        diagnoses=diagnoses,
        named=Phrases(form for forms in diagnoses for form in forms),
        named_by_student=student_forms(diagnoses),
        quotable=Phrases(quotable),
        languages=languages_of(f"{persona}\n{facts}") | named,
    )


@lru_cache(maxsize=1)
def _quotable_rules() -> set[Phrase]:
    return shingles(RULES, QUOTED)


def _weight(word: str) -> float:
    return 0.5 if word in WEAK else 1


def _locked_fact(topics: str, fact: str, common: frozenset[str]) -> LockedFact:
    # Without topics, any word of the fact asks for it.
    spoken = [words(topic) for topic in (topics.split(",") if topics else words(fact))]
    named = [stems_of(topic) for topic in spoken]
    told = stems_of(fact)
    about = frozenset(kin for word in told.union(*named) for kin in related_stems(word))
    return LockedFact(
        topics=tuple(tuple(related_stems(word) for word in topic) for topic in named if topic),
        # "how much" has no stem of its own, but is a topic.
        phrases=frozenset(phrase(topic) for topic in spoken if topic and topics),
        told=told,
        own=told - common,
        near=about - common,
        about=about,
    )
