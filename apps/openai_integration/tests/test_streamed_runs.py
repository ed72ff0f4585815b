"""Runs in mode `stream`: what is published to readers, and what is stored."""

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

from apps.llm import streams, transport
from apps.openai_integration.conversation import message_log, run_inputs
from apps.openai_integration.conversation.events import publishing
from apps.openai_integration.conversation.events.streams import stored_entries
from apps.openai_integration.conversation.run_attempt import RunAttempt
from apps.openai_integration.jobs import leases, usage
from apps.openai_integration.models import Message, Run, Usage
from apps.openai_integration.models.jobs import LEASE
from apps.openai_integration.services import pausing
from apps.openai_integration.services.runs import RunService
from apps.openai_integration.tasks import run_conversation_async
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.test_runs import replies, take
from apps.roleplay.reply_check import FALLBACKS
from apps.scenarios.tests.factories import AssistantScenarioFactory
from tests.mocks.openai_mock import Emulator
from tests.stack import wait_until

pytestmark = pytest.mark.django_db
SAID = "Ten a day, I'm afraid. I began at sixteen. My wife hates it!"
BROKEN = "Ten a day, I'm afraid. As an AI language model, I cannot smoke. Ask me more."


@pytest.fixture(params=["responses", "chat_completions"])
def run(request, settings, emulator: Emulator) -> Run:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = request.param, "stream"
    return make_run()


def make_run() -> Run:
    facts = "- smoking, cigarettes: I smoke ten a day."
    scenario = AssistantScenarioFactory(scenario_text="Tom Reed, 30, a cook.", additional_instructions=facts)
    thread = ThreadFactory(activity=None, scenario=scenario)
    return RunFactory(thread=thread, user_message=MessageFactory(thread=thread, content="Do you smoke?"))


def published(run: Run) -> list[dict[str, Any]]:
    return [{"kind": entry.kind, **json.loads(entry.data)} for entry in stored_entries(run.pk)]


def kinds(run: Run) -> list[tuple[str, int]]:
    return [(event["kind"], event["attempt"]) for event in published(run)]


def published_text(run: Run, attempt: int) -> list[str]:
    return [event["text"] for event in published(run) if event["kind"] == "delta" and event["attempt"] == attempt]


def test_a_reply_is_published_by_sentences_and_then_stored(run: Run, emulator: Emulator) -> None:
    emulator.fault("say", text=SAID)
    take(run)
    assert (run.status, run.attempts, replies(run)) == ("completed", 1, [SAID])
    assert [text.strip() for text in published_text(run, 1)] == SAID.replace(". ", ".|").split("|")
    assert "".join(published_text(run, 1)) == SAID
    events = published(run)
    assert [event["kind"] for event in events] == ["status", *["delta"] * 3, "message", "done"]
    assert (events[-2]["message"]["message"], events[-1]["status"]) == (SAID, "completed")
    row = Usage.objects.get(run=run)
    assert (row.outcome, row.model) == ("answered", "openai-emulator")
    assert row.output_tokens > 0
    assert 0 <= row.first_text_ms <= row.latency_ms


def test_a_broken_rule_ends_the_stream_before_its_sentence_is_published(run: Run, emulator: Emulator) -> None:
    emulator.settings(latency_s=1.0)
    emulator.fault("say", text=BROKEN)
    emulator.fault("say", text=SAID)
    take(run)
    assert replies(run) == [SAID]
    assert run.checks == [{"attempt": 1, "rule": "role_break", "action": "regenerated"}]
    assert published_text(run, 1) == ["Ten a day, I'm afraid."]
    assert ("reset", 2) in kinds(run)
    assert "".join(published_text(run, 2)) == SAID
    assert kinds(run).index(("reset", 2)) < kinds(run).index(("delta", 2))
    assert "language model" not in json.dumps(published(run))
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["stopped", "answered"]
    assert "only as the patient" in json.dumps(emulator.requests()[-1]["json"])


@pytest.mark.parametrize(
    ("fault", "rule"), [({"kind": "say", "text": BROKEN}, "role_break"), ({"kind": "empty_text"}, "empty_reply")]
)
def test_after_two_rejected_replies_the_stream_ends_with_a_fallback(run: Run, emulator: Emulator, fault, rule) -> None:
    emulator.fault(**fault, times=0)
    take(run)
    assert (run.status, run.attempts) == ("completed", 2)
    assert [(check["rule"], check["action"]) for check in run.checks] == [(rule, "regenerated"), (rule, "fallback")]
    assert len(replies(run)) == 1
    assert replies(run)[0] in FALLBACKS["en"]
    assert published(run)[-2]["message"]["message"] == replies(run)[0]
    assert len(emulator.requests()) == 2


def test_an_interrupted_stream_is_restarted(run: Run, emulator: Emulator) -> None:
    emulator.fault("cut_stream")
    take(run)
    assert (run.status, run.attempts, len(replies(run))) == ("completed", 2, 1)
    assert kinds(run)[:3] == [("status", 1), ("status", 1), ("status", 2)]
    assert [event["status"] for event in published(run)[:3]] == ["in_progress", "queued", "in_progress"]
    assert kinds(run)[3] == ("reset", 2)
    assert "".join(published_text(run, 2)) == replies(run)[0]
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["interrupted", "answered"]


def test_a_failure_is_published(run: Run, emulator: Emulator) -> None:
    emulator.fault("insufficient_quota")
    take(run)
    assert kinds(run) == [("status", 1), ("failure", 1), ("error", 1), ("done", 1)]
    assert [event["code"] for event in published(run)[1:3]] == ["quota_exhausted", "quota_exhausted"]
    assert published(run)[3]["status"] == "failed"
    assert replies(run) == []


def test_the_call_of_a_dead_worker_is_recorded_as_lost(run: Run, emulator: Emulator) -> None:
    assert RunAttempt.claim(str(run.pk))
    assert Usage.objects.get().outcome == "begun"
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    take(run)
    assert list(Usage.objects.order_by("pk").values_list("outcome", flat=True)) == ["lost", "answered"]
    assert (run.status, run.attempts) == ("completed", 2)


def test_the_open_call_of_an_ended_run_is_recorded_as_lost(run: Run, emulator: Emulator) -> None:
    assert RunAttempt.claim(str(run.pk))
    RunService.cancel(run=run)
    assert usage.write_off_orphans(now=timezone.now()) == 0, "its worker may still write it"
    assert usage.write_off_orphans(now=timezone.now() + 2 * LEASE) == 1
    assert Usage.objects.get().outcome == "lost"


@pytest.mark.django_db(transaction=True)
def test_cancelling_a_run_stops_its_stream(run: Run, emulator: Emulator, monkeypatch) -> None:
    monkeypatch.setattr(leases, "_renewer", leases._Renewer(timedelta(seconds=0.1)))
    emulator.settings(latency_s=10)

    def work() -> None:
        run_conversation_async(run_id=str(run.pk))
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until(lambda: bool(emulator.requests()), "the model is asked")
    RunService.cancel(run=run)
    worker.join()
    assert replies(run) == []
    assert Usage.objects.get().outcome == "given_up"
    assert Run.objects.get(pk=run.pk).status == "cancelled"


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
    """Counts database queries, except those for the test's own savepoints."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            self.made.append(sql)
        return execute(sql, params, many, context)


@pytest.mark.parametrize(("mode", "polls", "most"), [("stream", 1, 13), ("call", 1, 13), ("poll", 3, 21)])
def test_a_run_takes_few_queries(settings, emulator: Emulator, mode: str, polls: int, most: int) -> None:
    settings.OPENAI_API, settings.OPENAI_RUN_MODE = "responses", mode
    queries = Queries()
    run, past = make_run(), timezone.now() - timedelta(seconds=1)
    for _ in range(polls):
        with connection.execute_wrapper(queries):
            run_conversation_async(run_id=str(run.pk))
        Run.objects.filter(pk=run.pk, status="in_progress").update(next_attempt_at=past, lease_until=past)
    assert Run.objects.get(pk=run.pk).status == "completed"
    assert Message.objects.filter(run=run).count() == 1
    assert len(queries.made) <= most, "\n".join(sql[:90] for sql in queries.made)


def test_a_reply_rejected_during_a_pause_is_requested_again_after_it(run: Run, emulator: Emulator, monkeypatch) -> None:
    emulator.fault("say", text=BROKEN)
    stream = streams.stream

    @contextmanager
    def paused_meanwhile(request: Any, **kwargs: Any) -> Iterator[Any]:
        with stream(request, **kwargs) as pieces:
            pausing.pause(by="ops")
            yield pieces

    with monkeypatch.context() as during:
        during.setattr(streams, "stream", paused_meanwhile)
        run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.attempts, len(emulator.requests())) == ("queued", 1, 1)
    assert kinds(run)[-2:] == [("reset", 2), ("status", 1)]
    pausing.resume(by="ops")
    emulator.fault("say", text=SAID)
    take(run)
    assert (run.status, run.attempts, replies(run)) == ("completed", 2, [SAID])
    assert [check["action"] for check in run.checks] == ["regenerated"]


def test_after_a_lost_piece_no_other_is_published(run: Run, emulator: Emulator, monkeypatch) -> None:
    emulator.fault("say", text=SAID)
    publish, lost = publishing.publish, []

    def forgetful(run: Run, *events: Any) -> bool:
        if not lost and events[0].kind == "delta":
            lost.append(events[0])
            return False
        return publish(run, *events)

    monkeypatch.setattr(publishing, "publish", forgetful)
    take(run)
    assert lost
    assert replies(run) == [SAID]
    assert [kind for kind, _ in kinds(run)] == ["status", "message", "done"]


@pytest.mark.django_db(transaction=True)
def test_storing_a_reply_is_retried_while_the_database_is_down(emulator: Emulator, monkeypatch) -> None:
    run = make_run()
    emulator.fault("say", text=SAID)
    refusals = iter([OperationalError("the server is starting up"), InterfaceError("the connection is closed")])
    append = message_log.append_message

    def refused_twice(**fields: Any) -> Message:
        for refusal in refusals:
            raise refusal
        return append(**fields)

    monkeypatch.setattr(message_log, "append_message", refused_twice)
    run_conversation_async(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.status, replies(run), len(emulator.requests())) == ("completed", [SAID], 1)
    assert [row.outcome for row in Usage.objects.filter(run=run)] == ["answered"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["stream", "call", "poll"])
def test_a_call_holds_no_connection_even_for_a_new_scenario(
    settings, emulator: Emulator, monkeypatch, mode: str
) -> None:
    settings.OPENAI_RUN_MODE = mode
    run_inputs._version_content.cache_clear()
    run, post, held = make_run(), transport.post, []

    def observed_post(*sent: Any) -> Any:
        held.append(connection.connection is not None)
        return post(*sent)

    monkeypatch.setattr(transport, "post", observed_post)
    run_conversation_async(run_id=str(run.pk))
    assert held == [False]
