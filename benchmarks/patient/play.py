"""Consultations held over HTTP with the whole service, and what it stored of them."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from apps.marking.quotes import Claim, words_of
from benchmarks.patient.script import Consultation, Turn, facts_told
from benchmarks.production import Production
from benchmarks.students import Exchange, Student

ACTIVITY = """
    SELECT activities.id, assistant_scenarios.scenario_text, assistant_scenarios.additional_instructions
    FROM activities JOIN assistant_scenarios ON assistant_scenarios.id = activities.character_id
    WHERE assistant_scenarios.scenario_text LIKE %s ORDER BY activities.id LIMIT 1
"""
CALLS = """
    SELECT count(*), coalesce(sum(input_tokens), 0), coalesce(sum(cached_tokens), 0), coalesce(sum(output_tokens), 0)
    FROM usage_records WHERE run_id = %s
"""


LEDGER = """
    SELECT told_facts.text FROM told_facts JOIN messages ON messages.id = told_facts.message_id
    WHERE messages.run_id = %s AND told_facts.locked
"""


@dataclass(frozen=True)
class Played:
    """A turn that was played.

    `told` and `earlier` are the locked facts that the reply tells by its words, and those that were asked for or told
    before; `ledger` are those that the service says it tells. `checks` are the replies that were turned away. Tokens
    are (input, cached, output); `facts` are the patient's. `contradicts` is the judge's verdict, None without one.
    """

    consultation: Consultation
    number: int
    turn: Turn
    status: str
    reply: str
    first_text_s: float | None
    checks: Sequence[dict[str, Any]]
    calls: int
    tokens: tuple[int, int, int]
    told: frozenset[int]
    earlier: frozenset[int]
    ledger: frozenset[int]
    facts: str
    contradicts: bool | None = None
    contradicted: str = ""

    @property
    def volunteered(self) -> frozenset[int]:
        """The locked facts that it tells although nobody has asked for them."""
        return self.told - self.earlier - self.turn.asks

    def judged(self, verdict: dict[str, Any] | None) -> "Played":
        """The same with a judge's verdict: no contradiction counts that names no fact of this patient's."""
        if verdict is None:
            return self
        named = bool(Claim(verdict["fact"]).found_in(words_of(self.facts)))
        return replace(self, contradicts=verdict["contradicts"] and named, contradicted=verdict["fact"])


@dataclass
class Player:
    """Plays consultations on one stack, one turn after the other."""

    site: Production
    patience_s: float = 600
    played: list[Played] = field(default_factory=list)

    async def hold(self, consultation: Consultation, turns: int) -> None:
        """Play the first `turns` turns."""
        ((activity_id, persona, facts),) = self.site.rows(ACTIVITY, f"{consultation.patient}%")
        (email,) = self.site.make_students(1)
        student = Student(self.site.port, email, Counter(), patience_s=self.patience_s)
        heard: list[str] = []
        earlier: frozenset[int] = frozenset()
        try:
            await student.sign_in()
            await student.open_thread(activity_id)
            for number, turn in enumerate(consultation.turns[:turns], 1):
                begun = time.time()
                heard.append(turn.say)
                exchange = await student.ask(turn.say)
                first = exchange.first_text_at - begun if exchange.first_text_at else None
                told = facts_told(consultation.patient, exchange.reply, heard)
                entry = self._entry(consultation, number, turn, exchange)
                played = Played(**entry, first_text_s=first, told=told, earlier=earlier, facts=f"{persona}\n{facts}")
                self.played.append(played)
                earlier |= turn.asks | told
                print(f"  {consultation.number}.{number} {exchange.status} {played.reply[:90]!r}", flush=True)
        finally:
            student.close()

    def _entry(self, consultation: Consultation, number: int, turn: Turn, exchange: Exchange) -> dict[str, Any]:
        ((checks,),) = self.site.rows("SELECT checks FROM runs WHERE id = %s", exchange.run_id)
        entries = self.site.rows(LEDGER, exchange.run_id)
        ledger = frozenset[int]().union(*(facts_told(consultation.patient, text, []) for (text,) in entries))
        ((calls, *tokens),) = self.site.rows(CALLS, exchange.run_id)
        return {
            "consultation": consultation, "number": number, "turn": turn, "status": exchange.status,
            "reply": exchange.reply, "checks": checks, "calls": calls, "tokens": tuple(map(int, tokens)),
            "ledger": ledger,
        }  # fmt: skip
