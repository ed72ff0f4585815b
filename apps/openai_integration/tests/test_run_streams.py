"""Turns in mode `stream`: what those who follow a run are told, and what is left behind."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from apps.llm import client
from apps.openai_integration.conversation import message_log, run_inputs
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.streams import stored_entries
from apps.openai_integration.conversation.reply_check import FALLBACKS
from apps.openai_integration.conversation.run_attempt import RunAttempt
from apps.openai_integration.jobs import leases, usage
from apps.openai_integration.models import Message, Run, Usage
from apps.openai_integration.models.jobs import LEASE
from apps.openai_integration.services import pausing
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tasks import run_conversation_async
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.test_runs import replies, take
from apps.scenarios.tests.factories import AssistantScenarioFactory
from tests.mocks.openai_mock import Emulator
from tests.stack import wait_until

pytestmark = pytest.mark.django_db
SAID = "Ten a day, I'm afraid. I began at sixteen. My wife hates it!"
BROKEN = "Ten a day, I'm afraid. As an AI language model, I cannot smoke. Ask me more."


@pytest.fixture(params=["responses", "chat_completions"])
def turn(request, settings, emulator: Emulator) -> Run:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = request.param, "stream"
    return asked()


def asked() -> Run:
    scenario = AssistantScenarioFactory(scenario_text="Tom Reed, 30, a cook.", additional_instructions="")
    thread = ThreadFactory(activity=None, scenario=scenario)
    return RunFactory(thread=thread, user_message=MessageFactory(thread=thread, content="Do you smoke?"))


def told(run: Run) -> list[dict[str, Any]]:
    return [{"kind": entry.kind, **json.loads(entry.data)} for entry in stored_entries(run.pk)]


def kinds(run: Run) -> list[tuple[str, int]]:
    return [(event["kind"], event["attempt"]) for event in told(run)]


def shown(run: Run, attempt: int) -> list[str]:
    return [event["text"] for event in told(run) if event["kind"] == "delta" and event["attempt"] == attempt]


def test_a_reply_is_shown_by_sentences_and_then_kept(turn: Run, emulator: Emulator) -> None:
    emulator.fault("say", text=SAID)
    take(turn)
    assert (turn.status, turn.attempts, replies(turn)) == ("completed", 1, [SAID])
    assert [text.strip() for text in shown(turn, 1)] == SAID.replace(". ", ".|").split("|")
    assert "".join(shown(turn, 1)) == SAID
    events = told(turn)
    assert [event["kind"] for event in events] == ["status", *["delta"] * 3, "message", "done"]
    assert (events[-2]["message"]["message"], events[-1]["status"]) == (SAID, "completed")
    row = Usage.objects.get(run=turn)
    assert (row.outcome, row.model) == ("answered", "openai-emulator")
    assert row.output_tokens > 0
    assert 0 <= row.first_text_ms <= row.latency_ms


def test_a_rule_broken_ends_the_stream_before_its_sentence_is_shown(turn: Run, emulator: Emulator) -> None:
    emulator.settings(latency_s=1.0)
    emulator.fault("say", text=BROKEN)
    emulator.fault("say", text=SAID)
    take(turn)
    assert replies(turn) == [SAID]
    assert turn.checks == [{"attempt": 1, "rule": "role_break", "action": "regenerated"}]
    assert shown(turn, 1) == ["Ten a day, I'm afraid."]
    assert ("reset", 2) in kinds(turn)
    assert "".join(shown(turn, 2)) == SAID
    assert kinds(turn).index(("reset", 2)) < kinds(turn).index(("delta", 2))
    assert "language model" not in json.dumps(told(turn))
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["stopped", "answered"]
    assert "only as the patient" in json.dumps(emulator.requests()[-1]["json"])


@pytest.mark.parametrize(
    ("fault", "rule"), [({"kind": "say", "text": BROKEN}, "role_break"), ({"kind": "empty_text"}, "empty_reply")]
)
def test_after_two_such_replies_the_patient_dodges(turn: Run, emulator: Emulator, fault, rule) -> None:
    emulator.fault(**fault, times=0)
    take(turn)
    assert (turn.status, turn.attempts) == ("completed", 2)
    assert [(check["rule"], check["action"]) for check in turn.checks] == [(rule, "regenerated"), (rule, "fallback")]
    assert len(replies(turn)) == 1
    assert replies(turn)[0] in FALLBACKS["en"]
    assert told(turn)[-2]["message"]["message"] == replies(turn)[0]
    assert len(emulator.requests()) == 2


def test_a_stream_cut_in_the_middle_is_begun_anew(turn: Run, emulator: Emulator) -> None:
    emulator.fault("cut_stream")
    take(turn)
    assert (turn.status, turn.attempts, len(replies(turn))) == ("completed", 2, 1)
    assert kinds(turn)[:3] == [("status", 1), ("status", 1), ("status", 2)]
    assert [event["status"] for event in told(turn)[:3]] == ["in_progress", "queued", "in_progress"]
    assert kinds(turn)[3] == ("reset", 2)
    assert "".join(shown(turn, 2)) == replies(turn)[0]
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["interrupted", "answered"]


def test_a_failure_is_told(turn: Run, emulator: Emulator) -> None:
    emulator.fault("insufficient_quota")
    take(turn)
    assert kinds(turn) == [("status", 1), ("error", 1), ("done", 1)]
    assert (told(turn)[1]["code"], told(turn)[2]["status"]) == ("quota_exhausted", "failed")
    assert replies(turn) == []


def test_the_row_of_a_call_whose_worker_died_is_lost(turn: Run, emulator: Emulator) -> None:
    assert RunAttempt.claim(str(turn.pk))
    assert Usage.objects.get().outcome == "begun"
    Run.objects.filter(pk=turn.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    take(turn)
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["lost", "answered"]
    assert (turn.status, turn.attempts) == ("completed", 2)


def test_the_row_of_a_call_whose_run_ended_without_it_is_lost(turn: Run, emulator: Emulator) -> None:
    assert RunAttempt.claim(str(turn.pk))
    RunService.cancel(run=turn)
    assert usage.write_off_orphans(now=timezone.now()) == 0, "its worker may still write it"
    assert usage.write_off_orphans(now=timezone.now() + 2 * LEASE) == 1
    assert Usage.objects.get().outcome == "lost"


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_is_cancelled_stops_its_stream(turn: Run, emulator: Emulator, monkeypatch) -> None:
    monkeypatch.setattr(leases, "_renewer", leases._Renewer(timedelta(seconds=0.1)))
    emulator.settings(latency_s=10)

    def work() -> None:
        run_conversation_async(run_id=str(turn.pk))
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: bool(emulator.requests()), "the model is asked")
    RunService.cancel(run=turn)
    worker.join()
    assert replies(turn) == []
    assert Usage.objects.get().outcome == "given_up"
    assert Run.objects.get(pk=turn.pk).status == "cancelled"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_leases_are_renewed_again_after_the_database_was_away(error: type[Exception], monkeypatch) -> None:
    renewer = leases._Renewer(timedelta(seconds=0.01))
    answers, renewed = iter([error]), threading.Event()

    def renew() -> None:
        if failure := next(answers, None):
            raise failure
        renewed.set()

    monkeypatch.setattr(renewer, "renew", renew)
    token = uuid4()
    renewer.hold(Run, token)
    try:
        assert renewed.wait(60)
    finally:
        renewer.drop(token)


class Queries:
    """Round trips to the database but those of a test's own savepoints."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            self.made.append(sql)
        return execute(sql, params, many, context)


@pytest.mark.parametrize(("mode", "looks", "most"), [("stream", 1, 12), ("call", 1, 12), ("poll", 3, 20)])
def test_a_turn_makes_few_queries(settings, emulator: Emulator, mode: str, looks: int, most: int) -> None:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = "responses", mode
    queries = Queries()
    run, past = asked(), timezone.now() - timedelta(seconds=1)
    for _ in range(looks):
        with connection.execute_wrapper(queries):
            run_conversation_async(run_id=str(run.pk))
        Run.objects.filter(pk=run.pk, status="in_progress").update(next_attempt_at=past, lease_until=past)
    assert Run.objects.get(pk=run.pk).status == "completed"
    assert Message.objects.filter(run=run).count() == 1
    assert len(queries.made) <= most, "\n".join(sql[:90] for sql in queries.made)


def test_what_is_turned_away_during_a_pause_is_asked_for_after_it(turn: Run, emulator: Emulator, monkeypatch) -> None:
    emulator.fault("say", text=BROKEN)
    stream = client.stream

    @contextmanager
    def paused_meanwhile(request: Any, **kwargs: Any) -> Iterator[Any]:
        with stream(request, **kwargs) as pieces:
            pausing.pause(by="ops")
            yield pieces

    with monkeypatch.context() as during:
        during.setattr(client, "stream", paused_meanwhile)
        run_conversation_async(run_id=str(turn.pk))
    turn.refresh_from_db()
    assert (turn.status, turn.attempts, len(emulator.requests())) == ("queued", 1, 1)
    assert kinds(turn)[-2:] == [("reset", 2), ("status", 1)]
    pausing.resume(by="ops")
    emulator.fault("say", text=SAID)
    take(turn)
    assert (turn.status, turn.attempts, replies(turn)) == ("completed", 2, [SAID])
    assert [check["action"] for check in turn.checks] == ["regenerated"]


def test_after_a_piece_that_was_lost_no_other_is_shown(turn: Run, emulator: Emulator, monkeypatch) -> None:
    emulator.fault("say", text=SAID)
    publish, lost = publishing.publish, []

    def forgetful(run: Run, *events: Any) -> bool:
        if not lost and events[0].kind == "delta":
            lost.append(events[0])
            return False
        return publish(run, *events)

    monkeypatch.setattr(publishing, "publish", forgetful)
    take(turn)
    assert lost
    assert replies(turn) == [SAID]
    assert [kind for kind, _ in kinds(turn)] == ["status", "message", "done"]


@pytest.mark.django_db(transaction=True)
def test_a_reply_that_the_database_does_not_take_at_once_is_kept(emulator: Emulator, monkeypatch) -> None:
    run = asked()
    emulator.fault("say", text=SAID)
    refusals = iter([OperationalError("the server is starting up"), InterfaceError("the connection is closed")])
    append = message_log.append_message

    def refused_twice(**said: Any) -> Message:
        for refusal in refusals:
            raise refusal
        return append(**said)

    monkeypatch.setattr(message_log, "append_message", refused_twice)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, replies(run), len(emulator.requests())) == ("completed", [SAID], 1)
    assert [row.outcome for row in Usage.objects.filter(run=run)] == ["answered"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["stream", "call", "poll"])
def test_a_call_holds_no_connection_however_new_its_patient_is(
    settings, emulator: Emulator, monkeypatch, mode: str
) -> None:
    settings.OPENAI_RUN_MODE = mode
    run_inputs._version_content.cache_clear()
    run, post, held = asked(), client._post, []

    def looked_at(*sent: Any) -> Any:
        held.append(connection.connection is not None)
        return post(*sent)

    monkeypatch.setattr(client, "_post", looked_at)
    run_conversation_async(run_id=str(run.pk))
    assert held == [False]
