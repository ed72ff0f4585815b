"""The patient's reply to a student's last message, from the instructions and the conversation so far.

The same input gives the same reply. The patient stays in role, tells a locked fact only when asked with one of its
topic words, and does not name a diagnosis before the student does.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from openai_emulator.language.act_patterns import AGE_ASKED, Act
from openai_emulator.language.acts import MAX_TURN, Utterance, read_utterances
from openai_emulator.language.matching import KIND_OF, features_of, normalised, phrase_stems
from openai_emulator.language.sentences import sentences
from openai_emulator.language.vocabulary import FINDINGS, HISTORY
from openai_emulator.patient.conversation import Conversation
from openai_emulator.patient.recall import Recalled, matches_written_topic, recall
from openai_emulator.patient.scenario import SpokenFact, read_scenario
from openai_emulator.patient.voice import Voice, led_by, lower_first, manner_of

MAX_MESSAGES = 400
# In characters; only the last messages within this limit are read.
MAX_CHARACTERS = 200_000
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
# Properties that people introduce with "yes" or "no".
_YES_OR_NO = frozenset({"radiation", "trigger", "relief", "previous"})
_ALL_WELL = re.compile(r"\b(?:ok|okay|normal|alright|all right|well|fine|healthy|properly)\b")
# Topics that patients may be unsure about, unlike their home or work.
UNKNOWABLE = frozenset(HISTORY) - {"work", "home", "hobbies", "food", "exercise", "stress", "pets", "driving"}
_NOT_IN_ROLE = {"ideas": "no idea", "concerns": "no concern", "expectations": "no wish"}
# Closing remarks in order of precedence.
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
    """The patient's next message. `history` has (role, text), oldest first, with roles "user" and "assistant"."""
    return reply_with_facts(instructions, history)[0]


def reply_with_facts(instructions: str, history: Sequence[tuple[str, str]]) -> tuple[str, list[int]]:
    """The patient's next message, and the numbers of the facts that it tells."""
    messages = [(role, _NOTE.sub("", text[:MAX_TURN])) for role, text in history[-MAX_MESSAGES:]]
    read = accumulate(len(text) for _, text in reversed(messages))
    messages = messages[-max(1, sum(length <= MAX_CHARACTERS for length in read)) :]
    while messages and messages[-1][0] != "user":
        messages.pop()
    conversation = Conversation(
        read_scenario(instructions[:MAX_INSTRUCTIONS]),
        tuple(text for role, text in messages if role == "user"),
        tuple(text for role, text in messages if role != "user"),
    )
    builder = _ReplyBuilder(conversation)
    text = builder.text()
    return text, sorted({fact.number for fact in builder.told if fact.number})


class _ReplyBuilder:
    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.last = conversation.student[-1] if conversation.student else ""
        self.utterances = read_utterances(self.last)
        self.acts = {said.act for said in self.utterances}
        self.voice = Voice(
            manner=manner_of(conversation.scenario.manner),
            doctor=_address(conversation.student),
            seed=f"{conversation.scenario.opening}|{len(conversation.student)}|{self.last}",
            heard=conversation.patient[-4:],
        )
        self.told: list[SpokenFact] = []

    def text(self) -> str:
        if Act.STAGE in self.acts:
            return self.voice.say("puzzled")
        if Act.REPEAT in self.acts and self.conversation.patient and not self.acts & {Act.QUESTION, Act.INVITE}:
            return self.voice.say("what was said") + lower_first(_BARE.sub("", self.conversation.patient[-1]))
        parts = [*self._introduction(), *self._substance()]
        answer = " ".join(parts) if parts else self._closing()
        if self.conversation.gives_away(answer):
            self.told = []
            return self.voice.say("unsure")
        return answer

    # --- name and age

    def _introduction(self) -> list[str]:
        parts, new = [], len(self.conversation.patient) < 1
        if new and self.acts & {Act.GREETING} and not self.acts & {Act.HOW_ARE_YOU, Act.FAREWELL}:
            parts.append(self.voice.say("greeting"))
        known_as = self._name_fact()
        if known_as:
            return [*parts, " ".join(sentences(known_as.text)[:2])]
        if Act.NAME in self.acts:
            parts.append(self._name())
        if any(
            said.act is Act.AGE or (said.act is Act.NAME and AGE_ASKED.search(said.core)) for said in self.utterances
        ):
            parts.append(self._age())
        if Act.HOW_ARE_YOU in self.acts and Act.INVITE not in self.acts:
            parts.append(self.voice.say("how are you"))
        return parts

    def _name_fact(self) -> SpokenFact | None:
        """The author's fact for "what is your name?", unless it has been told."""
        if not self.acts & {Act.NAME, Act.AGE}:
            return None
        asked = {phrase_stems("name"), phrase_stems("full name")}
        facts = (fact for fact in self.conversation.scenario.facts if asked & set(fact.phrases))
        return next(
            (fact for fact in facts if self.conversation.untold(fact) and self.conversation.may_say(fact)), None
        )

    def _name(self) -> str:
        name = self.conversation.scenario.name
        return f"It's {name}." if name else self.voice.say("notes")

    def _age(self) -> str:
        born = next(
            (fact for fact in self.conversation.scenario.facts if "birth_date" in fact.topic.ideas | fact.about.ideas),
            None,
        )
        if born and self.conversation.may_say(born):
            return born.text
        age = self.conversation.scenario.age
        return f"I'm {age}." if age else self.voice.say("notes")

    # --- facts

    def _substance(self) -> list[str]:
        """The facts asked for, or a phrase that says there are none."""
        parts: list[str] = []
        missing: list[str] = []
        recalled: list[tuple[SpokenFact, Utterance, Recalled]] = []
        asking = sum(self._wants_facts(said) for said in self.utterances)
        for said in self.utterances:
            if said.act is Act.INVITE:
                parts += self._opening()
            elif said.act is Act.MORE and Act.QUESTION not in self.acts:
                parts += self._more(said)
            elif self._wants_facts(said):
                found = recall(self.conversation, said)
                # Each of several questions gets its own fact before one of them gets a second.
                room = min(FACTS_AT_ONCE - len(self.told), 1 if asking > 1 else FACTS_AT_ONCE)
                new = [fact for fact in found.facts if fact not in self.told][:room]
                self.told += new
                recalled += [(fact, said, found) for fact in new]
                if not found.facts:
                    missing.append(self._without_fact(said, found))
        fresh = [one for one in recalled if self.conversation.untold(one[0])]
        parts += [self._tell(*one) for one in (fresh or recalled)]
        if parts and self.told:
            return [self._in_manner(parts)]
        return parts or missing[-1:]

    def _wants_facts(self, said: Utterance) -> bool:
        if said.act in (Act.RIGHT, Act.AGREED) and self._corrects(said):
            return True
        # The author may have written facts about what the patient asks, prefers or agrees to.
        ready = said.act in (Act.ANY_QUESTIONS, Act.PREFER, Act.AGREED) and matches_written_topic(
            self.conversation, said
        )
        return said.act is Act.QUESTION or bool(ready)

    def _opening(self) -> list[str]:
        opening = self.conversation.scenario.opening
        if opening and not self.conversation.said(sentences(opening)[0]) and not self.conversation.gives_away(opening):
            return [opening]
        return self._next_facts() or [self.voice.say("covered") if opening else "I've not been feeling right lately."]

    def _more(self, said: Utterance) -> list[str]:
        """The reply to "tell me more": about the topic named, or else the next fact."""
        if self.told:
            return []
        opening = self.conversation.scenario.opening
        if opening and not self.conversation.patient:
            return [opening]
        subjects = said.about.of_kind("finding", "history", "perspective")
        if subjects:
            found = [fact for fact in recall(self.conversation, said).facts if self.conversation.untold(fact)]
            if found:
                self.told += found[:1]
                return [self._tell(found[0], said, Recalled())]
            if subjects & FINDINGS.keys():
                return [self.voice.say("nothing else" if subjects & self.conversation.known else "no")]
        wants_detail = bool(re.search(r"more|go on|carry on|detail|explain|expand", said.core))
        near = self.conversation.recent | subjects
        return self._next_facts(near if wants_detail else frozenset(), detail=wants_detail) or [
            self.voice.say("covered" if wants_detail else "nothing else")
        ]

    def _next_facts(self, near: frozenset[str] = frozenset(), *, detail: bool = True) -> list[str]:
        ready = self.conversation.to_volunteer(detail=detail)
        ready.sort(key=lambda fact: -len((fact.topic.ideas | fact.about.ideas) & near))
        if not ready:
            return []
        self.told.append(ready[0])
        return [" ".join(self._sentences(ready[0], frozenset()))]

    def _tell(self, fact: SpokenFact, said: Utterance, found: Recalled) -> str:
        fresh = self.conversation.untold(fact)
        spoken = " ".join(self._sentences(fact, said.about.stems | said.about.ideas))
        if not fresh:
            return led_by(self.voice.say("again"), spoken)
        prefix = self._yes_or_no(fact, said, found)
        return led_by(prefix, spoken) if prefix else spoken

    def _sentences(self, fact: SpokenFact, wanted: frozenset[str]) -> list[str]:
        """One or two sentences of a fact: those not told yet that fit best."""
        fresh = self.conversation.untold(fact) or sentences(fact.text)
        limit = 1 if self.voice.manner == "quiet" else 2
        if len(fresh) <= limit:
            return fresh
        # The author's first sentence has precedence, unless another fits clearly better.
        fits = {text: len((features_of(text).ideas | features_of(text).stems) & wanted) for text in fresh}
        fits[fresh[0]] += 2
        best = sorted(fresh, key=lambda text: -fits[text])[:limit]
        return [text for text in fresh if text in best]

    def _yes_or_no(self, fact: SpokenFact, said: Utterance, found: Recalled) -> str:
        plain = said.core
        asked = found.key & (fact.topic.ideas | fact.about.ideas)
        fitting = any(KIND_OF[idea] in ("finding", "history", "perspective") or idea in _YES_OR_NO for idea in asked)
        if said.open or not fitting or " or " in plain or _STARTS.match(fact.text) or self.told[:1] != [fact]:
            return ""
        if _DENIES.match(fact.text):
            return "No, "
        return "" if _ALL_WELL.search(plain) or _ALL_WELL.search(fact.text) or _NEGATIVE.search(fact.text) else "Yes, "

    def _in_manner(self, parts: list[str]) -> str:
        complaint = any((fact.topic.ideas | fact.about.ideas) & FINDINGS.keys() for fact in self.told)
        return self.voice.in_manner(
            " ".join(parts), remark=complaint and not self.conversation.said(sentences(self.told[0].text)[0])
        )

    def _without_fact(self, said: Utterance, found: Recalled) -> str:
        """The reply without a fact: a denial of what the patient would have noticed, or not knowing."""
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

    def _corrects(self, said: Utterance) -> bool:
        """Whether a check such as "so it's on the left?" contains something that the patient has not said."""
        stems = said.about.stems
        return bool(said.about.ideas) and bool(stems) and len(stems & self.conversation.heard) * 2 < len(stems)

    # --- everything else

    def _closing(self) -> str:
        if Act.EXPLANATION in self.acts and self._echoes():
            return self.voice.say("yes")
        for act, phrase in _CLOSINGS:
            if act in self.acts:
                return self.voice.say(phrase)
        return self.voice.say("greeting" if Act.GREETING in self.acts else "unsure")

    def _echoes(self) -> bool:
        """Whether the message only repeats what the patient has said."""
        about = features_of(self.last)
        explains = re.search(r"\b(?:i think|could be|might|we|because|means|should)\b", normalised(self.last))
        return (
            len(self.last.split()) < 15
            and not explains
            and bool(about.stems)
            and len(about.stems & self.conversation.heard) * 3 >= len(about.stems) * 2
        )


def _address(student: Sequence[str]) -> str:
    """How the patient addresses the student: "doctor", or "" if they introduced themselves otherwise."""
    early = normalised(" ".join(student[:3])[:2000])
    return "" if re.search(r"\bstudent\b|\bnurse\b|\bparamedic\b|\bpharmacist\b", early) else "doctor"
