"""Producing a reply: which way the model is asked, and whether what it says may be shown."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.conf import settings

from apps.core.text.sentence_boundaries import GrowingText
from apps.llm import client, streams
from apps.llm.responses import Answer, ModelError
from apps.openai_integration.conversation.reply_check import fallback_reply
from apps.openai_integration.conversation.run_attempt import Failure, Outcome, Paused, PollLater, Reply, RunAttempt
from apps.openai_integration.conversation.run_inputs import RunInputs, time_left
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.jobs.usage import CallOutcome

# A background answer is looked for after this long, and then the less often the longer it takes.
_FIRST_LOOK_S, _LEAST_S, _MOST_S = 2.0, 1.0, 3.0


def generate(attempt: RunAttempt) -> Outcome:
    """Ask for a reply until one may be shown: a rule broken is asked about once more, then the patient dodges the
    question."""
    inputs = RunInputs(attempt.run)
    if not attempt.run.upstream_id:
        inputs.read()
    outcome = _ask(attempt, inputs)
    if isinstance(outcome, Reply) and outcome.rule:
        regenerated = attempt.regenerate(outcome)
        if regenerated is None:
            return Paused()
        outcome = _ask(attempt, inputs) if regenerated else outcome
    return _dodge(inputs, outcome) if isinstance(outcome, Reply) and outcome.rule else outcome


def _ask(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    mode = "poll" if attempt.run.upstream_id else settings.OPENAI_RUN_MODE
    outcome = STRATEGIES[mode](attempt, inputs)
    if isinstance(outcome, Failure) and outcome.error.code == "empty_answer" and outcome.error.answer and outcome.call:
        # A model that says nothing is asked again like one that says what it must not.
        return Reply("", outcome.error.answer.model, outcome.call, rule="empty_reply")
    return outcome


def _dodge(inputs: RunInputs, reply: Reply) -> Reply:
    return replace(reply, text=fallback_reply(inputs.student_turns, inputs.check.language), rest="")


def _call(attempt: RunAttempt, inputs: RunInputs) -> Reply | Failure:
    """Wait for the whole reply."""
    clock = _Clock()
    try:
        with keep_lease(attempt.run, attempt.token) as lease:
            answer = client.complete(inputs.request(), given_up=lease.is_lost)
    except ModelError as error:
        return clock.failure(error)
    return _judged(inputs, answer, CallOutcome(answer))


def _stream(attempt: RunAttempt, inputs: RunInputs) -> Reply | Failure:
    """Show each sentence as soon as it has passed the check; a rule that one breaks ends the stream at once."""
    # Where a `reset` was lost too, readers would put these pieces behind those of the attempt before.
    text, live = GrowingText(), attempt.publisher.reached
    clock = _Clock()
    try:
        with (
            keep_lease(attempt.run, attempt.token) as lease,
            streams.stream(inputs.request(), given_up=lease.is_lost) as pieces,
        ):
            for piece in pieces:
                sentences = text.add(piece)
                if not sentences:
                    continue
                if rule := inputs.check.rule_broken_so_far(text.given):
                    left = CallOutcome(None, clock.passed_ms(), pieces.first_text_ms)
                    return Reply(text.given, settings.OPENAI_MODEL, left, rule)
                # After a piece that was lost the others would be a text with a hole.
                live = live and attempt.publisher.piece(sentences)
    except ModelError as error:
        return clock.failure(error)
    call = CallOutcome(pieces.answer, first_text_ms=pieces.first_text_ms)
    return _judged(inputs, pieces.answer, call, rest=text.rest.rstrip() if live else "")


def _poll(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    """Begin a background answer, or look whether it is there."""
    return _look(attempt, inputs) if attempt.run.upstream_id else _begin(attempt, inputs)


def _begin(attempt: RunAttempt, inputs: RunInputs) -> PollLater | Failure:
    clock = _Clock()
    try:
        with keep_lease(attempt.run, attempt.token):
            # Not given up half-way: the answer would be made, and nobody would know its id to delete it.
            return PollLater(_jittered(_FIRST_LOOK_S), client.start(inputs.request()))
    except ModelError as error:
        return clock.failure(error)


def _look(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    run, clock = attempt.run, _Clock()
    try:
        with keep_lease(run, attempt.token) as lease:
            answer = client.fetch(run.upstream_id, timeout_s=time_left(run), given_up=lease.is_lost)
    except ModelError as error:
        if error.answer is None:
            # The look itself failed, which has a row of its own; the answer may still be there.
            usage.record_failed_poll(run, CallOutcome(error, clock.passed_ms()))
            return Failure(error, None)
        return Failure(error, CallOutcome(error, usage.age_ms(run)))
    if answer is None:
        return PollLater(_jittered(min(_MOST_S, max(_LEAST_S, run.worked_on_s / 3))))
    return _judged(inputs, answer, CallOutcome(answer, usage.age_ms(run)))


# By what OPENAI_RUN_MODE says.
STRATEGIES: Mapping[str, Callable[[RunAttempt, RunInputs], Reply | PollLater | Failure]] = {
    "call": _call,
    "poll": _poll,
    "stream": _stream,
}


def _judged(inputs: RunInputs, answer: Answer, call: CallOutcome, rest: str = "") -> Reply:
    return Reply(answer.text, answer.model, call, inputs.check.rule_broken(answer.text), rest)


class _Clock:
    """How long a call has taken."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def passed_ms(self) -> int:
        return round((time.monotonic() - self._begun) * 1000)

    def failure(self, error: ModelError) -> Failure:
        return Failure(error, CallOutcome(error, self.passed_ms()))


def _jittered(seconds: float) -> float:
    """About as long, so that the students of a hall do not come back in step."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311
