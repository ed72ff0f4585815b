"""What a reply tells: which facts, and whether the student asked for them.

That is the model's judgement, given beside its reply, or in a small call where the server takes no schema and something
locked may have been told. The rules check it: what no word of the reply tells was not told, and what the student asked
for by its name was asked for.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.llm.requests import ModelRequest
from apps.openai_integration.models import ToldFact
from apps.roleplay.contradictions import contradicted
from apps.roleplay.reply_check import ReplyCheck
from apps.scenarios.facts import Fact

# More than so many facts in one reply is no judgement.
_MOST_NUMBERS = 12
_NUMBERS = {"type": "array", "items": {"type": "integer"}, "maxItems": _MOST_NUMBERS}
# The schema of a reply. It is the same for all scenarios, so that servers that compile schemas compile one.
_REPLY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reply": {"type": "string"}, "asked": _NUMBERS, "told": _NUMBERS, "against": _NUMBERS},
    "required": ["reply", "asked", "told", "against"],
    "additionalProperties": False,
}
SHOWN = "reply"
# What asks for a reply with its ledger, as fields of a ModelRequest.
REPLY_FORM: dict[str, Any] = {"schema": _REPLY_SCHEMA, "schema_name": "patient_reply", "shown": SHOWN}
_JUDGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"asked": _NUMBERS, "told": _NUMBERS},
    "required": ["asked", "told"],
    "additionalProperties": False,
}
_JUDGE = """You read one exchange of a consultation and numbered facts about the patient. Answer with an object in JSON:
{"asked": [numbers of the facts that the student's words ask for, in whatever way], "told": [numbers of the facts that
the patient's words tell, in part or as a whole]}. Both lists may be empty."""
_OBJECT = re.compile(r"\{[^{}]*\}")


# Added to the instructions of the second attempt, before what is true.
CONTRADICTED = "What you said is not true of this patient. Answer again, true to what you know:"


@dataclass(frozen=True)
class Judgement:
    """The model's word on one exchange: the numbers of facts that were asked for, told, and contradicted."""

    asked: frozenset[int]
    told: frozenset[int]
    against: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Told:
    """A fact that a reply tells."""

    fact: Fact
    asked: bool
    judge: str


@dataclass(frozen=True)
class Assessment:
    """The facts that a reply tells; or the rule that it breaks, with the numbers of the facts that are held back."""

    told: list[Told] = field(default_factory=list)
    rule: str | None = None
    facts: tuple[int, ...] = ()


class Ledger:
    """The ledger of one exchange. `said` is the student's message, `heard` are the texts of locked facts that were told
    before."""

    def __init__(self, facts: Sequence[Fact], check: ReplyCheck, said: str, heard: Collection[str]) -> None:
        self._said = said
        self._facts = {fact.number: fact for fact in facts}
        self._locked = [fact for fact in facts if fact.locked]
        self._check = check
        self._heard = heard

    def undecided(self, reply: str) -> list[Fact]:
        """The locked facts that the reply may tell although the student did not ask for them by name."""
        perhaps = self._check.perhaps_told(reply) if self._locked else ()
        return [self._locked[place] for place in perhaps if self._locked[place].text not in self._heard]

    def assess(self, reply: str, judgement: Judgement | None, *, again: bool) -> Assessment:
        """Judge a reply that no rule of words has turned away. A reply that was asked for `again` is not turned away
        for a contradiction: the model's word is not worth more than one try."""
        undecided = {fact.number for fact in self.undecided(reply)}
        against = {*contradicted(self._facts.values(), self._said, reply), *(judgement.against if judgement else ())}
        if judgement is None and (against and not again):
            return Assessment(rule="contradiction", facts=tuple(sorted(against)))
        if judgement is None:
            # Words alone take nothing back that answers a question.
            touched = {*undecided, *(self._locked[place].number for place in self._check.told_as_asked(reply))}
            return Assessment([Told(self._facts[number], True, ToldFact.Judge.RULES) for number in sorted(touched)])
        volunteered = sorted(undecided & judgement.told - judgement.asked)
        if volunteered:
            return Assessment(rule="locked_fact", facts=tuple(volunteered))
        if (against := against & self._facts.keys()) and not again:
            return Assessment(rule="contradiction", facts=tuple(sorted(against)))
        told = [self._facts[number] for number in sorted(judgement.told & self._facts.keys())]
        return Assessment(
            [
                Told(fact, self._asked(fact, judgement), ToldFact.Judge.MODEL)
                for fact in told
                if self._heard_in(reply, fact, undecided)
            ]
        )

    def _asked(self, fact: Fact, judgement: Judgement) -> bool:
        return fact.number in judgement.asked or (fact.locked and self._check.is_asked(self._locked.index(fact)))

    def _heard_in(self, reply: str, fact: Fact, undecided: Collection[int]) -> bool:
        """Whether a locked fact that the model calls told has left a trace in the words."""
        return not fact.locked or fact.number in undecided or self._check.is_asked(self._locked.index(fact))


def judgement_of(fields: Mapping[str, Any] | None) -> Judgement | None:
    """The judgement beside a reply; None where it is missing or makes no sense."""
    if fields is None:
        return None
    asked, told, against = (_numbers(fields.get(name, [])) for name in ("asked", "told", "against"))
    return None if asked is None or told is None or against is None else Judgement(asked, told, against)


def judge_request(facts: Sequence[Fact], said: str, reply: str, *, timeout_s: float) -> ModelRequest:
    """The small call that judges whether these facts were asked for and told."""
    listed = "\n".join(f"({fact.number}) {fact.topics}: {fact.text}" for fact in facts)
    exchange = json.dumps({"student": said, "patient": reply}, ensure_ascii=False)
    return ModelRequest(
        instructions=_JUDGE,
        messages=[{"role": "user", "content": f"Facts:\n{listed}\n\nThe exchange:\n{exchange}"}],
        schema=_JUDGE_SCHEMA,
        schema_name="told_facts",
        timeout_s=timeout_s,
    )


def judgement_in(answer: str) -> Judgement | None:
    """The judgement in the answer to the small call; None where there is none."""
    for found in _OBJECT.findall(answer):
        try:
            fields = json.loads(found)
        except ValueError:
            continue
        if "told" in fields and "asked" in fields:
            return judgement_of(fields)
    return None


def _numbers(value: Any) -> frozenset[int] | None:
    if not isinstance(value, list) or len(value) > _MOST_NUMBERS:
        return None
    numbers = [int(one) if isinstance(one, str) and one.isdecimal() else one for one in value]
    return frozenset(one for one in numbers if isinstance(one, int) and not isinstance(one, bool))
