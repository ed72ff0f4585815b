"""No text takes a rule longer than its length allows: twice the text, about twice the time.

One expression holds the interpreter until it is done, and with it everybody whom the process serves. So CPU time of
this thread is compared, never the time of the clock, and a growth counts only if it is there again in the minimum of
several repetitions and with a longer text.
"""

import gc
import re
import time
from collections.abc import Iterator

import pytest

from apps.roleplay.tests.replies import ordinary as ordinary_exchanges
from openai_emulator.patient.reply import MAX_INSTRUCTIONS, reply
from tests.hostile_text import Family, families
from tests.text_rules import RULES, Rule, checked_while_it_grows, forget, parse_evaluation_request

MOST_GROWTH = 2.5
# Shorter times say nothing.
FLOOR_S = 0.005
REPETITIONS = 4
# Where a sample took many seconds: as a multiple of other work, since machines differ. About a second on a usual one.
SAMPLE = 10
# As long a message as the service accepts.
LONGEST = 4000
# A message made of very many sentences takes no longer than so many times an ordinary one of its length.
SLOWER_AT_MOST = 10


@pytest.fixture(autouse=True)
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _seconds(rule: Rule, text: str, repetitions: int = 1) -> float:
    taken = []
    for _ in range(repetitions):
        forget()
        begun = time.thread_time()
        rule(text)
        taken.append(time.thread_time() - begun)
    return min(taken)


def _other_work() -> float:
    """The seconds that a fixed piece of other work takes on this machine now."""
    return _seconds(lambda numbers: [hash((one, str(one))) for one in range(int(numbers))], "300000", REPETITIONS)


def _grows(rule: Rule, family: Family, n: int, repetitions: int, *, times: int = 2) -> float:
    """How many times longer so many times the text takes; 0 where it takes no time worth measuring."""
    longer = _seconds(rule, family(times * n), repetitions)
    return longer / _seconds(rule, family(n), repetitions) if longer > FLOOR_S else 0.0


def _too_steep(rule: Rule, family: Family, n: int) -> bool:
    # A step, where something begins to be found, is one at one length only.
    tries = ((n, 1), (n, REPETITIONS), (2 * n, REPETITIONS), (4 * n, 2 * REPETITIONS))
    if not all(_grows(rule, family, length, repetitions) > MOST_GROWTH for length, repetitions in tries):
        return False
    # Four doublings at once: what is quadratic takes 256 times as long, and noise on a busy machine no 39 times.
    return _grows(rule, family, n, REPETITIONS, times=16) > MOST_GROWTH**4


@pytest.mark.parametrize("name", RULES)
def test_twice_the_text_takes_about_twice_the_time(name: str) -> None:
    rule, n = RULES[name]
    assert [kind for kind, family in families().items() if _too_steep(rule, family, n)] == []


def test_the_measure_finds_what_is_quadratic() -> None:
    quadratic = re.compile(r"\s*x")
    # Long enough to take time on any machine; a single measurement among others' work may be wrong.
    assert any(_too_steep(quadratic.search, families()["blanks"], 1500) for _ in range(3))


def test_there_are_many_families_of_the_length_asked_for() -> None:
    texts = {kind: family(1000) for kind, family in families().items()}
    assert len(set(texts.values())) > 250
    assert {kind: len(text) for kind, text in texts.items() if not 800 <= len(text) <= 1200} == {}


@pytest.mark.parametrize(
    "sentence", ["\u75bc\u3002", "a. ", "a\n", "Yes. No. ", "It hurts when I walk. ", "word ", "w"]
)
def test_a_growing_reply_is_checked_a_few_times_over_at_most(sentence: str) -> None:
    # Sentences of two characters in the first 400, and then what grows by an eighth each time.
    assert checked_while_it_grows(sentence * (20_000 // len(sentence))) < 400 * 400 / 4 + 10 * 20_000


_QUESTIONS = " ".join(f"topic{i} cough?" for i in range(600))
_FACTS = "\n".join(f"- topic{i}, cough{i}: I have fact{i}." for i in range(3000))[:MAX_INSTRUCTIONS]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("plain", "\u00e9" + "_" * 9999),
        ("what the student has said", "\u00e9" + "_" * 9999),
        ("plain", "a" + "\u0301\u0323" * 20_000),
        ("facts", "\n" * 20_000 + "x"),
        ("rule_broken", "x" + "\n" * 10_000 + "y"),
        ("breaks_role", "\n-" * 10_000),
        ("a marking", "```" + "\n" * 5000 + "x"),
        ("evidence", "aa " * 10_000),
        ("sentences", "." * 20_000 + "x"),
        ("a patient's instructions", "Ann " + "L" + "e" * 40 + "!"),
        ("a patient's facts", "- " + " " * 20_000 + "x"),
    ],
)
def test_what_once_took_many_seconds_does_not(rule: str, text: str) -> None:
    assert _seconds(RULES[rule][0], text, REPETITIONS) < SAMPLE * _other_work()


@pytest.mark.parametrize("rule", ["a sign of danger", "a whole run"])
def test_a_message_of_very_many_sentences_takes_little_longer_than_an_ordinary_one(rule: str) -> None:
    # The service asks for signs of danger while the request waits.
    ordinary = (" ".join(one.question for one in ordinary_exchanges()) * 2)[:LONGEST]
    texts = [". " * LONGEST, "x\n" * LONGEST, "I? " * LONGEST, " ".join(f"I{n}." for n in range(LONGEST))]
    usual = _seconds(RULES[rule][0], ordinary, REPETITIONS)
    slowest = max(_seconds(RULES[rule][0], text[:LONGEST], REPETITIONS) for text in texts)
    assert slowest < SLOWER_AT_MOST * usual


def test_the_patient_answers_a_message_full_of_questions_from_instructions_full_of_facts() -> None:
    conversation = [("user", _QUESTIONS), ("assistant", "I have fact7. " * 400)] * 100 + [("user", _QUESTIONS)]
    taken = _seconds(lambda facts: reply(facts, conversation), f"## What you know\n{_FACTS}", REPETITIONS)
    # The tracing of coverage slows this down more than other work, which is one line: 13 times that, and 9 without.
    assert taken < 4 * SAMPLE * _other_work()


def test_an_answer_with_thousands_of_entries_is_read_in_bounded_time() -> None:
    quotes = [f"do you smoke {i} cigars" for i in range(12)]
    items = [{"criterion_id": "c1", "score": 1, "evidence": quotes, "comment": "a"} for _ in range(2000)]
    taken = _seconds(lambda text: parse_evaluation_request(items, text), "Do you smoke cigars? " * 2000, 2)
    assert taken < SAMPLE * _other_work()
