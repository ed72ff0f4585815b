"""Generates a run's reply: calls the model in the configured mode and checks what it says."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.conf import settings

from apps.core.text.sentence_boundaries import GrowingText
from apps.llm import client, streams
from apps.llm.endpoints import endpoint
from apps.llm.requests import ModelRequest
from apps.llm.responses import Answer, ModelError
from apps.openai_integration.conversation.ledger import (
    SHOWN,
    Assessment,
    Judgement,
    judge_request,
    judgement_in,
    judgement_of,
)
from apps.openai_integration.conversation.run_attempt import (
    Failure,
    Noticed,
    Outcome,
    Paused,
    PollLater,
    Reply,
    RunAttempt,
)
from apps.openai_integration.conversation.run_inputs import RunInputs, time_left
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.jobs.usage import CallOutcome
from apps.openai_integration.welfare import second_look
from apps.roleplay.reply_check import fallback_reply

# Polling intervals for a background response. They grow with the time that the run has taken.
_FIRST_POLL_S, _MIN_POLL_S, _MAX_POLL_S = 2.0, 1.0, 3.0

# Requests for one reply to a model whose context is not known: the first that is refused tells its size.
_CONTEXT_TRIES = 4
# Seconds for the small call that judges what was told.
_LONGEST_JUDGING_S = 15.0


def generate(attempt: RunAttempt) -> Outcome:
    """Request a reply and check it.

    A reply that breaks a rule is requested once more. If the second one breaks a rule too, a fallback reply replaces
    it.
    """
    inputs = RunInputs(attempt.run)
    if not attempt.run.upstream_id:
        inputs.preload()
        if found_by := second_look.found_by(attempt.run, attempt.token, inputs.said_since_reply):
            return Noticed(found_by)
    outcome = _request_reply(attempt, inputs)
    if isinstance(outcome, Failure) and outcome.error.code == "content_filtered":
        found_by = second_look.found_by_refusal(attempt.run)
        return Noticed(found_by, outcome.call) if found_by else outcome
    if isinstance(outcome, Reply) and outcome.rule:
        regenerated = attempt.regenerate(outcome)
        if regenerated is None:
            return Paused()
        outcome = _request_reply(attempt, inputs) if regenerated else outcome
    return _with_fallback(inputs, outcome) if isinstance(outcome, Reply) and outcome.rule else outcome


def _request_reply(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    mode = "poll" if attempt.run.upstream_id else settings.OPENAI_RUN_MODE
    for _ in range(_CONTEXT_TRIES):
        outcome = STRATEGIES[mode](attempt, inputs)
        too_long = isinstance(outcome, Failure) and outcome.error.code == "context_exceeded"
        if not too_long or not inputs.shrink():
            break
    if isinstance(outcome, Failure) and outcome.error.code == "empty_answer" and outcome.error.answer and outcome.call:
        # An empty answer is requested again, like one that breaks a rule.
        return Reply("", outcome.error.answer.model, outcome.call, rule="empty_reply")
    return outcome


def _with_fallback(inputs: RunInputs, reply: Reply) -> Reply:
    return replace(reply, text=fallback_reply(inputs.student_message_count, inputs.check.language) or "", rest="")


def _call(attempt: RunAttempt, inputs: RunInputs) -> Reply | Failure:
    """Wait for the whole reply."""
    stopwatch = _Stopwatch()
    try:
        with keep_lease(attempt.run, attempt.token) as lease:
            answer = client.complete(inputs.request(), given_up=lease.is_lost)
    except ModelError as error:
        return stopwatch.failure(error)
    return _checked(attempt, inputs, answer, CallOutcome(answer))


def _stream(attempt: RunAttempt, inputs: RunInputs) -> Reply | Failure:
    """Publish each sentence once it has passed the check; stop at the first one that breaks a rule.

    From the first sentence on that may tell a locked fact unasked, they wait for the model's judgement.
    """
    # If the last `reset` was lost, readers would append these pieces to those of the previous attempt.
    text, live = GrowingText(), attempt.publisher.delivered
    shown, held = "", False
    stopwatch = _Stopwatch()
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
                    elapsed_ms, partial = stopwatch.elapsed_ms(), pieces.partial
                    stopped = CallOutcome(None, elapsed_ms, pieces.first_text_ms, partial=partial)
                    model = (partial and partial.model) or endpoint("patient").model
                    return Reply(text.given, model, stopped, rule)
                held = held or bool(inputs.ledger.undecided(text.given))
                if not held:
                    # Once a piece is lost, later ones would leave a gap in the text, so none are published.
                    live = live and attempt.publisher.delta(sentences)
                    shown = text.given
    except ModelError as error:
        return stopwatch.failure(error)
    call = CallOutcome(pieces.answer, first_text_ms=pieces.first_text_ms)
    answer = _as_shown(pieces.answer, shown)
    return _checked(attempt, inputs, answer, call, rest=answer.text[len(shown) :] if live else "")


def _as_shown(answer: Answer, shown: str) -> Answer:
    """The answer, beginning with what has been shown. One that was cut may be shorter than that."""
    text = answer.text.strip()
    return replace(answer, text=text if text.startswith(shown) else shown)


def _poll(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    """Start a background response, or fetch the one that was started."""
    return _fetch_background(attempt, inputs) if attempt.run.upstream_id else _start_background(attempt, inputs)


def _start_background(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    stopwatch = _Stopwatch()
    try:
        with keep_lease(attempt.run, attempt.token):
            # Never abandoned half-way: the provider would keep a response whose id nobody knows and nobody could
            # delete.
            begun = client.start(inputs.request())
    except ModelError as error:
        return stopwatch.failure(error)
    if isinstance(begun, Answer):  # a server that knows no background
        return _checked(attempt, inputs, begun, CallOutcome(begun))
    return PollLater(_jittered(_FIRST_POLL_S), begun, left_out=inputs.left_out)


def _fetch_background(attempt: RunAttempt, inputs: RunInputs) -> Reply | PollLater | Failure:
    run, stopwatch = attempt.run, _Stopwatch()
    try:
        with keep_lease(run, attempt.token) as lease:
            answer = client.fetch(run.upstream_id, timeout_s=time_left(run), shown=SHOWN, given_up=lease.is_lost)
    except ModelError as error:
        if error.answer is None:
            # Only the poll failed; the response may still arrive.
            usage.record_aside(run, CallOutcome(error, stopwatch.elapsed_ms()))
            return Failure(error, None)
        return Failure(error, CallOutcome(error, usage.open_call_age_ms(run)))
    if answer is None:
        return PollLater(_jittered(min(_MAX_POLL_S, max(_MIN_POLL_S, run.worked_on_s / 3))))
    return _checked(attempt, inputs, answer, CallOutcome(answer, usage.open_call_age_ms(run)))


# Keys are the values of OPENAI_RUN_MODE.
STRATEGIES: Mapping[str, Callable[[RunAttempt, RunInputs], Reply | PollLater | Failure]] = {
    "call": _call,
    "poll": _poll,
    "stream": _stream,
}


def _checked(attempt: RunAttempt, inputs: RunInputs, answer: Answer, call: CallOutcome, rest: str = "") -> Reply:
    rule = inputs.check.rule_broken(answer.text)
    found = Assessment(rule=rule) if rule else _assessed(attempt, inputs, answer)
    return Reply(
        answer.text, answer.model, call, found.rule, rest, left_out=inputs.left_out, facts=found.facts, told=found.told
    )


def _assessed(attempt: RunAttempt, inputs: RunInputs, answer: Answer) -> Assessment:
    judgement = judgement_of(answer.fields)
    if judgement is None and (undecided := inputs.ledger.undecided(answer.text)):
        judgement = _judged(
            attempt,
            judge_request(
                undecided, inputs.last_said, answer.text, timeout_s=min(_LONGEST_JUDGING_S, time_left(attempt.run))
            ),
        )
    return inputs.ledger.assess(answer.text, judgement, again=bool(attempt.run.checks))


def _judged(attempt: RunAttempt, request: ModelRequest) -> Judgement | None:
    """The model's judgement in a small call; None where there is none to be had."""
    stopwatch = _Stopwatch()
    try:
        with keep_lease(attempt.run, attempt.token) as lease:
            answer = client.complete(request, given_up=lease.is_lost)
    except ModelError as error:
        usage.record_aside(attempt.run, CallOutcome(error, stopwatch.elapsed_ms()))
        return None
    usage.record_aside(attempt.run, CallOutcome(answer))
    return judgement_in(answer.text)


class _Stopwatch:
    """Measures how long a call takes."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)

    def failure(self, error: ModelError) -> Failure:
        return Failure(error, CallOutcome(error, self.elapsed_ms()))


def _jittered(seconds: float) -> float:
    """Vary a delay by up to 25 %, so that runs which started together do not poll together."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311
