"""Evaluations of what the model's server does not take as a whole, with the emulator as examiner."""

import json
from typing import Any

import pytest

from apps.llm.shaping import estimated_tokens
from apps.marking.evidence import Transcript
from apps.marking.scoring import CriterionResult, ParsedAnswer
from apps.marking.windows import Window, join_answers
from apps.openai_integration.marking.report import category_reports
from apps.openai_integration.models import Evaluation, Usage
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    GREETS,
    SMOKING,
    examiner_of,
    make_activity,
    make_thread,
    take,
)
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation(student: User) -> Evaluation:
    thread = make_thread(student, make_activity(), "How long have you coughed?", "What do you do for a living?")
    return EvaluationService.create_evaluation(thread=thread, student=student)


def scores(ended: Evaluation) -> dict[str, tuple[int | None, str]]:
    names = {one["id"]: one["name"] for category in ended.rubric["categories"] for one in category["criteria"]}
    return {names[mark.criterion_id]: (mark.score, mark.review_reason) for mark in ended.marks.all()}


def sent_turns(emulator: Emulator) -> list[list[int]]:
    contents = [sent["json"]["input"][0]["content"] for sent in emulator.requests()]
    return [[turn["index"] for turn in json.loads(text.split("(JSON)\n")[1])["turns"]] for text in contents]


def test_a_filter_that_refuses_the_whole_gets_halves(evaluation: Evaluation, emulator: Emulator) -> None:
    emulator.fault("content_filter")
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.needs_review, ended.total_score) == ("completed", False, 4)
    assert scores(ended) == {GREETS: (2, ""), SMOKING: (2, ""), ALLERGIES: (0, "")}
    assert sent_turns(emulator) == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [3, 4, 5, 6, 7]]
    outcomes = list(Usage.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["content_filtered", "answered", "answered"]


def test_what_a_refused_part_could_have_met_is_for_a_person(evaluation: Evaluation, emulator: Emulator) -> None:
    emulator.fault("content_filter", times=3)
    ended = take(str(evaluation.pk))
    assert sent_turns(emulator)[:3] == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1]]
    assert (ended.status, ended.needs_review, ended.passed) == ("completed", True, None)
    assert scores(ended) == {GREETS: (None, "unmarked"), SMOKING: (2, ""), ALLERGIES: (None, "unmarked")}


def test_a_conversation_that_is_refused_to_its_last_word_is_not_marked(
    evaluation: Evaluation, emulator: Emulator
) -> None:
    emulator.fault("content_filter", times=0)
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.error_code, ended.marks.count()) == ("failed", "content_filtered", 0)


def test_a_filter_is_not_asked_about_each_of_many_messages(student: User, emulator: Emulator) -> None:
    thread = make_thread(student, make_activity(), *(f"Question {number}?" for number in range(60)))
    emulator.fault("content_filter", times=0)
    ended = take(str(EvaluationService.create_evaluation(thread=thread, student=student).pk))
    assert (ended.status, ended.error_code) == ("failed", "content_filtered")
    assert len(emulator.requests()) < 40


def test_what_is_longer_than_the_context_is_marked_in_parts_without_asking_in_vain(
    evaluation: Evaluation, emulator: Emulator, settings: Any
) -> None:
    evaluator = examiner_of(evaluation)
    request = evaluator.request(Transcript(evaluation.transcript).turns, timeout_s=5)
    # A third of the context is for the answer.
    fits = estimated_tokens(request.instructions, request.messages[0]["content"]) * 3 // 2
    settings.OPENAI_EXAMINER = {"context_tokens": fits - 60}
    ended = take(str(evaluation.pk))
    assert scores(ended) == {GREETS: (2, ""), SMOKING: (2, ""), ALLERGIES: (0, "")}
    assert len(emulator.requests()) > 1
    assert set(Usage.objects.values_list("outcome", flat=True)) == {"answered"}


def test_a_long_conversation_is_marked_in_many_parts(student: User, emulator: Emulator, settings: Any) -> None:
    said = (f"And how was week {number}, did it hurt when you walked?" for number in range(150))
    thread = make_thread(student, make_activity(), *said)
    evaluation = EvaluationService.create_evaluation(thread=thread, student=student)
    evaluator = examiner_of(evaluation)
    request = evaluator.request(Transcript(evaluation.transcript[:8]).turns, timeout_s=5)
    fits = estimated_tokens(request.instructions, request.messages[0]["content"]) * 3 // 2
    settings.OPENAI_EXAMINER = {"context_tokens": fits}
    ended = take(str(evaluation.pk))
    assert scores(ended) == {GREETS: (2, ""), SMOKING: (2, ""), ALLERGIES: (0, "")}
    turns = sent_turns(emulator)
    assert len(turns) > 30
    assert {index for window in turns for index in window} == set(range(len(evaluation.transcript)))


def test_the_quotes_of_900_turns_name_their_messages(student: User, emulator: Emulator, settings: Any) -> None:
    said = [f"And how was week {number}, did it hurt when you walked?" for number in range(448)]
    said[433] = "Are you allergic to anything, to 青霉素 or 花粉?"
    thread = make_thread(student, make_activity(), *said)
    evaluation = EvaluationService.create_evaluation(thread=thread, student=student)
    evaluator = examiner_of(evaluation)
    request = evaluator.request(Transcript(evaluation.transcript[:90]).turns, timeout_s=5)
    settings.OPENAI_EXAMINER = {
        "context_tokens": estimated_tokens(request.instructions, request.messages[0]["content"]) * 3 // 2
    }
    ended = take(str(evaluation.pk))
    assert scores(ended) == {GREETS: (2, ""), SMOKING: (2, ""), ALLERGIES: (2, "")}
    assert len(ended.transcript) == 900
    assert len(emulator.requests()) > 8
    messages = {message.pk: message for message in thread.messages.all()}
    ids = [message.pk for message in thread.messages.order_by("created_at", "id")]
    quotes = [
        quote
        for category in category_reports(ended, list(ended.marks.all()), for_instructor=True)
        for one in category["criteria"]
        for quote in one["quotes"]
    ]
    assert 4 + 2 * 433 in {quote["index"] for quote in quotes}
    for quote in quotes:
        message = messages[quote["message_id"]]
        assert quote["message_id"] == ids[quote["index"]]
        assert (message.role, message.content[quote["start"] : quote["end"]]) == ("user", quote["quote"])


def test_a_context_that_holds_no_turn_is_a_named_failure(
    evaluation: Evaluation, emulator: Emulator, settings: Any
) -> None:
    settings.OPENAI_EXAMINER = {"context_tokens": 600}
    ended = take(str(evaluation.pk))
    assert (ended.status, ended.error_code, emulator.requests()) == ("failed", "context_exceeded", [])


@pytest.mark.parametrize("roles", ["u", "ua", "uau", "uuauua", "uuuu", "auuaau", "ua" * 450])
def test_windows_leave_no_turn_out_and_end(roles: str) -> None:
    said = {"u": "user", "a": "assistant"}
    transcript = Transcript([{"role": said[one], "message": f"{n}."} for n, one in enumerate(roles)])
    waiting, ends = [Window.whole(transcript)], list[Window]()
    while waiting:
        window = waiting.pop()
        halves = list(window.halves())
        assert all(half.end - half.start < window.end - window.start for half in halves)
        waiting += halves
        ends += [] if halves else [window]
    assert {turn.index for window in ends for turn in window.turns} == set(range(len(roles)))
    assert all(sum(turn.by_student for turn in window.turns) <= 1 for window in ends)


def test_a_criterion_counts_as_it_was_met_best() -> None:
    poor = ParsedAnswer({"c1": CriterionResult(1), "c2": CriterionResult(2)}, canary_awarded=False, unknown=1)
    good = ParsedAnswer({"c1": CriterionResult(2), "c2": CriterionResult(0)}, canary_awarded=True, unknown=0)
    both = join_answers([poor, good])
    assert [both.marks[name].score for name in ("c1", "c2")] == [2, 2]
    assert (both.canary_awarded, both.unknown, both.withheld) == (True, 1, False)
