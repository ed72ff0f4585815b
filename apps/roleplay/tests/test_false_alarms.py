"""The share of ordinary replies that the check rejects by mistake."""

import time
from collections.abc import Sequence
from typing import Any

from apps.activities.samples import teaching_set
from apps.core.text.sentence_boundaries import complete_length
from apps.roleplay.prompt import ContextBuilder
from apps.roleplay.reply_check import ReplyCheck
from apps.roleplay.tests.replies import ordinary, scenarios
from openai_emulator.patient.reply import reply as emulated_reply

MAX_FALSE_ALARM_RATE = 0.01
EVERY = 7


def first_broken_rule(content: dict[str, Any], student_messages: Sequence[str], reply: str) -> str | None:
    """The first rule that the reply breaks while streaming, or else as a whole."""
    check = ReplyCheck(content, student_messages)
    released = sorted({complete_length(reply[:length]) for length in range(1, len(reply) + 1)} - {0})
    met = (check.rule_broken_so_far(reply[:length]) for length in released)
    return next((rule for rule in met if rule), None) or check.rule_broken(reply)


def report(what: str, rejected: list[str], total: int) -> None:
    print(f"{what}: {len(rejected)} of {total} rejected ({len(rejected) / total:.2%})")  # noqa: T201
    assert len(rejected) < MAX_FALSE_ALARM_RATE * total, rejected


def test_under_one_percent_of_ordinary_replies_are_rejected() -> None:
    exchanges = ordinary()
    assert len({one.reply for one in exchanges}) >= 350
    rejected = [
        f"{rule}: {one.question} {one.reply}"
        for one in exchanges
        if (rule := first_broken_rule(scenarios()[one.patient], [one.question], one.reply))
    ]
    report("ordinary replies", rejected, len(exchanges))


def test_under_one_percent_of_the_sample_patients_replies_are_rejected() -> None:
    questions = [one.question for one in ordinary() if one.patient == "Margaret"][::EVERY]
    rejected, total = [], 0
    for sample in teaching_set.scenarios():
        content = {**sample, "additional_instructions": "\n".join(sample["additional_instructions"])}
        instructions = ContextBuilder(content).build_full_context()
        history: list[tuple[str, str]] = []
        for question in [*teaching_set.read_sample("demo_consultation")["student_messages"], *questions]:
            reply = emulated_reply(instructions, [*history, ("user", question)])
            rule = first_broken_rule(content, [*(text for role, text in history if role == "user"), question], reply)
            rejected += [f"{rule}: {question} {reply}"] if rule else []
            total += 1
            if len(history) < 12:
                history += [("user", question), ("assistant", reply)]
    assert total >= 300
    report("replies of the sample patients", rejected, total)


def test_a_sentence_of_a_long_thread_is_checked_as_fast_as_one_of_a_short_thread() -> None:
    persona = "\n".join(one.reply for one in ordinary() if one.patient == "Margaret")[:3000]
    replies = [one.reply for one in ordinary()][:200]
    short = _seconds_a_reply(scenarios()["Margaret"], ["Hello?"], replies)
    content = {**scenarios()["Margaret"], "scenario_text": persona}
    assert _seconds_a_reply(content, [one.question for one in ordinary()][:40], replies) < 4 * short


def _seconds_a_reply(content: dict[str, Any], student_messages: Sequence[str], replies: Sequence[str]) -> float:
    """The CPU time of checking one of these replies, the least of three tries."""
    check, taken = ReplyCheck(content, student_messages), []
    for _ in range(4):
        begun = time.thread_time()
        for reply in replies:
            check.rule_broken_so_far(reply)
        taken.append((time.thread_time() - begun) / len(replies))
    # The first compiles what the check looks for.
    return min(taken[1:])
