"""What the rules of words do with locked facts: true answers stay, and what nobody asked for is withheld."""

import random
from collections.abc import Callable, Iterable

import pytest

from apps.core.text.sentence_boundaries import complete_length
from apps.roleplay.reply_check import ReplyCheck
from apps.roleplay.reply_check.knowledge import knowledge_of
from apps.roleplay.tests.replies import Exchange, asked, invitations, ordinary, patients, untold, volunteered
from apps.scenarios.facts import facts_of

REGISTERS = {"clinical", "everyday", "indirect", "terse", "spoken"}
ABROAD = {"Keller": "de", "Dubois": "fr", "Romero": "es", "Conti": "it", "De Vries": "nl", "Almeida": "pt"}


def rule_broken(one: Exchange, question: str) -> str | None:
    """The rule that the reply breaks while it is streamed, or else as a whole."""
    check = ReplyCheck(patients()[one.patient], [question])
    ends = sorted({complete_length(one.reply[:length]) for length in range(1, len(one.reply) + 1)} - {0})
    return next((rule for end in ends if (rule := check.rule_broken_so_far(one.reply[:end]))), None) or (
        check.rule_broken(one.reply)
    )


def share(found: Iterable[object], of: int) -> float:
    return len(list(found)) / of


def without_marks(question: str) -> str:
    return question.replace("?", "").replace("\u00bf", "").strip()


def test_there_are_questions_of_every_register_in_every_language() -> None:
    assert len(asked()) >= 550
    assert {one.block for one in asked()} == REGISTERS
    for patient in ABROAD:
        assert {one.block for one in asked() if one.patient == patient} == REGISTERS
    assert len(untold()) >= 300
    assert len(volunteered()) >= 220


def test_an_invitation_asks_for_something() -> None:
    content = patients()["Margaret"]
    assert [said for said in invitations() if ReplyCheck(content, [said]).asks_nothing] == []


@pytest.mark.parametrize("written", [str, without_marks, str.upper])
def test_under_one_percent_of_true_answers_are_withdrawn(written: Callable[[str], str]) -> None:
    withdrawn = [f"{rule}: {one.question}" for one in asked() if (rule := rule_broken(one, written(one.question)))]
    assert share(withdrawn, len(asked())) < 0.01, withdrawn


def test_nine_tenths_of_what_is_volunteered_are_withheld() -> None:
    missed = [f"{one.question} {one.reply}" for one in volunteered() if rule_broken(one, one.question) != "locked_fact"]
    assert share(missed, len(volunteered())) <= 0.1, missed


def test_ordinary_replies_are_rarely_withheld() -> None:
    exchanges = [*untold(), *ordinary()]
    withheld = [f"{rule}: {one.question} {one.reply}" for one in exchanges if (rule := rule_broken(one, one.question))]
    assert share(withheld, len(exchanges)) < 0.002, withheld


def test_a_message_that_was_answered_before_withholds_nothing_that_it_asked_for() -> None:
    for one in asked():
        check = ReplyCheck(patients()[one.patient], [one.question, "Thank you."])
        asked_for = [position for position in range(3) if check.is_asked(position)]
        assert set(check.perhaps_told(one.reply)).isdisjoint(asked_for)


def test_what_is_told_is_asked_for_or_perhaps_told() -> None:
    exchanges = [*asked(), *volunteered()]
    missed = []
    for one in exchanges:
        check = ReplyCheck(patients()[one.patient], [one.question])
        if not check.perhaps_told(one.reply) and not any(map(check.is_asked, range(3))):
            missed.append(f"{one.question} {one.reply}")
    assert share(missed, len(exchanges)) < 0.03, missed


def test_under_two_percent_of_ordinary_replies_are_perhaps_told() -> None:
    exchanges = [*untold(), *ordinary()]
    found = [
        f"{one.question} {one.reply}"
        for one in exchanges
        if ReplyCheck(patients()[one.patient], [one.question]).perhaps_told(one.reply)
    ]
    assert share(found, len(exchanges)) < 0.02, found


def test_the_rules_and_the_ledger_count_the_same_locked_facts() -> None:
    chance = random.Random(1)
    pieces = [
        "- ",
        "* ",
        "[locked] ",
        "[locked]",
        "[LOCKED]:",
        "a, b: ",
        "Diagnosis: x",
        "Opening: hi",
        "\n",
        "\r\n",
        "text",
    ]
    for _ in range(3000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 9)))
        locked = [fact for fact in facts_of(text) if fact.locked]
        assert len(knowledge_of({"additional_instructions": text}).locked) == len(locked), text
