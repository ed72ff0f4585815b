"""The API of threads, messages and runs: permissions, responses and errors."""

import pytest

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Message, Thread
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory

pytestmark = pytest.mark.django_db
THREADS = "/api/v2/threads/"


@pytest.fixture
def thread(student) -> Thread:
    return ThreadFactory(student=student)


def test_a_student_opens_a_thread_and_sends_a_message(client_for) -> None:
    client = client_for("student")
    activity = ActivityFactory()
    opened = client.post(THREADS, {"activity_id": activity.pk})
    assert opened.status_code == 201
    assert opened.data["scenario_id"] == activity.character_id
    sent = client.post(f"{THREADS}{opened.data['id']}/runs/", {"content": "Good morning, I'm Sam, a student."})
    assert sent.status_code == 202
    assert (sent.data["status"], sent.data["message"]) == ("queued", None)
    messages = client.get(f"{THREADS}{opened.data['id']}/messages/")
    assert [(message["role"], message["message"]) for message in messages.data["results"]] == [
        ("user", "Good morning, I'm Sam, a student.")
    ]
    assert client.get(f"/api/v2/runs/{sent.data['id']}/").data["status"] == "queued"


WHO = ["student", "other_student", "unapproved", "instructor", "admin", "anonymous"]
READING = dict(zip(WHO, [200, 404, 404, 200, 200, 401], strict=True))
SPEAKING = dict(zip(WHO, [202, 404, 404, 403, 403, 401], strict=True))


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("tail", ["", "messages/", "runs/"])
def test_who_can_read_a_thread(who: str, tail: str, thread: Thread, client_for) -> None:
    MessageFactory(thread=thread)
    assert client_for(who).get(f"{THREADS}{thread.pk}/{tail}").status_code == READING[who]


@pytest.mark.parametrize("who", WHO)
def test_who_can_send_messages(who: str, thread: Thread, client_for) -> None:
    answer = client_for(who).post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello"})
    assert answer.status_code == SPEAKING[who]
    assert thread.messages.count() == (1 if who == "student" else 0)


@pytest.mark.parametrize("who", WHO)
def test_who_can_read_a_run(who: str, thread: Thread, client_for) -> None:
    run = RunFactory(thread=thread)
    assert client_for(who).get(f"/api/v2/runs/{run.pk}/").status_code == READING[who]


def test_students_list_their_own_threads_and_instructors_all(thread: Thread, client_for) -> None:
    ThreadFactory()
    assert [row["id"] for row in client_for("student").get(THREADS).data["results"]] == [str(thread.pk)]
    assert client_for("instructor").get(THREADS).data["count"] == 2


def test_the_list_of_threads_takes_a_fixed_number_of_queries(client_for, django_assert_num_queries) -> None:
    client = client_for("instructor")
    ThreadFactory.create_batch(5)
    with django_assert_num_queries(4):  # one for how they stand, and one for who is told of suspended threads
        assert client.get(THREADS).data["count"] == 5


def test_the_list_of_runs_takes_a_fixed_number_of_queries(
    thread: Thread, client_for, django_assert_num_queries
) -> None:
    client = client_for("student")
    for _ in range(4):
        run = RunFactory(thread=thread, status="completed")
        MessageFactory(thread=thread, role="assistant", run=run)
    with django_assert_num_queries(4):
        runs = client.get(f"{THREADS}{thread.pk}/runs/").data["results"]
    assert [run["message"]["role"] for run in runs] == ["assistant"] * 4


def test_a_hidden_scenario_cannot_be_chosen(client_for) -> None:
    hidden = AssistantScenarioFactory(enable=False)
    refused = client_for("student").post(THREADS, {"scenario_id": hidden.pk})
    assert refused.status_code == 400
    assert set(refused.data["fields"]) == {"scenario_id"}
    assert client_for("instructor").post(THREADS, {"scenario_id": hidden.pk}).status_code == 201


def test_a_message_during_a_run_is_a_conflict_that_names_the_run(thread: Thread, client_for) -> None:
    client = client_for("student")
    first = client.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello"})
    second = client.post(f"{THREADS}{thread.pk}/runs/", {"content": "Hello?"})
    assert second.status_code == 409
    assert second.data["code"] == "run_in_progress"
    assert second.data["run_id"] == first.data["id"]
    assert thread.messages.count() == 1


def test_only_instructors_see_the_checks(thread: Thread, client_for) -> None:
    check = {"attempt": 1, "rule": "role_break", "action": "regenerated"}
    run = RunFactory(thread=thread, checks=[check])
    assert client_for("student").get(f"/api/v2/runs/{run.pk}/").data["checks"] == []
    assert client_for("instructor").get(f"/api/v2/runs/{run.pk}/").data["checks"] == [{**check, "facts": []}]


RUBBISH = [
    b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b'{"content": null}', b'{"content": ""}', b'{"content": "  "}',
    b'{"content": 7, "scenario_id": "x"}', b'{"content": ["x"]}', b'{"content": "\\u0000"}', b"\xff\xfe",
    b'{"content": "x", "activity_id": 99999999999999999999999}', b'{"content": "x", "scenario_id": true}',
    b'{"content": "' + b"x" * 10_001 + b'"}', b'{"content": {"a": 1}}', b'{"content": "\\ud800"}',
]  # fmt: skip


@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: body[:30].decode("latin-1"))
def test_malformed_bodies_are_rejected_and_change_nothing(body: bytes, thread: Thread, client_for) -> None:
    answer = client_for("student").generic("POST", f"{THREADS}{thread.pk}/runs/", body, "application/json")
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]
    assert answer.json()["detail"]
    assert not Message.objects.exists()


@pytest.mark.parametrize("identity", ["nope", "1", "7f3c2c1e-5b1e-4a55-9f8e-2f0f5a1f0a11", "%00", "..", "a" * 500])
@pytest.mark.parametrize("path", ["threads/{}/", "threads/{}/messages/", "threads/{}/runs/", "runs/{}/"])
def test_an_unknown_id_is_not_found(identity: str, path: str, client_for) -> None:
    client = client_for("student")
    answers = [client.get("/api/v2/" + path.format(identity))]
    if path.endswith("}/runs/"):
        answers.append(client.post("/api/v2/" + path.format(identity), {"content": "Hello"}))
    for answer in answers:
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_urls_work_with_and_without_a_trailing_slash(thread: Thread, client_for) -> None:
    client = client_for("student")
    assert client.get("/api/v2/threads").status_code == client.get("/api/v2/threads/").status_code == 200
    assert client.post(f"/api/v2/threads/{thread.pk}/runs", {"content": "Hello"}).status_code == 202


def test_messages_are_paginated_oldest_first(thread: Thread, client_for) -> None:
    texts = [MessageFactory(thread=thread).content for _ in range(5)]
    client = client_for("student")
    page = client.get(f"{THREADS}{thread.pk}/messages/?page_size=3")
    rest = client.get(page.data["next"])
    assert [message["message"] for message in page.data["results"] + rest.data["results"]] == texts
    assert rest.data["next"] is None


@pytest.mark.parametrize(("who", "status"), [("student", 403), ("instructor", 200), ("unapproved", 403)])
def test_only_instructors_read_the_prompt(who: str, status: int, client_for) -> None:
    activity = ActivityFactory()
    answer = client_for(who).get(f"/api/v2/activities/{activity.pk}/context/")
    assert answer.status_code == status
    assert (activity.character.scenario_text in str(answer.data)) == (status == 200)


def test_the_prompt_of_an_unknown_activity_is_not_found(client_for) -> None:
    assert client_for("instructor").get("/api/v2/activities/999999/context/").status_code == 404


@pytest.mark.parametrize("rubbish", ["1e400", "-1e400", "1.5", "true", "[]", "{}", '"x"', "9" * 30])
@pytest.mark.parametrize("name", ["activity_id", "scenario_id"])
def test_a_malformed_id_is_rejected(name: str, rubbish: str, thread: Thread, client_for) -> None:
    # Rows that a truncated number would match. In a fresh database, they may be the thread's own.
    patient = AssistantScenario.objects.filter(pk=1).first() or AssistantScenarioFactory(pk=1)
    if not Activity.objects.filter(pk=1).exists():
        ActivityFactory(pk=1, character=patient)
    client = client_for("student")
    client.raise_request_exception = False
    for path, more in ((THREADS, ""), (f"{THREADS}{thread.pk}/runs/", ', "content": "Hello"')):
        answer = client.generic("POST", path, f'{{"{name}": {rubbish}{more}}}', content_type="application/json")
        assert answer.status_code == 400, (path, answer.content)
        assert list(answer.json()["fields"]) == [name]
    assert Thread.objects.count() == 1
    assert not Message.objects.exists()


def test_a_filter_does_not_reveal_whether_hidden_rows_exist(client_for, student, other_student) -> None:
    hidden = ActivityFactory(character=AssistantScenarioFactory(enable=False))
    ids = {"activity_id": hidden.pk, "scenario_id": hidden.character_id, "student_id": other_student.pk}
    client = client_for("student")
    for name, pk in ids.items():
        answers = [client.get(f"{THREADS}?{name}={one}") for one in (pk, 2**31 - 1)]
        assert [(answer.status_code, answer.json()["results"]) for answer in answers] == [(200, [])] * 2, name
