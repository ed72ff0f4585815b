"""How often the check turns away what an ordinary patient says."""

import time
from collections.abc import Sequence
from typing import Any

from apps.activities.samples import teaching_set
from apps.core.text.sentence_boundaries import complete
from apps.openai_integration.conversation.prompt import ContextBuilder
from apps.openai_integration.conversation.reply_check import ReplyCheck
from apps.openai_integration.tests.replies import ordinary, scenarios
from openai_emulator.patient.reply import reply as emulated_reply

MOST_FALSE_ALARMS = 0.01
EVERY = 7


def rule_met(content: dict[str, Any], said: Sequence[str], reply: str) -> str | None:
    """The rule that stops the reply when it comes piece by piece, else as a whole."""
    check = ReplyCheck(content, said)
    released = sorted({complete(reply[:length]) for length in range(1, len(reply) + 1)} - {0})
    met = (check.rule_broken_so_far(reply[:length]) for length in released)
    return next((rule for rule in met if rule), None) or check.rule_broken(reply)


def report(what: str, turned_away: list[str], total: int) -> None:
    print(f"{what}: {len(turned_away)} of {total} turned away ({len(turned_away) / total:.2%})")  # noqa: T201
    assert len(turned_away) < MOST_FALSE_ALARMS * total, turned_away


def test_under_one_percent_of_ordinary_replies_are_turned_away() -> None:
    exchanges = ordinary()
    assert len({one.reply for one in exchanges}) >= 350
    turned_away = [
        f"{rule}: {one.question} {one.reply}"
        for one in exchanges
        if (rule := rule_met(scenarios()[one.patient], [one.question], one.reply))
    ]
    report("ordinary replies", turned_away, len(exchanges))


def test_under_one_percent_of_what_the_sample_patients_say_is_turned_away() -> None:
    questions = [one.question for one in ordinary() if one.patient == "Margaret"][::EVERY]
    turned_away, total = [], 0
    for sample in teaching_set.scenarios():
        content = {**sample, "additional_instructions": "\n".join(sample["additional_instructions"])}
        instructions = ContextBuilder(content).build_full_context()
        talk: list[tuple[str, str]] = []
        for question in [*teaching_set.read_sample("demo_consultation")["student_messages"], *questions]:
            reply = emulated_reply(instructions, [*talk, ("user", question)])
            rule = rule_met(content, [*(text for role, text in talk if role == "user"), question], reply)
            turned_away += [f"{rule}: {question} {reply}"] if rule else []
            total += 1
            if len(talk) < 12:
                talk += [("user", question), ("assistant", reply)]
    assert total >= 300
    report("replies of the sample patients", turned_away, total)


def test_a_sentence_of_a_long_talk_is_judged_in_under_a_millisecond() -> None:
    persona = "\n".join(one.reply for one in ordinary() if one.patient == "Margaret")[:3000]
    content = {**scenarios()["Margaret"], "scenario_text": persona}
    check = ReplyCheck(content, [one.question for one in ordinary()][:40])
    check.rule_broken_so_far("Hello.")
    replies = [one.reply for one in ordinary()][:200]
    begun = time.process_time()
    for reply in replies:
        check.rule_broken_so_far(reply)
    assert (time.process_time() - begun) / len(replies) < 0.001
