"""Which of the things a patient knows answers a question."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from apps.openai_integration.emulator.acts import Said
from apps.openai_integration.emulator.matching import KIND_OF, Features, content_stems, features, focus, light_stem, normalised, phrase_stems, words
from apps.openai_integration.emulator.scenario import Fact, Scenario
from apps.openai_integration.emulator.sentences import sentences
from apps.openai_integration.emulator.vocabulary import ONLY_WHEN_ASKED, STOP_WORDS

_WEIGHTS = {"finding": 1.5, "history": 1.5, "perspective": 1.6, "attribute": 1.3, "body": 1.0}
_MINIMUM = 0.9
# What the first words of a question ask for, whatever else is in it.
_KEYS: tuple[tuple[str, str], ...] = (
    (r"^(?:since )?when\b|^how long|^for how long|how long (?:has|have|did|ago)|when did", "onset"),
    (r"^where|^whereabouts|^which (?:side|part|knee|leg|arm|ear|eye)|^what (?:side|part)|where exactly|^point", "site"),
    (r"^how (?:often|many|frequent\w*|much)|how many|how often", "frequency"),
    (r"^how (?:bad|severe|painful|strong)|out of (?:ten|10)|scale", "severity"),
    (r"feel like|^describe|describe (?:it|the|that|this|what)|^what (?:sort|kind|type)|what (?:is|was|does|'s) .{0,40}\blike\b|what do you mean", "character"),
    (r"wors(?:e|en)|bring\w* .{0,20}\bon\b|trigger|set\w* .{0,12}\boff", "trigger"),
    (r"better|easier|relie|\bhelp", "relief"),
)
_WEAK = frozenset({"onset", "site", "character", "frequency", "measured", "colour"})

# Part of many complaints, and not only subjects of their own.
_CIRCUMSTANCES = frozenset({"exercise", "mobility", "food", "work", "stress", "mould", "treatment", "medication", "home"})


# Nobody tells unasked what they have not got.
_DENIAL = re.compile(r"(?:no|not|none|never|nothing|there's (?:been )?no|i (?:don't|haven't|didn't|can't say)|i'm not|i've (?:had )?no|i've never)\b", re.I)


@dataclass(frozen=True)
class Talk:
    """The talk up to and including the student's last turn, seen against what the patient knows."""

    scenario: Scenario
    student: tuple[str, ...]
    patient: tuple[str, ...]

    @cached_property
    def _spoken(self) -> str:
        return " ".join(normalised(turn) for turn in self.patient)

    @cached_property
    def known(self) -> frozenset[str]:
        """What the talk has been about: the complaint, and whatever the patient has told."""
        seen = set(features(self.scenario.opening).ideas)
        for fact in self.scenario.facts:
            if self._told_in(self._spoken, fact):
                seen |= fact.topic.ideas | fact.about.ideas
        return frozenset(seen)

    @cached_property
    def _asked_words(self) -> frozenset[str]:
        return frozenset(light_stem(word) for turn in self.student for word in words(turn))

    @cached_property
    def _asked(self) -> str:
        return phrase_stems(" ".join(self.student))

    @cached_property
    def recent(self) -> frozenset[str]:
        """What the last exchange was about, for a question that leaves it out: "How long?"."""
        last = normalised(self.patient[-1]) if self.patient else ""
        told = [fact for fact in self.scenario.facts if self._told_in(last, fact)]
        seen = [features(self.student[-2][:600])] if len(self.student) > 1 and not told else []
        seen += [each for fact in told for each in (fact.topic, fact.about)]
        return frozenset().union(*(each.of_kind("finding", "history", "body") for each in seen))

    def just_told(self, fact: Fact) -> bool:
        return bool(self.patient) and self._told_in(normalised(self.patient[-1]), fact)

    def _told_in(self, spoken: str, fact: Fact) -> bool:
        return any(normalised(sentence).strip(" .!?") in spoken for sentence in sentences(fact.text))

    def said(self, sentence: str) -> bool:
        return normalised(sentence).strip(" .!?") in self._spoken

    def untold(self, fact: Fact) -> list[str]:
        return [sentence for sentence in sentences(fact.text) if not self.said(sentence)]

    def may_say(self, fact: Fact) -> bool:
        return self.unlocked(fact) and not self.gives_away(fact.text)

    def unlocked(self, fact: Fact) -> bool:
        """A locked fact waits for one of its own topic words; words that only mean the same do not do."""
        if not fact.locked:
            return True
        named = {light_stem(word) for word in words(fact.topics) if word not in STOP_WORDS and len(word) > 2}
        return bool(named & self._asked_words) or any(phrase in self._asked for phrase in fact.phrases)

    def gives_away(self, text: str) -> bool:
        """Whether a text names a diagnosis that the student has not named."""
        plain, named = normalised(text), " ".join(normalised(turn) for turn in self.student)
        return any(term in plain and term not in named for term in self.scenario.diagnoses)

    def to_volunteer(self, *, detail: bool) -> list[Fact]:
        """What a patient adds unasked, as ordered: complaints not yet spoken of, with `detail` more of those that were."""
        ready = []
        for fact in self.scenario.facts:
            ideas = fact.topic.ideas | fact.about.ideas
            if fact.locked or fact.weight < 1 or _DENIAL.match(fact.text) or not self.untold(fact) or not self.may_say(fact) or ideas & ONLY_WHEN_ASKED:
                continue
            if (detail and fact.topics) or {idea for idea in ideas if KIND_OF[idea] in ("finding", "history")} - self.known:
                ready.append(fact)
        return ready


@dataclass(frozen=True)
class Recalled:
    """`facts` to tell, best first. `evade` says that there is one the student has not found the word for."""

    facts: tuple[Fact, ...] = ()
    evade: bool = False
    key: frozenset[str] = field(default_factory=frozenset)


def recall(talk: Talk, said: Said) -> Recalled:
    """The facts that answer one question: one, or two where two subjects are asked after."""
    asked = said.about
    fresh = focus(asked, talk.known) - talk.known
    subjects = focus(asked, talk.known)
    keys = key_attributes(said)
    question = _Question(talk, asked, subjects, fresh, keys, said.open, phrase_stems(said.core))
    ranked = sorted(((question.score(fact), fact) for fact in talk.scenario.facts), key=lambda pair: (-pair[0], pair[1].order))
    good = [fact for score, fact in ranked if score >= _MINIMUM and question.accepts(fact)]
    if not good:
        return Recalled(key=subjects | keys)
    sayable = [fact for fact in good if talk.may_say(fact)]
    if not sayable or (good[0] is not sayable[0] and not talk.untold(sayable[0])):
        return Recalled(evade=True, key=subjects | keys)
    return Recalled(tuple(_one_or_two(sayable, subjects, said, talk)), key=subjects | keys)


def _one_or_two(found: Sequence[Fact], subjects: frozenset[str], said: Said, talk: Talk) -> Iterable[Fact]:
    first = found[0]
    yield first
    covered = first.topic.ideas | first.about.ideas
    wide = said.open and bool(re.search(r"\btell me|\bdescribe|talk me", said.core))
    for fact in found[1:]:
        ideas = fact.topic.ideas or fact.about.ideas
        if talk.untold(fact) and ((len(subjects) > 1 and ideas & (subjects - covered)) or (wide and ideas & subjects)):
            yield fact
            return


def key_attributes(said: Said) -> frozenset[str]:
    """The properties a question is after; those of its first words count before those only mentioned."""
    plain = re.sub(r"^(?:(?:ok(?:ay)?|and|so|right|um|uh|well|but|then|exactly|do you know|can you tell me|could you tell me)[,.]? )+", "", said.core)
    asked = said.about.of_kind("attribute")
    first = {name for pattern, name in _KEYS if re.search(pattern, plain)} & asked
    if first:
        return frozenset(first)
    return (asked - _WEAK) or (asked if not said.about.of_kind("finding", "history", "perspective") else frozenset())


@dataclass(frozen=True)
class _Question:
    talk: Talk
    asked: Features
    subjects: frozenset[str]
    fresh: frozenset[str]
    keys: frozenset[str]
    open: bool
    words: str

    def score(self, fact: Fact) -> float:
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
                total += 0.5 * len(self.talk.recent & has)
            total *= 0.4 if self._elsewhere(has) else 1.0
            total *= 1.0 if self.talk.untold(fact) else 0.75
            still = not self.subjects or (self.subjects & has and all(KIND_OF[idea] == "history" for idea in self.subjects))
            total += 1.0 if not self.fresh and still and self.talk.just_told(fact) else 0.0
        return total * fact.weight

    def _by_phrase(self, fact: Fact) -> float:
        """The author's own topics are the best sign, the longer the better; single small words are none."""
        lengths = [phrase.count(" ") - 1 for phrase in fact.phrases if phrase in self.words]
        telling = [phrase for phrase in fact.phrases if phrase in self.words and (phrase.count(" ") > 2 or phrase.strip() in self.asked.stems)]
        return 2.0 * max(lengths) ** 0.5 if telling else 0.0

    def _emphasis(self, idea: str) -> float:
        if idea in self.fresh or idea in self.keys:
            return 2.0
        if KIND_OF[idea] == "attribute":
            return 0.4
        return 1.0 if idea in self.subjects else 0.6

    def _rarity(self, word: str) -> float:
        having = sum(word in fact.topic.stems or word in fact.about.stems for fact in self.talk.scenario.facts)
        return 1.0 / max(having, 1) ** 0.5

    def _only_the_complaint(self, fact: Fact) -> bool:
        """What matches is just the name of the complaint, which every question may use."""
        matched = {word for phrase in fact.phrases if phrase in self.words for word in phrase.split()}
        return not matched - (content_stems(self.talk.scenario.opening) | {"pain"})

    @property
    def _telling(self) -> frozenset[str]:
        """Words that pick a topic: not those of the complaint, which any fact may have."""
        return self.asked.stems - content_stems(" ".join((self.talk.scenario.opening, *self.talk.patient))) - {"pain"}

    def _elsewhere(self, has: frozenset[str]) -> bool:
        """The question is about one part of the body and the fact about another."""
        places = self.asked.of_kind("body")
        there = {idea for idea in has if KIND_OF[idea] == "body"}
        return bool(places and there and not places & there)

    def accepts(self, fact: Fact) -> bool:
        """Whether telling this fact would be an answer, rather than something with a word in common."""
        topic, about = fact.topic, fact.about
        has = topic.ideas | about.ideas
        by_word = bool(self.asked.rare & (topic.rare or about.rare)) or bool(self._telling & topic.stems)
        if self._by_phrase(fact) and not self._only_the_complaint(fact):
            return True
        if self.fresh:
            return self._accepts_fresh(fact, has, by_word and not self._names_other_subject(topic))
        past = {idea for idea in self.subjects if KIND_OF[idea] in ("history", "perspective")}
        if has & past:
            return True
        if self.keys:
            placed = self.keys == {"site"} and bool(has & self.subjects) and any(KIND_OF[idea] == "body" for idea in has)
            return placed or (bool(has & self.keys) and self._same_matter(fact))
        if len(self.asked.rare) > 1 and not self.open and not self.asked.rare & (topic.rare | about.rare):
            return False
        return bool(has & self.subjects) or by_word

    def _accepts_fresh(self, fact: Fact, has: frozenset[str], by_word: bool) -> bool:
        places = {idea for idea in self.fresh if KIND_OF[idea] == "body"}
        wanted = self.fresh - places
        if places and self._elsewhere(has) and not has & self.keys & {"radiation"}:
            return False
        if wanted:
            return bool(has & wanted) or by_word or bool(fact.topic.ideas & places)
        return bool(has & places) or bool(has & self.keys & {"radiation", "trigger"}) or by_word

    def _names_other_subject(self, topic: Features) -> bool:
        return bool(topic.of_kind("finding", "history")) and not topic.ideas & self.asked.ideas

    def _same_matter(self, fact: Fact) -> bool:
        """A property of one thing is no answer about another: how long one smokes, how long it hurts."""
        named = fact.topic if fact.topics else fact.about
        matter = self.subjects or self.talk.recent
        kinds = {KIND_OF[idea] for idea in matter}
        if not self.subjects and "history" in kinds and "finding" not in kinds and not matter & named.ideas:
            return self.talk.just_told(fact)
        others = named.of_kind("history") - _CIRCUMSTANCES
        if others and not others & matter:
            return False
        findings = named.of_kind("finding")
        if self.subjects and findings and not findings & self.subjects:
            return False
        if fact.topics or matter & named.ideas or (fact.about.ideas & self.keys) - _WEAK or self.asked.stems & fact.about.stems:
            return True
        return bool(fact.about.of_kind("finding", "body") & (matter | self.talk.known))
