"""Each habit of a server, over HTTP: what comes of it, how many calls it takes, and what is sent once it is known."""

import pytest

from apps.llm import client, streams
from apps.llm.responses import Answer, ModelError
from apps.llm.tests.habits import endings, envelopes, events, ledgers, refusals, thinking
from apps.llm.tests.habits.habit import STREAMED, Habit
from apps.llm.tests.habits.server import Server
from apps.llm.tests.test_client import request

ROWS = [*refusals.ROWS, *envelopes.ROWS, *events.ROWS, *thinking.ROWS, *endings.ROWS, *ledgers.ROWS]
CASES = {
    f"{habit.name}-{wire}-{way}": (habit, wire, way) for habit in ROWS for wire in habit.wires for way in habit.ways
}


def ask(habit: Habit, way: str) -> Answer | ModelError:
    """What a question becomes. All that was shown of an answer is in it, unless it was cut."""
    asked = request(**dict(habit.fields))
    try:
        if way != STREAMED:
            return client.complete(asked)
        with streams.stream(asked) as stream:
            shown = "".join(stream)
        assert shown.startswith(stream.answer.text) if stream.answer.cut else shown == stream.answer.text
        return stream.answer
    except ModelError as error:
        return error


def check(habit: Habit, became: Answer | ModelError) -> None:
    if isinstance(became, Answer):
        assert became.text == habit.becomes
        assert became.input_tokens > 0 < became.output_tokens
        return
    told = (became.code, became.retryable, became.absent)
    assert told == (habit.becomes, habit.retryable, habit.absent), became.said
    if habit.retry_after is not None:
        assert became.retry_after == pytest.approx(habit.retry_after, abs=2)


@pytest.mark.parametrize(("habit", "wire", "way"), CASES.values(), ids=CASES)
def test_what_comes_of_a_habit(settings, habit: Habit, wire: str, way: str) -> None:
    settings.OPENAI_EMULATED = False
    settings.OPENAI_API = wire
    settings.OPENAI_REASONING_EFFORT = ""
    with Server(habit.server) as server:
        settings.OPENAI_BASE_URL = server.base_url
        check(habit, ask(habit, way))
        assert len(server.asked) <= habit.calls
        assert habit.sent(server.asked[-1]), server.asked[-1].body
        first = len(server.asked)
        again = ask(habit, way)
    if isinstance(again, Answer) or habit.later == 1:
        assert len(server.asked) - first <= habit.later
        assert habit.sent(server.asked[-1]), server.asked[-1].body


def test_there_are_rows_enough_and_none_twice() -> None:
    names = [habit.name for habit in ROWS]
    assert len(names) >= 100
    assert len(names) == len(set(names))
