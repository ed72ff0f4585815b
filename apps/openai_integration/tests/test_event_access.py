"""Permissions and tickets for run events, and `events_url` in the API."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core import signing
from django.test import AsyncClient
from django.utils import timezone

from apps.openai_integration.conversation.events import publishing, streams
from apps.openai_integration.conversation.events.tickets import RECONNECT_GRACE, events_url
from apps.openai_integration.models import ModelPause, Run, Thread
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.users.models import User

pytestmark = pytest.mark.django_db
STREAM = "text/event-stream"


@pytest.fixture
def run(student: User) -> Run:
    return RunFactory(thread__student=student)


@pytest.fixture
def url(run: Run) -> str:
    return f"/api/v2/runs/{run.pk}/events/"


def ask(client: Any, path: str, **headers: str) -> Any:
    return client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("who", "status"), [("student", 200), ("instructor", 200), ("other_student", 404), ("anonymous", 401)]
)
@pytest.mark.parametrize("slash", ["/", ""])
def test_who_may_follow_a_run(client_for, url: str, who: str, status: int, slash: str) -> None:
    answer = ask(client_for(who), url.rstrip("/") + slash, accept=STREAM)
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"] == STREAM
    else:
        assert answer.json().keys() == {"code", "detail"}


def test_a_ticket_is_valid_for_its_run_and_user_only(client_for, student: User, run: Run, url: str) -> None:
    anyone, ticketed = client_for(None), events_url(run, student)
    assert ask(anyone, ticketed, accept=STREAM).status_code == 200
    ticket = parse_qs(urlsplit(ticketed).query)["ticket"][0]
    other = RunFactory(thread__student=student)
    forged = signing.Signer(sep=".", salt="another").sign_object([run.pk.hex, student.pk])
    for path in (
        *(f"{url}?ticket={rubbish}" for rubbish in ("", "x", ticket[:-1], f"{ticket}x", "%FF%FE", "ü.ü", "." * 4000)),
        f"{url}?ticket={forged}",
        f"/api/v2/runs/{other.pk}/events/?ticket={ticket}",
        f"/api/v2/runs/{uuid4()}/events/?ticket={ticket}",
        f"/api/v2/runs/{'9' * 3000}/events/?ticket={ticket}",
    ):
        refused = ask(anyone, path, accept=STREAM)
        assert (refused.status_code, refused.json()["code"]) == (401, "ticket_not_valid"), path
    assert ask(anyone, f"{url}?ticket=%00").status_code == 400
    # It gives access to nothing else, and only while its user may read the run.
    assert ask(anyone, f"/api/v2/runs/{run.pk}/?ticket={ticket}").status_code == 401
    Thread.objects.filter(pk=run.thread_id).update(student=None)
    assert ask(anyone, ticketed).status_code == 404
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert ask(anyone, ticketed).json()["code"] == "user_inactive"


@pytest.mark.parametrize(
    ("status", "past_deadline", "expected"),
    [
        ("completed", timedelta(), 204),
        ("completed", RECONNECT_GRACE + timedelta(seconds=1), 401),
        ("queued", timedelta(minutes=5), 200),  # a pause stops the clock of waiting runs
    ],
)
def test_a_ticket_is_valid_until_the_deadline(client_for, student, status, past_deadline, expected) -> None:
    ModelPause.objects.create(began_at=timezone.now() - timedelta(minutes=6), began_by="a test")
    run = RunFactory(thread__student=student, status=status, deadline_at=timezone.now() - past_deadline)
    assert ask(client_for(None), events_url(run, student), accept=STREAM).status_code == expected


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "head"])
def test_only_get_is_allowed(client_for, url: str, method: str) -> None:
    answer = getattr(client_for("student"), method)(url)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("accept", "status"),
    [(STREAM, 200), ("*/*", 200), ("text/html, text/*;q=0.5", 200), ("application/json", 406), ("\ud800;,", 406)],
)
def test_clients_must_accept_event_streams(client_for, url: str, accept: str, status: int) -> None:
    answer = ask(
        client_for("student"), f"{url}?format=json", accept=accept.encode("latin1", "replace").decode("latin1")
    )
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == "not_acceptable"


def test_cors_allows_event_streams(student: User, run: Run, settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    client = AsyncClient()
    answer = async_to_sync(client.get)(events_url(run, student), headers={"Origin": "https://app.example"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "https://app.example")


def test_under_wsgi_the_response_has_the_events_so_far_and_ends(client_for, student: User) -> None:
    run = RunFactory(thread__student=student)
    publishing.publish(run, publishing.delta_event(1, "Good"), publishing.delta_event(1, " morning."))
    path = f"/api/v2/runs/{run.pk}/events/"
    events = ask(client_for("student"), path).content.decode().split("\n\n")
    assert [event.split("\n")[1] for event in events[1:-1]] == ["event: status", *["event: delta"] * 2]
    first_delta = events[2].partition("\n")[0].removeprefix("id: ")
    again = ask(client_for("student"), path, last_event_id=first_delta).content.decode()
    assert again.startswith(f"retry: 1000\n\nid: {first_delta}\nevent: status\n")
    assert again.count("event: delta") == 1
    assert '"text":" morning."' in again


@pytest.mark.parametrize("last_event_id", ["", "0-0", "1795423318456-0", f"{streams.HIGHEST}-1", "rubbish"])
@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "expired", "incomplete"])
def test_an_ended_run_has_no_stream(client_for, student: User, status: str, last_event_id: str) -> None:
    run = RunFactory(thread__student=student, status=status)
    reply = MessageFactory(thread=run.thread, role="assistant", run=run) if status == "completed" else None
    publishing.publish(run, *publishing.end_events(run, reply))
    path = f"/api/v2/runs/{run.pk}"
    answer = ask(
        client_for("student"), f"{path}/events/", **({"last-event-id": last_event_id} if last_event_id else {})
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert ask(client_for("other_student"), f"{path}/events/").status_code == 404
    shown = client_for("student").get(f"{path}/").json()
    assert (shown["status"], bool(shown["message"])) == (status, status == "completed")


def test_an_open_run_has_an_events_url_for_its_caller(client_for, student: User) -> None:
    run = RunFactory(thread__student=student)
    path = f"/api/v2/runs/{run.pk}/"
    shown = {who: client_for(who).get(path).json() for who in ("student", "instructor")}
    assert shown["student"]["events_url"] == events_url(run, student)
    assert shown["instructor"]["events_url"].split("?")[0] == shown["student"]["events_url"].split("?")[0]
    assert shown["instructor"]["events_url"] != shown["student"]["events_url"]
    assert shown["student"]["paused"] is False
    ModelPause.objects.create(began_at=timezone.now(), began_by="a test")
    assert client_for("student").get(path).json()["paused"] is True
    Run.objects.filter(pk=run.pk).update(status="cancelled", finished_at=timezone.now())
    ended = client_for("student").get(path).json()
    assert (ended["events_url"], ended["paused"]) == (None, False)


@pytest.mark.parametrize("ended", [1, 8])
def test_a_list_of_runs_takes_a_fixed_number_of_queries(client_for, student, ended, django_assert_num_queries) -> None:
    thread = ThreadFactory(student=student)
    for run in RunFactory.create_batch(ended, thread=thread, status="completed"):
        MessageFactory(thread=thread, role="assistant", run=run)
    RunFactory(thread=thread)
    client = client_for("student")
    with django_assert_num_queries(5):  # the caller, the thread, the page, its replies, the pause
        answer = client.get(f"/api/v2/threads/{thread.pk}/runs/")
    assert len(answer.json()["results"]) == ended + 1


def test_a_stream_expires_after_the_deadline(run: Run) -> None:
    publishing.publish(run, publishing.reset_event(1))
    left = streams.EVENTS.ask(lambda client: client.ttl(streams.stream_key(run.pk)), otherwise=0)
    assert 0 < left <= (run.deadline_at - timezone.now() + publishing.STREAM_LIFETIME).total_seconds() + 1
