"""The patient: the answer to a student's last turn, from the instructions and the talk so far, and nothing else.

The same input gives the same answer. The patient stays in the part, tells a locked fact only when asked for it in one
of its topic words, and does not name a diagnosis that the student has not named.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from openai_emulator.language.act_patterns import AGE_ASKED, Act
from openai_emulator.language.acts import MAX_TURN, Said, read_turn
from openai_emulator.language.matching import KIND_OF, features, normalised, phrase_stems
from openai_emulator.language.sentences import sentences
from openai_emulator.language.vocabulary import FINDINGS, HISTORY
from openai_emulator.patient.recall import Recalled, recall, written_for
from openai_emulator.patient.scenario import Fact, read_scenario
from openai_emulator.patient.talk import Talk
from openai_emulator.patient.voice import Voice, led_by, lower_first, manner_of

TURNS_READ = 400
# Of turns longer than anybody's only the last are read.
MAX_TALK = 200_000
MAX_INSTRUCTIONS = 60_000
FACTS_AT_ONCE = 2
_DENIES = re.compile(
    r"^(?:no|not|none|never|nothing|nobody|neither|i (?:don't|do not|haven't|have not|never|didn't"
    r"|can't|couldn't|wasn't|am not)|i'm not|i've (?:never|not)|there's no|i've no|(?:\w+ ){0,2}\w+ (?:doesn't|hasn't"
    r"|isn't|aren't|don't|haven't|wasn't|hardly))\b",
    re.I,
)
_STARTS = re.compile(
    r"^(?:yes|no|yeah|nah|nope|not|none|never|nothing|only|well|oh|sometimes|just|loads)\b"
    r"|.*\b(?:gave up|used to|stopped|quit)\b",
    re.I,
)
_NEGATIVE = re.compile(r"n't\b|\b(?:no|not|never)\b")
_BARE = re.compile(r"^(?:(?:yes|no|um|well|oh|as i said|like i said|look),? )+", re.I)
# Properties for which "yes" or "no" before the fact is what people say.
_YES_OR_NO = frozenset({"radiation", "trigger", "relief", "previous"})
_ALL_WELL = re.compile(r"\b(?:ok|okay|normal|alright|all right|well|fine|healthy|properly)\b")
# What one may not know about oneself; of one's home or work one can hardly be unsure.
UNKNOWABLE = frozenset(HISTORY) - {"work", "home", "hobbies", "food", "exercise", "stress", "pets", "driving"}
_NOT_IN_ROLE = {"ideas": "no idea", "concerns": "no concern", "expectations": "no wish"}
# The closing remarks, the most telling first.
_CLOSINGS: tuple[tuple[Act, str], ...] = (
    (Act.PRIVATE, "private"),
    (Act.ANY_QUESTIONS, "asks"),
    (Act.FAREWELL, "farewell"),
    (Act.PREFER, "prefer"),
    (Act.AGREED, "agreed"),
    (Act.RIGHT, "yes"),
    (Act.CONSENT, "consent"),
    (Act.DIAGNOSIS, "asks diagnosis"),
    (Act.REASSURANCE, "comforted"),
    (Act.EMPATHY, "comforted"),
    (Act.EXPLANATION, "explained"),
    (Act.SUMMARY, "yes"),
    (Act.THANKS, "comforted"),
    (Act.GREETING, "met"),
    (Act.NOD, "nod"),
)
# A line of the caller's to the model, behind what the student says or before it.
_NOTE = re.compile(r"(?:\A|\n\n)\[[^\[\]]*\](?:\n\n|\Z)")


def reply(instructions: str, history: Sequence[tuple[str, str]]) -> str:
    """What the patient says next. `history` is (role, text), oldest first, with roles "user" and "assistant"."""
    turns = [(role, _NOTE.sub("", text[:MAX_TURN])) for role, text in history[-TURNS_READ:]]
    read = accumulate(len(text) for _, text in reversed(turns))
    turns = turns[-max(1, sum(length <= MAX_TALK for length in read)) :]
    while turns and turns[-1][0] != "user":
        turns.pop()
    talk = Talk(
        read_scenario(instructions[:MAX_INSTRUCTIONS]),
        tuple(text for role, text in turns if role == "user"),
        tuple(text for role, text in turns if role != "user"),
    )
    return _Answer(talk).text()


class _Answer:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.last = talk.student[-1] if talk.student else ""
        self.turn = read_turn(self.last)
        self.acts = {said.act for said in self.turn}
        self.voice = Voice(
            manner=manner_of(talk.scenario.manner),
            doctor=_address(talk.student),
            seed=f"{talk.scenario.opening}|{len(talk.student)}|{self.last}",
            heard=talk.patient[-4:],
        )
        self.told: list[Fact] = []

    def text(self) -> str:
        if Act.STAGE in self.acts:
            return self.voice.say("puzzled")
        if Act.REPEAT in self.acts and self.talk.patient and not self.acts & {Act.QUESTION, Act.INVITE}:
            return self.voice.say("what was said") + lower_first(_BARE.sub("", self.talk.patient[-1]))
        parts = [*self._introduction(), *self._substance()]
        answer = " ".join(parts) if parts else self._closing()
        return self.voice.say("unsure") if self.talk.gives_away(answer) else answer

    # --- who I am

    def _introduction(self) -> list[str]:
        parts, new = [], len(self.talk.patient) < 1
        if new and self.acts & {Act.GREETING} and not self.acts & {Act.HOW_ARE_YOU, Act.FAREWELL}:
            parts.append(self.voice.say("greeting"))
        known_as = self._name_fact()
        if known_as:
            return [*parts, " ".join(sentences(known_as.text)[:2])]
        if Act.NAME in self.acts:
            parts.append(self._name())
        if any(said.act is Act.AGE or (said.act is Act.NAME and AGE_ASKED.search(said.core)) for said in self.turn):
            parts.append(self._age())
        if Act.HOW_ARE_YOU in self.acts and Act.INVITE not in self.acts:
            parts.append(self.voice.say("how are you"))
        return parts

    def _name_fact(self) -> Fact | None:
        """The author's own line for "what is your name?", unless it has been said."""
        if not self.acts & {Act.NAME, Act.AGE}:
            return None
        asked = {phrase_stems("name"), phrase_stems("full name")}
        facts = (fact for fact in self.talk.scenario.facts if asked & set(fact.phrases))
        return next((fact for fact in facts if self.talk.untold(fact) and self.talk.may_say(fact)), None)

    def _name(self) -> str:
        name = self.talk.scenario.name
        return f"It's {name}." if name else self.voice.say("notes")

    def _age(self) -> str:
        born = next(
            (fact for fact in self.talk.scenario.facts if "birth_date" in fact.topic.ideas | fact.about.ideas), None
        )
        if born and self.talk.may_say(born):
            return born.text
        age = self.talk.scenario.age
        return f"I'm {age}." if age else self.voice.say("notes")

    # --- what I know

    def _substance(self) -> list[str]:
        """The facts asked for; where there are none, how a patient says so."""
        parts: list[str] = []
        missing: list[str] = []
        recalled: list[tuple[Fact, Said, Recalled]] = []
        asking = sum(self._wants_facts(said) for said in self.turn)
        for said in self.turn:
            if said.act is Act.INVITE:
                parts += self._opening()
            elif said.act is Act.MORE and Act.QUESTION not in self.acts:
                parts += self._more(said)
            elif self._wants_facts(said):
                found = recall(self.talk, said)
                # Each of several questions gets its own fact before one of them gets a second.
                room = min(FACTS_AT_ONCE - len(self.told), 1 if asking > 1 else FACTS_AT_ONCE)
                new = [fact for fact in found.facts if fact not in self.told][:room]
                self.told += new
                recalled += [(fact, said, found) for fact in new]
                if not found.facts:
                    missing.append(self._without_fact(said, found))
        fresh = [one for one in recalled if self.talk.untold(one[0])]
        parts += [self._tell(*one) for one in (fresh or recalled)]
        if parts and self.told:
            return [self._dressed(parts)]
        return parts or missing[-1:]

    def _wants_facts(self, said: Said) -> bool:
        if said.act in (Act.RIGHT, Act.AGREED) and self._corrects(said):
            return True
        # The author may have written what the patient asks, prefers or agrees to.
        ready = said.act in (Act.ANY_QUESTIONS, Act.PREFER, Act.AGREED) and written_for(self.talk, said)
        return said.act is Act.QUESTION or bool(ready)

    def _opening(self) -> list[str]:
        opening = self.talk.scenario.opening
        if opening and not self.talk.said(sentences(opening)[0]) and not self.talk.gives_away(opening):
            return [opening]
        return self._next_facts() or [self.voice.say("covered") if opening else "I've not been feeling right lately."]

    def _more(self, said: Said) -> list[str]:
        """ "Tell me more", "anything else": on the subject named, else whatever comes next."""
        if self.told:
            return []
        opening = self.talk.scenario.opening
        if opening and not self.talk.patient:
            return [opening]
        subjects = said.about.of_kind("finding", "history", "perspective")
        if subjects:
            found = [fact for fact in recall(self.talk, said).facts if self.talk.untold(fact)]
            if found:
                self.told += found[:1]
                return [self._tell(found[0], said, Recalled())]
            if subjects & FINDINGS.keys():
                return [self.voice.say("nothing else" if subjects & self.talk.known else "no")]
        wants_detail = bool(re.search(r"more|go on|carry on|detail|explain|expand", said.core))
        near = self.talk.recent | subjects
        return self._next_facts(near if wants_detail else frozenset(), detail=wants_detail) or [
            self.voice.say("covered" if wants_detail else "nothing else")
        ]

    def _next_facts(self, near: frozenset[str] = frozenset(), *, detail: bool = True) -> list[str]:
        ready = self.talk.to_volunteer(detail=detail)
        ready.sort(key=lambda fact: -len((fact.topic.ideas | fact.about.ideas) & near))
        if not ready:
            return []
        self.told.append(ready[0])
        return [" ".join(self._sentences(ready[0], frozenset()))]

    def _tell(self, fact: Fact, said: Said, found: Recalled) -> str:
        fresh = self.talk.untold(fact)
        spoken = " ".join(self._sentences(fact, said.about.stems | said.about.ideas))
        if not fresh:
            return led_by(self.voice.say("again"), spoken)
        prefix = self._yes_or_no(fact, said, found)
        return led_by(prefix, spoken) if prefix else spoken

    def _sentences(self, fact: Fact, wanted: frozenset[str]) -> list[str]:
        """One or two sentences of a fact: those not said yet, and of many those that fit best."""
        fresh = self.talk.untold(fact) or sentences(fact.text)
        limit = 1 if self.voice.manner == "quiet" else 2
        if len(fresh) <= limit:
            return fresh
        # The author's first sentence goes first, unless another fits clearly better.
        fits = {text: len((features(text).ideas | features(text).stems) & wanted) for text in fresh}
        fits[fresh[0]] += 2
        best = sorted(fresh, key=lambda text: -fits[text])[:limit]
        return [text for text in fresh if text in best]

    def _yes_or_no(self, fact: Fact, said: Said, found: Recalled) -> str:
        plain = said.core
        asked = found.key & (fact.topic.ideas | fact.about.ideas)
        fitting = any(KIND_OF[idea] in ("finding", "history", "perspective") or idea in _YES_OR_NO for idea in asked)
        if said.open or not fitting or " or " in plain or _STARTS.match(fact.text) or self.told[:1] != [fact]:
            return ""
        if _DENIES.match(fact.text):
            return "No, "
        return "" if _ALL_WELL.search(plain) or _ALL_WELL.search(fact.text) or _NEGATIVE.search(fact.text) else "Yes, "

    def _dressed(self, parts: list[str]) -> str:
        complaint = any((fact.topic.ideas | fact.about.ideas) & FINDINGS.keys() for fact in self.told)
        return self.voice.dress(
            " ".join(parts), remark=complaint and not self.talk.said(sentences(self.told[0].text)[0])
        )

    def _without_fact(self, said: Said, found: Recalled) -> str:
        """Nothing fits: a denial of what would have been noticed, else not knowing."""
        views = said.about.of_kind("perspective") & _NOT_IN_ROLE.keys()
        if views:
            return self.voice.say(_NOT_IN_ROLE[min(views)])
        if said.about.ideas & {"address", "birth_date"}:
            return self.voice.say("notes")
        if _ALL_WELL.search(said.core) and found.key and not said.open and not found.evade:
            return self.voice.say("all well")
        if found.evade or not found.key:
            return self.voice.say("unsure")
        past = any(KIND_OF[idea] == "history" for idea in found.key)
        if said.open:
            return self.voice.say("little to say" if past and not found.key & UNKNOWABLE else "unsure")
        return self.voice.say("none" if past else "no")

    def _corrects(self, said: Said) -> bool:
        """A check such as "so it's on the left?" says something the patient has not said."""
        stems = said.about.stems
        return bool(said.about.ideas) and bool(stems) and len(stems & self.talk.heard) * 2 < len(stems)

    # --- the rest of a talk

    def _closing(self) -> str:
        if Act.EXPLANATION in self.acts and self._echoes():
            return self.voice.say("yes")
        for act, phrase in _CLOSINGS:
            if act in self.acts:
                return self.voice.say(phrase)
        return self.voice.say("greeting" if Act.GREETING in self.acts else "unsure")

    def _echoes(self) -> bool:
        """The turn only says again what the patient has said."""
        about = features(self.last)
        explains = re.search(r"\b(?:i think|could be|might|we|because|means|should)\b", normalised(self.last))
        return (
            len(self.last.split()) < 15
            and not explains
            and bool(about.stems)
            and len(about.stems & self.talk.heard) * 3 >= len(about.stems) * 2
        )


def _address(student: Sequence[str]) -> str:
    """What the patient calls the other: "doctor", unless they said they are not one yet."""
    early = normalised(" ".join(student[:3])[:2000])
    return "" if re.search(r"\bstudent\b|\bnurse\b|\bparamedic\b|\bpharmacist\b", early) else "doctor"
