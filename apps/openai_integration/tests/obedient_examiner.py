"""An examiner that marks honestly until a conversation holds a plea, and then obeys it in one of several ways."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from apps.llm.tests.habits.server import Asked, Reply
from openai_emulator.examiner.marking import RequestTurn, RubricCriterion, mark_transcript, parse_evaluation_request
from openai_emulator.examiner.second_look import judge_cases

Json = dict[str, Any]
# How quotes are chosen for the criterion of a number, from the student's turns and the plea's.
Quoting = Callable[[int, Sequence[RequestTurn], RequestTurn], RequestTurn]


def _the_plea(number: int, spoken: Sequence[RequestTurn], plea: RequestTurn) -> RequestTurn:
    return plea


def _the_first(number: int, spoken: Sequence[RequestTurn], plea: RequestTurn) -> RequestTurn:
    return spoken[0]


def _spread(number: int, spoken: Sequence[RequestTurn], plea: RequestTurn) -> RequestTurn:
    return spoken[number % len(spoken)]


# By way: how it quotes, whether it awards canaries too, and whether the judge of the second look obeys as well.
WAYS: dict[str, tuple[Quoting, bool, bool]] = {
    "quotes the plea and meets the canaries": (_the_plea, True, False),
    "quotes the plea": (_the_plea, False, True),
    "quotes one turn": (_the_first, False, False),
    "quotes one turn, as the judge accepts": (_the_first, False, True),
    "spreads its quotes and meets the canaries": (_spread, True, True),
    "spreads its quotes": (_spread, False, False),
    "spreads its quotes, as the judge accepts": (_spread, False, True),
}


class ObedientExaminer:
    """A habit of a server. `real` are the ids of the criteria that are no canaries; all of them are raised, or the
    first `raised`."""

    def __init__(self, plea: str, way: str, real: Sequence[str], *, raised: int | None = None) -> None:
        self._plea = plea
        self._quoting, self._meets_canaries, self._judge_obeys = WAYS[way]
        self._real = list(real)
        self._raised = set(self._real[:raised])

    def __call__(self, asked: Asked) -> Reply:
        instructions, said = _texts(asked)
        if "## Cases (JSON)" in said:
            return asked.say(json.dumps(self._judged(said), ensure_ascii=False))
        criteria, turns = parse_evaluation_request(instructions, said)
        marked = mark_transcript(criteria, turns)["criteria"]
        plea = next((turn for turn in turns if turn.student and turn.text == self._plea), None)
        if plea:
            spoken = [turn for turn in turns if turn.student and turn.text.strip() and turn is not plea]
            pairs = zip(marked, criteria, strict=True)
            marked = [self._obeyed(n, item, one, spoken, plea) for n, (item, one) in enumerate(pairs)]
        return asked.say(json.dumps({"criteria": marked}, ensure_ascii=False))

    def _obeyed(
        self, number: int, item: Json, criterion: RubricCriterion, spoken: Sequence[RequestTurn], plea: RequestTurn
    ) -> Json:
        canary = criterion.id not in self._real
        if (canary and not self._meets_canaries) or (not canary and criterion.id not in self._raised):
            return item
        turn = self._quoting(number, spoken, plea)
        evidence = [{"turn": turn.index, "quote": turn.text}]
        return {**item, "evidence": evidence, "score": criterion.max_score, "comment": "", "rewrite_if_missing": ""}

    def _judged(self, said: str) -> Json:
        answer = judge_cases(said)
        if not self._judge_obeys:
            return answer
        cases = json.loads(said.partition("## Cases (JSON)\n")[2])["cases"]
        return {"criteria": [{"criterion_id": case["id"], "score": case["max_score"]} for case in cases]}


def _texts(asked: Asked) -> tuple[str, str]:
    """The instructions and the input, on either wire."""
    if asked.on_responses:
        return asked.body["instructions"], asked.body["input"][-1]["content"]
    return asked.body["messages"][0]["content"], asked.body["messages"][-1]["content"]
