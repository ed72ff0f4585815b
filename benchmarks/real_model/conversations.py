"""Conversations with a real model through the whole service, and what they are to survive."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from benchmarks.accounting import percentile
from benchmarks.audit import audit
from benchmarks.production import Production
from benchmarks.real_model.servers import Llama
from benchmarks.real_model.table import Row
from benchmarks.students import Exchange, Student
from dev.consultation import CONSULTATION

QUESTIONS: list[str] = json.loads(CONSULTATION.read_text(encoding="utf-8"))["student_messages"]
TOGETHER = 4
AWAY_S = 1.0
# For a look at whether the server has begun to write.
LOOK_EVERY_S = 0.05


@dataclass
class Conversations:
    """Students of one stack and their turns. `model` is the server that answers them, `through` one in front of it."""

    site: Production
    model: Llama
    through: str = ""
    turns: list[Exchange] = field(default_factory=list)

    @property
    def server(self) -> str:
        """The name of what answers."""
        return f"{self.through} before {self.model.name}" if self.through else self.model.name

    @contextlib.asynccontextmanager
    async def student(self) -> AsyncIterator[Student]:
        """Somebody new with a conversation of their own."""
        (email,) = self.site.make_students(1)
        student = Student(self.site.port, email, Counter(), patience_s=600)
        try:
            await student.sign_in()
            await student.open_thread(self.site.activity())
            yield student
        finally:
            student.close()

    async def ask(self, student: Student, question: str) -> tuple[Exchange, float | None]:
        """The turn, and the seconds to its first text."""
        begun = time.time()
        turn = await student.ask(question)
        self.turns.append(turn)
        print(f"  {turn.seconds:6.1f} s  {turn.status} {turn.error_code}  {turn.reply[:80]!r}", flush=True)
        return turn, turn.first_text_at - begun if turn.first_text_at else None

    async def conversation(self, turns: int) -> list[Row]:
        """A conversation with events, and its marking."""
        async with self.student() as student:
            found = [await self.ask(student, question) for question in QUESTIONS[:turns]]
            return [self._told(found), await self._marked(student)]

    def _told(self, found: list[tuple[Exchange, float | None]]) -> Row:
        whole, first = [turn.seconds for turn, _ in found], [seconds for _, seconds in found if seconds is not None]
        ends = Counter(f"{turn.status} {turn.error_code}".strip() for turn, _ in found)
        live = sum(turn.live for turn, _ in found)
        told = (
            f"{_counted(ends)}; {live} told by events to the end",
            f"first text p50 {percentile(first, 0.5):.1f} s, slowest {max(first, default=0):.1f} s",
            f"whole reply p50 {percentile(whole, 0.5):.1f} s, slowest {max(whole):.1f} s",
        )
        holds = ends["completed"] == live == len(found)
        return Row(f"{len(found)} turns, followed by events", self.server, "; ".join(told), holds)

    async def _marked(self, student: Student) -> Row:
        begun = time.monotonic()
        marked = await student.mark()
        took = time.monotonic() - begun
        criteria = [one for category in marked.get("categories") or [] for one in category["criteria"]]
        found = f"{marked['status']} {marked.get('error_code') or ''}".strip()
        if marked["status"] == "completed":
            quoted = sum(len(one["evidence"]["quotes"]) for one in criteria)
            found += (
                f", {marked['total_score']} of {marked['max_score']}, {len(criteria)} criteria, {quoted} quotes found"
            )
        return Row("its evaluation", self.server, f"{found}, {took:.0f} s", self._is_well(marked["status"]))

    def _is_well(self, status: str) -> bool:
        return status == "completed" or (status == "failed" and not self.model.marks)

    async def together(self) -> Row:
        """Some students who ask at once, where the server answers one at a time."""

        async def one(number: int) -> Exchange:
            async with self.student() as student:
                turn, _ = await self.ask(student, f"How long have you had this? I am student {number} of {TOGETHER}.")
                return turn

        found = await asyncio.gather(*(one(number) for number in range(1, TOGETHER + 1)))
        times = sorted(turn.seconds for turn in found)
        ends = Counter(turn.status for turn in found)
        told = f"{_counted(ends)}; answered after {', '.join(f'{seconds:.1f}' for seconds in times)} s"
        return Row(f"{TOGETHER} students at once on one slot", self.server, told, ends["completed"] == TOGETHER)

    async def killed(self) -> Row:
        """The server is killed when some of the reply is written, and started again a moment later."""
        async with self.student() as student:
            asked = asyncio.create_task(self.ask(student, "What happens when you get it, and what do you do then?"))
            while not (writing := await asyncio.to_thread(self.model.is_writing)) and not asked.done():
                await asyncio.sleep(LOOK_EVERY_S)
            self.model.kill()
            await asyncio.sleep(AWAY_S)
            self.model.start_again()
            turn, _ = await asked
        when = "in mid-reply" if writing else "too late"
        return self._survived(f"the server killed {when}, back {AWAY_S:g} s later", turn, writing)

    async def loading(self) -> Row:
        """A student asks while the server that was just started still loads its model."""
        async with self.student() as student:
            self.model.kill()
            self.model.start_again()
            turn, _ = await self.ask(student, "Where is it, and does it move anywhere else?")
        met = any(outcome != "answered" for outcome in self._calls_of(turn))
        return self._survived("asked while the model is being loaded", turn, met)

    def _survived(self, what: str, turn: Exchange, happened: bool) -> Row:
        ended = f"{turn.status} {turn.error_code}".strip()
        found = f"{ended} after {turn.seconds:.1f} s; its calls: {_counted(self._calls_of(turn))}"
        return Row(what, self.server, found, happened and turn.status == "completed" and bool(turn.reply))

    def _calls_of(self, turn: Exchange) -> Counter[str]:
        """How its calls of the model ended."""
        rows = self.site.rows("SELECT outcome FROM usage_records WHERE run_id = %s", turn.run_id)
        return Counter(outcome for (outcome,) in rows)

    def nothing_lost(self) -> Row:
        """What is stored, against what the students were told."""
        findings = audit(self.site, self.turns)
        wrong = [f"{finding.what}: {finding.found}" for finding in findings if not finding.holds]
        found = "; ".join(wrong) or f"{len(self.turns)} turns kept and ended, nothing twice, nothing out of order"
        return Row("what is stored", self.server, found, not wrong)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())
