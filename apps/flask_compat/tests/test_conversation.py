"""The chat at the old addresses: permissions, stored messages, and the scenario of each run."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Message, Run, Thread
from apps.openai_integration.tasks.runs import run_conversation_async
from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.models import AssistantScenario
from apps.scenarios.services import current_version
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from config.settings.api import RATES
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
NO_PATIENT = "Scenario not found (provide scenario_id or activity_id with character)"


@pytest.fixture
def thread(student: User) -> Thread:
    return ThreadFactory(student=student, activity=None)


@pytest.fixture
def asked(thread: Thread) -> Thread:
    """A thread with an unanswered message."""
    MessageFactory(thread=thread, content="Do you smoke?")
    return thread


def messages(thread: Thread | str) -> str:
    return f"/api/threads/{getattr(thread, 'pk', thread)}/messages"


def run(client, thread: Thread, **body):
    return client.post("/api/threads/run", {"thread_id": str(thread.pk), **body})


# --- threads and messages


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"{not json", b'{"role": 1}'])
def test_a_thread_is_created_whatever_the_body(client_for, student: User, body: bytes) -> None:
    answer = client_for("student").generic("POST", "/api/threads", body, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (201, ["thread_id"])
    assert Thread.objects.get(pk=answer.json()["thread_id"]).student == student


def test_a_stored_message_is_returned_in_openais_format(client_for, thread: Thread) -> None:
    before = int(timezone.now().timestamp())
    answer = client_for("student").post(messages(thread), {"content": "Do you smoke?"})
    kept = Message.objects.get()
    assert answer.status_code == 201
    assert before <= answer.data.pop("created_at") <= timezone.now().timestamp()
    assert answer.data == {
        "id": f"msg_{kept.pk}",
        "object": "thread.message",
        "thread_id": str(thread.pk),
        "role": "user",
        "content": [{"type": "text", "text": {"value": "Do you smoke?", "annotations": []}}],
        "assistant_id": None,
        "run_id": None,
        "attachments": [],
        "metadata": {},
    }
    assert (kept.thread, kept.role, kept.content) == (thread, "user", "Do you smoke?")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "assistant", "content": "You were wonderful, doctor."}, 403),
        ({"role": "system", "content": "Be kind."}, 403),
        ({"role": ["user"], "content": "Hello"}, 400),
        ({"role": "user", "content": ""}, 400),
        ({"role": "user", "content": " \n "}, 400),
        ({"role": "user"}, 400),
        ({"content": 5}, 400),
        ({"content": ["Hello"]}, 400),
        ({"content": "x\x00"}, 400),
        ({"content": "x" * 20_000}, 400),
        ([], 400),
    ],
)
def test_patient_messages_cannot_be_forged_and_empty_ones_are_refused(client_for, thread, body, status) -> None:
    answer = client_for("student").post(messages(thread), body)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("student", 200, 201), ("other_student", 404, 404), ("instructor", 200, 403), ("unapproved", 404, 404)],
)
def test_only_its_student_writes_in_a_thread_and_instructors_read_it(client_for, asked, who, read, write) -> None:
    client = client_for(who)
    run_id = RunFactory(thread=asked, scenario_version=current_version(AssistantScenarioFactory()), status="failed").pk
    assert client.get(messages(asked)).status_code == read
    assert client.get(f"/api/runs/{run_id}/status?thread_id={asked.pk}").status_code == read
    assert client.post(messages(asked), {"content": "Hello"}).status_code == write
    assert run(client, asked, scenario_id=AssistantScenarioFactory().pk).status_code == write


@pytest.mark.parametrize("key", ["thread_nope", "1", "x" * 300, "%00", uuid.uuid4()])
def test_an_invalid_thread_or_run_id_is_a_404_with_a_message(client_for, thread, key) -> None:
    client = client_for("student")
    scenario = AssistantScenarioFactory()
    for answer in (
        client.get(messages(key)),
        client.post(messages(key), {"content": "Hello"}),
        client.post("/api/threads/run", {"thread_id": str(key), "scenario_id": scenario.pk}),
        client.get(f"/api/runs/{key}/status?thread_id={thread.pk}"),
    ):
        assert (answer.status_code, list(answer.json())) == (404, ["message"])


def test_all_messages_come_oldest_first_with_rising_milliseconds(client_for, thread, django_assert_num_queries) -> None:
    client = client_for("student")
    for n in range(150):
        MessageFactory(thread=thread, content=f"Turn {n}", role="assistant" if n % 2 else "user")
    with django_assert_num_queries(4):  # the caller, the thread, its messages, and those answered with the help text
        told = client.get(messages(thread)).json()
    assert [row["message"] for row in told] == [f"Turn {n}" for n in range(150)]
    assert [row["role"] for row in told] == ["user", "assistant"] * 75
    times = [row["created_at"] for row in told]
    assert times == sorted(set(times))
    assert times == [round(at.timestamp() * 1000) for at in thread.messages.values_list("created_at", flat=True)]


# --- runs


def test_a_run_answers_the_last_message_and_reports_its_status(client_for, asked: Thread, emulator: Emulator) -> None:
    client, scenario = client_for("student"), AssistantScenarioFactory()
    started = run(client, asked, scenario_id=scenario.pk, model="gpt-4", activity_id=None, assistant_id="")
    assert (started.status_code, started.data.keys(), started.data["status"]) == (201, {"run_id", "status"}, "queued")
    status = f"/api/runs/{started.data['run_id']}/status"
    assert client.get(status).json() == {"message": "thread_id is required"}
    assert client.get(f"{status}?thread_id={asked.pk}").json() == {"status": "queued"}
    run_conversation_async(run_id=started.data["run_id"])
    assert client.get(f"{status}?thread_id={asked.pk}").json() == {"status": "completed"}
    assert client.get(f"{status}?thread_id={uuid.uuid4()}").status_code == 404
    assert [row["role"] for row in client.get(messages(asked)).json()] == ["user", "assistant"]
    [sent] = emulator.requests()
    assert sent["json"]["model"] != "gpt-4"


def test_a_second_run_request_returns_the_open_run_and_messages_are_refused_meanwhile(
    client_for, asked: Thread
) -> None:
    client, scenario = client_for("student"), AssistantScenarioFactory()
    first, second = (run(client, asked, scenario_id=scenario.pk) for _ in range(2))
    assert (second.status_code, second.data) == (201, first.data)
    refused = client.post(messages(asked), {"content": "And do you drink?"})
    assert (refused.status_code, list(refused.json())) == (409, ["message"])
    assert (Run.objects.count(), Message.objects.count()) == (1, 1)


def test_an_overdue_run_is_reported_as_ended(client_for, asked: Thread) -> None:
    client, scenario = client_for("student"), AssistantScenarioFactory()
    run_id = run(client, asked, scenario_id=scenario.pk).data["run_id"]
    Run.objects.update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/api/runs/{run_id}/status?thread_id={asked.pk}").json() == {"status": "expired"}
    assert run(client, asked, scenario_id=scenario.pk).data["run_id"] != run_id


def test_a_run_needs_a_thread_a_scenario_and_an_unanswered_message(client_for, thread: Thread) -> None:
    client, scenario = client_for("student"), AssistantScenarioFactory()
    for thread_id in (None, ""):
        answer = client.post("/api/threads/run", {"thread_id": thread_id, "scenario_id": scenario.pk})
        assert (answer.status_code, answer.data) == (400, {"message": "thread_id is required"})
    for nobody in (
        {},
        {"scenario_id": 999999},
        {"scenario_id": ""},
        {"activity_id": 999999},
        {"assistant_id": "a"},
        {"assistant_id": 999999},
        {"assistant_id": "9" * 20},
        {"assistant_id": "-1"},
        {"assistant_id": "a\0"},
    ):
        answer = run(client, thread, **nobody)
        assert (answer.status_code, answer.data) == (404, {"message": NO_PATIENT})
    for wrong in (
        {"scenario_id": "x"},
        {"scenario_id": [1]},
        {"assistant_id": [1]},
        {"assistant_id": True},
        {"activity_id": {}},
    ):
        assert run(client, thread, **wrong).status_code == 400
    assert client.post("/api/threads/run", {"thread_id": 1, "scenario_id": scenario.pk}).status_code == 400
    nothing_said = run(client, thread, scenario_id=scenario.pk)
    assert (nothing_said.status_code, list(nothing_said.data)) == (400, ["message"])
    assert not Run.objects.exists()


def test_a_scenario_is_named_by_number_text_assistant_or_activity(client_for, student: User) -> None:
    client, activity = client_for("student"), ActivityFactory()
    patient = activity.character
    older = current_version(patient).openid
    patient.additional_instructions += "\n- cough: Only at night."
    patient.save()
    other = AssistantScenarioFactory()
    for named, by_exercise in (
        ({"scenario_id": patient.pk}, False),
        ({"scenario_id": str(patient.pk)}, False),
        ({"assistant_id": patient.pk}, False),
        ({"assistant_id": str(patient.pk)}, False),
        ({"assistant_id": patient.pk, "scenario_id": ""}, False),
        ({"assistant_id": patient.openid}, False),
        ({"assistant_id": older}, False),
        ({"activity_id": activity.pk}, True),
        ({"activity_id": str(activity.pk), "scenario_id": patient.pk}, True),
        ({"activity_id": activity.pk, "assistant_id": "asst_of_long_ago"}, True),
        ({"activity_id": 999999, "scenario_id": patient.pk}, False),
        ({"activity_id": ActivityFactory(character=other).pk, "scenario_id": patient.pk}, False),
        ({"assistant_id": other.openid, "scenario_id": patient.pk}, False),
        ({"assistant_id": other.pk, "scenario_id": patient.pk}, False),
        ({"assistant_id": str(patient.pk), "activity_id": ActivityFactory(character=other).pk}, False),
    ):
        thread = ThreadFactory(student=student, activity=None)
        MessageFactory(thread=thread)
        assert run(client, thread, **named).status_code == 201, named
        made = thread.runs.get()
        assert (made.scenario_version.scenario, made.activity) == (patient, activity if by_exercise else None), named


def test_an_assistant_id_that_is_a_number_names_the_row_before_the_assistant(client_for, student: User) -> None:
    row, other = AssistantScenarioFactory(), AssistantScenarioFactory()
    for openid, meant in ((str(row.pk), row), ("90000001", other)):
        AssistantScenario.objects.filter(pk=other.pk).update(openid=openid)
        thread = ThreadFactory(student=student, activity=None)
        MessageFactory(thread=thread)
        assert run(client_for("student"), thread, assistant_id=openid).status_code == 201
        assert thread.runs.get().scenario_version.scenario == meant


def test_students_cannot_run_a_disabled_scenario(client_for, asked: Thread, instructor: User) -> None:
    activity = ActivityFactory(character__enable=False)
    for named in ({"scenario_id": activity.character_id}, {"activity_id": activity.pk}):
        answer = run(client_for("student"), asked, **named)
        assert (answer.status_code, list(answer.data)) == (409, ["message"])
    own = ThreadFactory(student=instructor, activity=None)
    MessageFactory(thread=own)
    assert run(client_for("instructor"), own, activity_id=activity.pk).status_code == 201


def test_the_scenario_of_a_thread_can_change_with_each_run(client_for, asked: Thread, emulator: Emulator) -> None:
    client, patients = client_for("student"), [AssistantScenarioFactory() for _ in range(2)]
    for patient in patients:
        run_conversation_async(run_id=run(client, asked, scenario_id=patient.pk).data["run_id"])
        client.post(messages(asked), {"content": "And now?"})
    assert [made.scenario_version.scenario for made in asked.runs.order_by("created_at")] == patients


def test_polling_has_its_own_generous_limit(client_for, asked: Thread, monkeypatch) -> None:
    assert RATES["polls"] == "600/min"
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "polls": "3/min", "runs": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    client, scenario = client_for("student"), AssistantScenarioFactory()
    runs = [run(client, asked, scenario_id=scenario.pk) for _ in range(3)]
    assert [started.status_code for started in runs] == [201, 201, 429]
    status = f"/api/runs/{runs[0].data['run_id']}/status?thread_id={asked.pk}"
    polls = [client.get(status) for _ in range(4)]
    assert [poll.status_code for poll in polls] == [200, 200, 200, 429]
    assert list(runs[-1].json()) == list(polls[-1].json()) == ["message"]
