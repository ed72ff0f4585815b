"""What a sign of danger does to a conversation, through the API and the tasks, with the emulator as model."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.openai_integration.conversation.events.streams import stored_entries
from apps.openai_integration.models import Evaluation, Message, Run, Thread, Usage, WelfareFlag
from apps.openai_integration.services import pausing
from apps.openai_integration.services.evaluations import EvaluationService
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread
from apps.openai_integration.tests.test_runs import take
from apps.openai_integration.welfare.suspension import lift
from apps.users.models import User
from apps.users.welfare_contacts import name_contact
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
CLEAR = "I want to kill myself, and this is not part of the exercise."
POSSIBLE = "There's only one way out for me now"
WEAK = "I am in danger."
NO, UNSURE, YES = (json.dumps({"student_at_risk": verdict}) for verdict in ("no", "unsure", "yes"))


@pytest.fixture
def thread(student: User) -> Thread:
    return ThreadFactory(student=student)


@pytest.fixture
def client(client_for, student: User) -> APIClient:
    return client_for("student")


def say(client: APIClient, thread: Thread, content: str | None) -> Any:
    body = {"content": content} if content else {}
    return client.post(f"/api/v2/threads/{thread.pk}/runs/", body)


def noticed(client: APIClient, thread: Thread, content: str) -> Run:
    """The run of a message, once it has ended."""
    return take(Run.objects.get(pk=say(client, thread, content).data["id"]))


def state(thread: Thread) -> tuple[bool, int, list[str]]:
    """Whether it is suspended, with how many flags, and who has said something in it."""
    thread.refresh_from_db()
    said = list(thread.messages.order_by("created_at").values_list("role", flat=True))
    return thread.suspended_at is not None, thread.welfare_flags.count(), said


def test_a_clear_sign_suspends_at_once_without_a_worker_or_a_model(
    client: APIClient, thread: Thread, emulator: Emulator
) -> None:
    answer = say(client, thread, CLEAR)
    assert (answer.status_code, answer.data["status"]) == (202, "cancelled")
    assert (answer.data["error_code"], answer.data["message"]) == ("conversation_suspended", None)
    assert set(answer.data["help"]) == {"text", "who_is_told"}
    assert state(thread) == (True, 1, ["user"])
    flag = WelfareFlag.objects.get()
    assert (flag.found_by, flag.run_id, flag.message.content) == ("rules", Run.objects.get().pk, CLEAR)
    assert emulator.requests() == []
    assert not Usage.objects.exists()


def test_it_suspends_while_calls_to_the_model_are_paused(client: APIClient, thread: Thread) -> None:
    pausing.pause(by="ops@example.org", reason="")
    say(client, thread, CLEAR)
    assert state(thread) == (True, 1, ["user"])


def test_a_possible_sign_is_put_to_the_model_before_the_patient_answers(
    client: APIClient, thread: Thread, emulator: Emulator
) -> None:
    run = noticed(client, thread, POSSIBLE)
    assert (run.status, run.error_code, run.attempts) == ("cancelled", "cancelled", 0)
    assert state(thread) == (True, 1, ["user"])
    assert WelfareFlag.objects.get().found_by == "model"
    (asked,) = emulator.requests()
    assert POSSIBLE in json.dumps(asked)
    assert [call.outcome for call in Usage.objects.all()] == ["answered"]


def test_the_patient_answers_where_the_model_says_no(client: APIClient, thread: Thread, emulator: Emulator) -> None:
    emulator.fault("say", only="other", text=NO)
    run = noticed(client, thread, POSSIBLE)
    assert (run.status, run.attempts) == ("completed", 1)
    assert state(thread) == (False, 0, ["user", "assistant"])
    assert len(emulator.requests()) == Usage.objects.count() == 2


@pytest.mark.parametrize(
    "fault", [{"kind": "server_error"}, {"kind": "say", "text": "I cannot say."}, {"kind": "refusal"}]
)
def test_the_rules_decide_where_the_model_gives_no_answer(
    client: APIClient, thread: Thread, emulator: Emulator, fault: dict[str, str]
) -> None:
    emulator.fault(**fault, only="other", times=0)
    noticed(client, thread, POSSIBLE)
    assert state(thread) == (True, 1, ["user"])
    assert WelfareFlag.objects.get().found_by == "rules"


def test_a_weak_sign_is_put_to_the_model_and_its_yes_suspends(
    client: APIClient, thread: Thread, emulator: Emulator
) -> None:
    emulator.fault("say", text=YES, only="other")
    run = noticed(client, thread, WEAK)
    assert (run.status, run.attempts) == ("cancelled", 0)
    assert state(thread) == (True, 1, ["user"])
    assert WelfareFlag.objects.get().found_by == "model"
    assert len(emulator.requests()) == Usage.objects.count() == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "say", "text": NO},
        {"kind": "say", "text": UNSURE},
        {"kind": "say", "text": "I cannot say."},
        {"kind": "server_error"},
        {"kind": "refusal"},
    ],
)
def test_a_weak_sign_is_none_without_the_models_yes(
    client: APIClient, thread: Thread, emulator: Emulator, fault: dict[str, str]
) -> None:
    emulator.fault(**fault, only="other", times=0)
    assert noticed(client, thread, WEAK).status == "completed"
    assert state(thread) == (False, 0, ["user", "assistant"])


def test_an_ordinary_turn_costs_one_call(client: APIClient, thread: Thread, emulator: Emulator) -> None:
    assert noticed(client, thread, "Have you ever thought of ending your life?").status == "completed"
    assert len(emulator.requests()) == 1


@pytest.mark.parametrize(
    ("said", "suspended"),
    [
        ("I keep coming back to suicide, it is what I have", True),
        ("Have you thought about suicide?", False),
        ("You stupid idiot", False),
    ],
)
def test_a_refusal_counts_as_a_sign_but_not_alone(
    client: APIClient, thread: Thread, emulator: Emulator, said: str, suspended: bool
) -> None:
    emulator.fault("content_filter", only="patient", times=0)
    run = noticed(client, thread, said)
    if suspended:
        assert state(thread) == (True, 1, ["user"])
        assert WelfareFlag.objects.get().found_by in {"refusal", "model"}
    else:
        assert (run.status, run.error_code) == ("incomplete", "content_filtered")
        assert state(thread) == (False, 0, ["user"])


def test_a_suspended_conversation_takes_nothing_and_another_one_can_be_begun(
    client: APIClient, thread: Thread, settings
) -> None:
    settings.THREADS_MAX_A_DAY = 1
    say(client, thread, CLEAR)
    again = say(client, thread, "Do you smoke?")
    assert (again.status_code, again.data["code"]) == (409, "conversation_suspended")
    assert again.data["help"]["text"] == settings.WELFARE_HELP_TEXT
    assert say(client, thread, None).data["code"] == "conversation_suspended"
    assert state(thread) == (True, 1, ["user"])
    begun = client.post("/api/v2/threads/", {"activity_id": thread.activity_id})
    assert (begun.status_code, begun.data["suspended_at"]) == (201, None)
    assert client.post("/api/v2/threads/", {}).data["code"] == "too_many_threads"


def test_no_marking_is_made_of_it_and_none_that_waits_is_stored(student: User, client: APIClient) -> None:
    activity = make_activity()
    thread = make_thread(student, activity)
    done = EvaluationFactory(thread=thread, status="completed")
    waiting = EvaluationService.create_evaluation(thread=thread, student=student)
    say(client, thread, CLEAR)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error_code) == ("failed", "cancelled")
    assert Evaluation.objects.get(pk=done.pk).status == "completed"
    answer = client.post(f"/api/v2/threads/{thread.pk}/evaluations/", {})
    assert (answer.status_code, answer.data["code"]) == (409, "conversation_ended")
    assert Evaluation.objects.count() == 2


def test_others_do_not_learn_of_it(client_for, client: APIClient, thread: Thread, admin_user: User) -> None:
    run = say(client, thread, CLEAR).data["id"]
    name_contact(admin_user)
    for who in ("instructor", "admin"):
        reader = client_for(who)
        seen = reader.get(f"/api/v2/threads/{thread.pk}/").data
        assert (seen["suspended_at"], set(seen["help"])) == (None, {"text", "who_is_told"})
        assert reader.get("/api/v2/threads/").data["results"][0]["suspended_at"] is None
        seen = reader.get(f"/api/v2/runs/{run}/").data
        assert (seen["status"], seen["error_code"], seen["help"]) == ("cancelled", "cancelled", None)
        assert "suspended" not in json.dumps(reader.get(f"/api/v2/threads/{thread.pk}/runs/").json())
        answer = reader.post(f"/api/v2/threads/{thread.pk}/evaluations/", {})
        assert (answer.status_code, answer.data["code"]) == (409, "conversation_ended")
    for path in (f"threads/{thread.pk}/", f"runs/{run}/"):
        assert client_for("other_student").get(f"/api/v2/{path}").status_code == 404
    assert client.get(f"/api/v2/threads/{thread.pk}/").data["suspended_at"]
    assert client.get(f"/api/v2/runs/{run}/").data["error_code"] == "conversation_suspended"


@pytest.mark.parametrize("found", ["clear", "possible"])
def test_the_stream_has_the_notice_and_no_words(
    client: APIClient,
    thread: Thread,
    emulator: Emulator,
    django_capture_on_commit_callbacks,
    found: str,
) -> None:
    with django_capture_on_commit_callbacks(execute=found == "clear"):
        answer = say(client, thread, {"clear": CLEAR, "possible": POSSIBLE}[found])
    run = take(Run.objects.get(pk=answer.data["id"]))
    entries = stored_entries(run.pk)
    assert [entry.kind for entry in entries][-4:] == ["notice", "failure", "error", "done"]
    notice = json.loads(entries[-4].data)
    assert (notice["code"], set(notice["help"])) == ("conversation_suspended", {"text", "who_is_told"})
    assert not any(b"kill" in entry.data or b"way out" in entry.data for entry in entries)


def test_what_was_lifted_is_not_noticed_again_and_goes_to_no_model(
    client: APIClient, thread: Thread, emulator: Emulator
) -> None:
    say(client, thread, CLEAR)
    assert lift(WelfareFlag.objects.all(), by="contact@example.org") == 1
    assert noticed(client, thread, "Sorry. Where does it hurt?").status == "completed"
    assert "kill" not in json.dumps(emulator.requests())
    flag = WelfareFlag.objects.get()
    assert flag.lifted_at
    assert flag.lifted_by == "contact@example.org"
    say(client, thread, CLEAR)
    assert state(thread)[:2] == (True, 2)
    assert lift(WelfareFlag.objects.filter(pk=flag.pk), by="contact@example.org") == 1
    assert state(thread)[:2] == (False, 2)


def test_several_messages_without_a_run_are_looked_at_together(client: APIClient, thread: Thread) -> None:
    MessageFactory(thread=thread, content=CLEAR)
    MessageFactory(thread=thread, content="Never mind.")
    assert say(client, thread, None).data["error_code"] == "conversation_suspended"


def test_what_was_answered_before_is_not_looked_at_again(client: APIClient, thread: Thread, emulator: Emulator) -> None:
    MessageFactory(thread=thread, content=CLEAR)
    MessageFactory(thread=thread, role=Message.Role.ASSISTANT)
    assert noticed(client, thread, "Where does it hurt?").status == "completed"


@pytest.mark.parametrize("who", ["student", "instructor", "admin", "unapproved"])
def test_everyone_who_is_signed_in_can_read_where_help_is_and_who_is_told(client_for, settings, who: str) -> None:
    answer = client_for(who).get("/api/v2/help/").data
    assert answer["text"] == settings.WELFARE_HELP_TEXT
    assert "Nobody is told" in answer["who_is_told"]
    assert "Nobody watches" in answer["who_is_told"]


def test_who_is_told_depends_on_who_is_named(client_for, instructor: User, student: User, settings) -> None:
    name_contact(student)  # has no approved role, and cannot see anything
    assert "Nobody is told" in client_for("student").get("/api/v2/help/").data["who_is_told"]
    name_contact(instructor)
    assert "welfare contacts" in client_for("student").get("/api/v2/help/").data["who_is_told"]
    User.objects.filter(pk=instructor.pk).update(is_active=False)
    assert "Nobody is told" in client_for("student").get("/api/v2/help/").data["who_is_told"]
    settings.WELFARE_WHO_IS_TOLD = "Dr Lee is told."
    assert client_for("student").get("/api/v2/help/").data["who_is_told"] == "Dr Lee is told."


def test_a_list_of_threads_asks_once_who_is_told(
    client: APIClient, student: User, django_assert_max_num_queries
) -> None:
    for _ in range(4):
        say(client, ThreadFactory(student=student), CLEAR)
    with django_assert_max_num_queries(5):
        found = client.get("/api/v2/threads/").data["results"]
    assert all(thread["suspended_at"] and thread["help"] for thread in found)
