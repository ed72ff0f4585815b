"""That a reply is in another language needs evidence, which a language that nobody described cannot give."""

import pytest

from apps.core.text.language import UNKNOWN, languages_of
from apps.roleplay.reply_check import ReplyCheck
from apps.roleplay.tests.replies import Exchange, exchanges, scenarios

ENGLISH = ["Hello, my name is Sam.", "How are you today?"]
UNKNOWN_LANGUAGES = exchanges("languages_without_profile.txt")
IN_BOTH = [one for one in UNKNOWN_LANGUAGES if sum(letter > "\u0370" for letter in one.reply) > len(one.reply) / 2]


def rules_broken(one: Exchange, *said: str) -> set[str]:
    """The rules that the reply breaks, as a whole and while it is streamed."""
    check = ReplyCheck(scenarios()[one.patient], said)
    return {rule for rule in (check.rule_broken(one.reply), check.rule_broken_so_far(one.reply)) if rule}


def test_a_conversation_in_an_unknown_language_breaks_no_rule() -> None:
    assert len({one.reply for one in UNKNOWN_LANGUAGES}) >= 125
    assert len({one.block for one in UNKNOWN_LANGUAGES}) >= 70
    broken = [
        f"{one.block}: {rules} {one.reply}"
        for one in UNKNOWN_LANGUAGES
        for said in ([one.question], [*ENGLISH, one.question], [one.question, *ENGLISH])
        if (rules := rules_broken(one, *said))
    ]
    assert broken == []


def test_a_reply_in_an_unknown_language_breaks_no_rule() -> None:
    replies = [one for one in UNKNOWN_LANGUAGES if one not in IN_BOTH]
    assert [one.reply for one in replies if rules_broken(one, *ENGLISH)] == []


def test_a_message_in_an_unknown_language_is_taken_for_no_other() -> None:
    """Single words, and English with a word of another language in it, say nothing."""
    asked = {one.question for one in UNKNOWN_LANGUAGES if len(one.question.split()) >= 3}
    known = [question for question in asked if not languages_of(question) & {UNKNOWN, "en"}]
    assert len(known) < 0.02 * len(asked), known


@pytest.mark.parametrize("one", exchanges("switches.txt"), ids=lambda one: f"{one.block}: {ascii(one.reply)[:40]}")
def test_a_clear_change_of_the_language_is_noticed(one: Exchange) -> None:
    assert "other_language" in rules_broken(one, one.question)
    assert "other_language" in rules_broken(one, *ENGLISH, one.question)


@pytest.mark.parametrize("one", IN_BOTH, ids=lambda one: one.block)
def test_only_the_students_own_use_allows_another_script(one: Exchange) -> None:
    assert rules_broken(one, *ENGLISH) == {"other_language"}
    assert rules_broken(one, *ENGLISH, one.question) == set()
