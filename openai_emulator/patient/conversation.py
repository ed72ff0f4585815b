"""The conversation so far, compared with what the patient knows."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from openai_emulator.language.matching import (
    KIND_OF,
    content_stems,
    features_of,
    light_stem,
    normalised,
    phrase_stems,
    split_words,
)
from openai_emulator.language.sentences import sentences
from openai_emulator.language.vocabulary import ONLY_WHEN_ASKED
from openai_emulator.language.word_lists import STOP_WORDS
from openai_emulator.patient.scenario import Scenario, SpokenFact

# Topics that are part of many complaints.
CIRCUMSTANCES = frozenset(
    {"exercise", "mobility", "food", "work", "stress", "mould", "treatment", "medication", "home"}
)
# Patients do not volunteer what they do not have.
_DENIAL = re.compile(
    r"(?:no|not|none|never|nothing|there's (?:been )?no|i (?:don't|haven't|didn't|can't say)|i'm not"
    r"|i've (?:had )?no|i've never)\b",
    re.I,
)


@dataclass(frozen=True)
class Conversation:
    """The conversation up to the student's last message, compared with what the patient knows.

    Results for a fact are cached, because each question needs them and they take the whole conversation.
    """

    scenario: Scenario
    student: tuple[str, ...]
    patient: tuple[str, ...]

    @cached_property
    def _spoken(self) -> str:
        return " ".join(normalised(turn) for turn in self.patient)

    @cached_property
    def heard(self) -> frozenset[str]:
        """The stems of everything that the patient has said."""
        return content_stems(" ".join(self.patient))

    @cached_property
    def facts_with(self) -> Counter[str]:
        """The number of facts that contain each stem."""
        return Counter(word for fact in self.scenario.facts for word in fact.topic.stems | fact.about.stems)

    @cached_property
    def known(self) -> frozenset[str]:
        """The topics so far: the complaint, and everything that the patient has told."""
        seen = set(features_of(self.scenario.opening).ideas)
        for fact in self.scenario.facts:
            if self._told_in(self._spoken, fact):
                seen |= fact.topic.ideas | fact.about.ideas
        return frozenset(seen)

    @cached_property
    def _asked_words(self) -> frozenset[str]:
        return frozenset(light_stem(word) for turn in self.student for word in split_words(turn))

    @cached_property
    def _asked_ideas(self) -> frozenset[str]:
        return frozenset().union(*(features_of(turn[:600]).ideas for turn in self.student))

    @cached_property
    def _asked(self) -> str:
        return phrase_stems(" ".join(self.student))

    @cached_property
    def recent(self) -> frozenset[str]:
        """The topics of the last exchange, for a question that does not name one: "How long?"."""
        told = [fact for fact in self.scenario.facts if self._told_in(self._last, fact)]
        seen = [features_of(self.student[-2][:600])] if len(self.student) > 1 and not told else []
        seen += [each for fact in told for each in (fact.topic, fact.about)]
        return frozenset().union(*(each.of_kind("finding", "history", "body") for each in seen)) - (
            CIRCUMSTANCES - {"treatment", "medication"}
        )

    def just_told(self, fact: SpokenFact) -> bool:
        return bool(self.patient) and self._told_in(self._last, fact)

    @cached_property
    def _last(self) -> str:
        return normalised(self.patient[-1]) if self.patient else ""

    def _told_in(self, spoken: str, fact: SpokenFact) -> bool:
        return any(normalised(sentence).strip(" .!?") in spoken for sentence in sentences(fact.text))

    def said(self, sentence: str) -> bool:
        return normalised(sentence).strip(" .!?") in self._spoken

    def untold(self, fact: SpokenFact) -> list[str]:
        if fact not in self._untold:
            self._untold[fact] = [sentence for sentence in sentences(fact.text) if not self.said(sentence)]
        return self._untold[fact]

    @cached_property
    def _untold(self) -> dict[SpokenFact, list[str]]:
        return {}

    def may_say(self, fact: SpokenFact) -> bool:
        if fact not in self._sayable:
            self._sayable[fact] = self.unlocked(fact) and not self.gives_away(fact.text)
        return self._sayable[fact]

    @cached_property
    def _sayable(self) -> dict[SpokenFact, bool]:
        return {}

    def unlocked(self, fact: SpokenFact) -> bool:
        """Whether the fact may be told. A locked fact needs one of its own topic words; synonyms do not count."""
        if not fact.locked:
            return True
        if fact.topics == fact.text:
            # From running text, without topics of its own.
            return bool(self._asked_ideas & set(fact.about.of_kind("finding", "history", "perspective")))
        named = {light_stem(word) for word in split_words(fact.topics) if word not in STOP_WORDS and len(word) > 2}
        return bool(named & self._asked_words) or any(phrase in self._asked for phrase in fact.phrases)

    def gives_away(self, text: str) -> bool:
        """Whether a text names a diagnosis that the student has not named."""
        plain = normalised(text)
        return any(term.search(plain) for term in self._unnamed)

    @cached_property
    def _unnamed(self) -> list[re.Pattern[str]]:
        named = " ".join(normalised(turn) for turn in self.student)
        terms = [re.compile(rf"\b{re.escape(term)}\b") for term in self.scenario.diagnoses]
        return [term for term in terms if not term.search(named)]

    def to_volunteer(self, *, detail: bool) -> list[SpokenFact]:
        """The facts that a patient volunteers, in order: complaints not mentioned yet; with `detail` others too."""
        ready = []
        for fact in self.scenario.facts:
            ideas = fact.topic.ideas | fact.about.ideas
            if (
                fact.locked
                or fact.weight < 1
                or _DENIAL.match(fact.text)
                or not self.untold(fact)
                or not self.may_say(fact)
                or ideas & ONLY_WHEN_ASKED
            ):
                continue
            if (detail and fact.topics) or {
                idea for idea in ideas if KIND_OF[idea] in ("finding", "history")
            } - self.known:
                ready.append(fact)
        return ready
