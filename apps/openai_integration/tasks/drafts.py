"""The ways of asking the model for a reply: waiting for it, coming back for it, showing it while it is written."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from apps.openai_integration.conversation.events.publishing import delta
from apps.openai_integration.conversation.sentence_boundaries import complete
from apps.openai_integration.jobs import usage
from apps.openai_integration.jobs.leases import keep_lease
from apps.openai_integration.llm import client
from apps.openai_integration.llm.responses import Answer, ModelError
from apps.openai_integration.tasks.turns import Draft, Turn

# A background answer is looked for after this long, and then the less often the longer it takes.
_FIRST_LOOK_S, _LEAST_S, _MOST_S = 2.0, 1.0, 3.0


@dataclass(frozen=True)
class Wait:
    """The answer is being made at the provider: come back after `delay_s`. `begun_as` is the id of a new one."""

    delay_s: float
    begun_as: str = ""


def call(turn: Turn) -> Draft:
    """Wait for the whole reply."""
    with keep_lease(turn.run, turn.token) as lease, turn.calling():
        answer = client.complete(turn.request(), given_up=lease.is_lost)
        turn.note(answer)
    return _judged(turn, answer)


def stream(turn: Turn) -> Draft:
    """Show each sentence as soon as it has passed the check; a rule that one breaks ends the stream at once."""
    # Where a `reset` was lost too, readers would put these pieces behind those of the attempt before.
    text, shown, live = "", 0, turn.told
    with (
        keep_lease(turn.run, turn.token) as lease,
        turn.calling(),
        client.stream(turn.request(), given_up=lease.is_lost) as pieces,
    ):
        for piece in pieces:
            text = text + piece if text else piece.lstrip()
            end = shown + complete(text[shown:])
            if end == shown:
                continue
            rule = turn.check.rule_broken_so_far(text[:end])
            if rule:
                turn.note(None, latency_ms=turn.passed_ms(), first_text_ms=pieces.first_text_ms)
                return Draft(text[:end], settings.OPENAI_MODEL, rule)
            # After a piece that was lost the others would be a text with a hole.
            live = live and turn.tell(delta(turn.run.attempts, text[shown:end]))
            shown = end
        answer = pieces.answer
        turn.note(answer, first_text_ms=pieces.first_text_ms)
    return _judged(turn, answer, rest=text[shown:].rstrip() if live else "")


def poll(turn: Turn) -> Draft | Wait:
    """Begin a background answer, or look whether it is there."""
    if not turn.run.upstream_id:
        with keep_lease(turn.run, turn.token), turn.calling():
            # Not given up half-way: the answer would be made, and nobody would know its id to delete it.
            return Wait(_jittered(_FIRST_LOOK_S), client.start(turn.request()))
    with keep_lease(turn.run, turn.token) as lease:
        answer = _look(turn, lease.is_lost)
    if answer is None:
        waited = (timezone.now() - (turn.run.started_at or timezone.now())).total_seconds()
        return Wait(_jittered(min(_MOST_S, max(_LEAST_S, waited / 3))))
    turn.note(answer, latency_ms=usage.age_ms(turn.run))
    return _judged(turn, answer)


WAYS: Mapping[str, Callable[[Turn], Draft | Wait]] = {"call": call, "poll": poll, "stream": stream}


def _look(turn: Turn, given_up: Callable[[], bool]) -> Answer | None:
    """The background answer, if it is there; raises its error, or that of the look itself, which has its own row."""
    begun = time.monotonic()
    try:
        return client.fetch(turn.run.upstream_id, timeout_s=turn.time_left(), given_up=given_up)
    except ModelError as error:
        if error.answer is None:
            usage.failed_look(turn.run, error, latency_ms=round((time.monotonic() - begun) * 1000))
        else:
            turn.note(error, latency_ms=usage.age_ms(turn.run))
        raise


def _judged(turn: Turn, answer: Answer, rest: str = "") -> Draft:
    return Draft(answer.text, answer.model, turn.check.rule_broken(answer.text), rest)


def _jittered(seconds: float) -> float:
    """About as long, so that the students of a hall do not come back in step."""
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311
