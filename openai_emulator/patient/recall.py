"""Finds the facts that answer a question."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openai_emulator.language.acts import Utterance
from openai_emulator.language.matching import (
    KIND_OF,
    Features,
    content_stems,
    focus,
    phrase_stems,
)
from openai_emulator.patient.conversation import CIRCUMSTANCES, Conversation
from openai_emulator.patient.scenario import SpokenFact

_WEIGHTS = {"finding": 1.5, "history": 1.5, "perspective": 1.6, "attribute": 1.3, "body": 1.0}
_MINIMUM = 0.9
# What a question asks for, by its first words.
_KEYS: tuple[tuple[str, str], ...] = (
    (r"^(?:since )?when\b|^how long|^for how long|how long (?:has|have|did|ago)|when did", "onset"),
    (r"^where|^whereabouts|^which (?:side|part|knee|leg|arm|ear|eye)|^what (?:side|part)|where exactly|^point", "site"),
    (r"^how (?:often|many|frequent\w*|much)|how many|how often", "frequency"),
    (r"^how (?:bad|severe|painful|strong)|out of (?:ten|10)|scale", "severity"),
    (
        r"feel like|^describe|describe (?:it|the|that|this|what)|^what (?:sort|kind|type)|what (?:is|was|does"
        r"|'s) .{0,40}\blike\b|what do you mean",
        "character",
    ),
    (r"wors(?:e|en)|bring\w{0,9} .{0,20}\bon\b|trigger|set\w{0,9} .{0,12}\boff", "trigger"),
    (r"better|easier|relie|\bhelp", "relief"),
)
_WEAK = frozenset({"onset", "site", "character", "frequency", "measured", "colour"})


@dataclass(frozen=True)
class Recalled:
    """The `facts` to tell, best first. `evade`: a locked fact fits, but the student has not used its topic words."""

    facts: tuple[SpokenFact, ...] = ()
    evade: bool = False
    key: frozenset[str] = field(default_factory=frozenset)


def recall(conversation: Conversation, said: Utterance) -> Recalled:
    """The facts that answer one question: one, or two if it is about two topics."""
    asked = said.about
    fresh = focus(asked, conversation.known) - conversation.known
    subjects = focus(asked, conversation.known)
    keys = key_attributes(said)
    question = _Question(conversation, asked, subjects, fresh, keys, said.open, phrase_stems(said.core))
    ranked = sorted(
        ((question.score(fact), fact) for fact in conversation.scenario.facts),
        key=lambda pair: (-pair[0], pair[1].order),
    )
    good = [fact for score, fact in ranked if score >= _MINIMUM and question.accepts(fact)]
    if not good:
        return Recalled(key=subjects | keys)
    sayable = [fact for fact in good if conversation.may_say(fact)]
    if not sayable or (good[0] is not sayable[0] and not conversation.untold(sayable[0])):
        return Recalled(evade=True, key=subjects | keys)
    return Recalled(tuple(_one_or_two(sayable, subjects, said, conversation)), key=subjects | keys)


def matches_written_topic(conversation: Conversation, said: Utterance) -> bool:
    """Whether the sentence contains a topic, of more than one word, of a fact that has not been told."""
    asked = phrase_stems(said.core)
    return any(
        phrase in asked and phrase.count(" ") > 2
        for fact in conversation.scenario.facts
        if conversation.untold(fact)
        for phrase in fact.phrases
    )


def _one_or_two(
    found: Sequence[SpokenFact], subjects: frozenset[str], said: Utterance, conversation: Conversation
) -> Iterable[SpokenFact]:
    first = found[0]
    yield first
    covered = first.topic.ideas | first.about.ideas
    wide = said.open and bool(re.search(r"\btell me|\bdescribe|talk me", said.core))
    for fact in found[1:]:
        ideas = fact.topic.ideas or fact.about.ideas
        if conversation.untold(fact) and (
            (len(subjects) > 1 and ideas & (subjects - covered)) or (wide and ideas & subjects)
        ):
            yield fact
            return


def key_attributes(said: Utterance) -> frozenset[str]:
    """The properties that a question asks for; those in its first words take precedence."""
    plain = re.sub(
        r"^(?:(?:ok(?:ay)?|and|so|right|um|uh|well|but|then|exactly|do you know|can you tell me"
        r"|could you tell me)[,.]? )+",
        "",
        said.core,
    )
    asked = said.about.of_kind("attribute")
    first = {name for pattern, name in _KEYS if re.search(pattern, plain)} & asked
    if first:
        return frozenset(first)
    return (asked - _WEAK) or (asked if not said.about.of_kind("finding", "history", "perspective") else frozenset())


@dataclass(frozen=True)
class _Question:
    conversation: Conversation
    asked: Features
    subjects: frozenset[str]
    fresh: frozenset[str]
    keys: frozenset[str]
    open: bool
    words: str

    def score(self, fact: SpokenFact) -> float:
        topic, about, total = fact.topic, fact.about, 0.0
        for idea in self.asked.ideas | self.keys:
            weight = _WEIGHTS[KIND_OF[idea]] * self._emphasis(idea)
            total += weight * (1.5 if idea in topic.ideas else 1.0 if idea in about.ideas else 0.0)
        for word in self.asked.stems:
            total += self._rarity(word) * (1.2 if word in topic.stems else 0.8 if word in about.stems else 0.0)
        total += self._by_phrase(fact)
        if total:
            has = topic.ideas | about.ideas
            if not self.fresh:
                total += 0.5 * len(self.conversation.recent & has)
            total *= 0.4 if self._elsewhere(has) else 1.0
            total *= 1.0 if self.conversation.untold(fact) else 0.75
            still = not self.subjects or (
                self.subjects & has and all(KIND_OF[idea] == "history" for idea in self.subjects)
            )
            total += 1.0 if not self.fresh and still and self.conversation.just_told(fact) else 0.0
        return total * fact.weight

    def _by_phrase(self, fact: SpokenFact) -> float:
        """The score for the author's own topics: longer ones count more, and single short words not at all."""
        lengths = [phrase.count(" ") - 1 for phrase in fact.phrases if phrase in self.words]
        longest = max(lengths, default=0)
        if longest == 1:
            return 0.7 if {phrase.strip() for phrase in fact.phrases} & self.asked.stems else 0.0
        return 2.0 * longest**0.5

    def _emphasis(self, idea: str) -> float:
        if idea in self.fresh or idea in self.keys:
            return 2.0
        if KIND_OF[idea] == "attribute":
            return 0.4
        return 1.0 if idea in self.subjects else 0.6

    def _rarity(self, word: str) -> float:
        return 1.0 / max(self.conversation.facts_with[word], 1) ** 0.5

    def _only_the_complaint(self, fact: SpokenFact) -> bool:
        """Whether only the complaint's name matches, which any question may contain."""
        matched = {word for phrase in fact.phrases if phrase in self.words for word in phrase.split()}
        return not matched - (content_stems(self.conversation.scenario.opening) | {"pain"})

    @cached_property
    def _telling(self) -> frozenset[str]:
        """The stems that identify a topic, without those of the complaint, which any fact may contain."""
        return self.asked.stems - content_stems(self.conversation.scenario.opening) - self.conversation.heard - {"pain"}

    def _elsewhere(self, has: frozenset[str]) -> bool:
        """Whether the question and the fact are about different parts of the body."""
        places = self.asked.of_kind("body")
        there = {idea for idea in has if KIND_OF[idea] == "body"}
        return bool(places and there and not places & there)

    def accepts(self, fact: SpokenFact) -> bool:
        """Whether the fact answers the question, rather than sharing a word with it."""
        topic, about = fact.topic, fact.about
        has = topic.ideas | about.ideas
        by_word = bool(self.asked.rare & (topic.rare or about.rare)) or bool(self._telling & topic.stems)
        if self._by_phrase(fact) > 1 and not self._only_the_complaint(fact):
            return True
        if self.fresh:
            return self._accepts_fresh(fact, has, by_word and not self._names_other_subject(topic))
        past = {idea for idea in self.subjects if KIND_OF[idea] in ("history", "perspective")}
        if has & past:
            return True
        if self.keys:
            placed = (
                self.keys == {"site"} and bool(has & self.subjects) and any(KIND_OF[idea] == "body" for idea in has)
            )
            return placed or (bool(has & self.keys) and self._same_matter(fact))
        if len(self.asked.rare) > 1 and not self.open and not self.asked.rare & (topic.rare | about.rare):
            return False
        return bool(has & self.subjects) or by_word

    def _accepts_fresh(self, fact: SpokenFact, has: frozenset[str], by_word: bool) -> bool:
        places = {idea for idea in self.fresh if KIND_OF[idea] == "body"}
        wanted = self.fresh - places
        if places and self._elsewhere(has) and not has & self.keys & {"radiation"}:
            return False
        if wanted:
            return bool(has & wanted) or by_word or bool(fact.topic.ideas & places)
        return bool(has & places) or bool(has & self.keys & {"radiation", "trigger"}) or by_word

    def _names_other_subject(self, topic: Features) -> bool:
        return bool(topic.of_kind("finding", "history")) and not topic.ideas & self.asked.ideas

    def _same_matter(self, fact: SpokenFact) -> bool:
        """Whether both are about the same thing: how long one smokes does not answer how long it hurts."""
        named = fact.topic if fact.topics else fact.about
        matter = self.subjects or self.conversation.recent
        kinds = {KIND_OF[idea] for idea in matter}
        if not self.subjects and "history" in kinds and "finding" not in kinds and not matter & named.ideas:
            return self.conversation.just_told(fact)
        others = named.of_kind("history", "perspective") - CIRCUMSTANCES
        if others and not others & matter:
            return False
        findings = named.of_kind("finding")
        if self.subjects and findings and not findings & self.subjects:
            return False
        if (
            fact.topics
            or matter & named.ideas
            or (fact.about.ideas & self.keys) - _WEAK
            or self.asked.stems & fact.about.stems
        ):
            return True
        return bool(fact.about.of_kind("finding", "body") & (matter | self.conversation.known))
