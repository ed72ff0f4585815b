"""The admin pages of students' work, as instructors read them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory
from apps.openai_integration.models import Evaluation, Mark, Message, Run, Thread, Usage
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    SMOKING,
    criteria,
    make_activity,
    make_thread,
    marked,
    say,
)
from apps.scenarios.models import AssistantScenario, ScenarioVersion
from apps.scenarios.tests.factories import TagFactory
from apps.users.models import User
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('marks')</script><img src=x onerror=alert(1)>"


@pytest.fixture
def teacher(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


@pytest.fixture
def thread(student: User) -> Thread:
    return make_thread(student, make_activity())


@pytest.fixture
def evaluation(client_for, thread: Thread, emulator: Emulator) -> dict[str, Any]:
    return marked(client_for("instructor"), thread)


def page_of(row: Any) -> str:
    return reverse(f"admin:openai_integration_{row._meta.model_name}_change", args=[row.pk])


def read(client: Client, row: Any) -> str:
    answer = client.get(page_of(row))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_of_a_thread_lists_its_messages_in_order(teacher: Client, thread: Thread) -> None:
    thread.student.username = "Sam Student"
    thread.student.save()
    page = read(teacher, thread)
    positions = [page.index(one) for one in ("my name is Sam", "Morning, doctor.", "Do you smoke?", "Ten a day")]
    assert positions == sorted(positions)
    assert "Sam Student" in page
    assert thread.student.email not in page
    assert "Not marked yet." in page


@pytest.mark.parametrize("page", ["thread", "evaluation"])
def test_a_patient_speaks_by_name_where_it_is_known(
    teacher: Client, evaluation: dict, thread: Thread, page: str
) -> None:
    row = thread if page == "thread" else Evaluation.objects.get()
    assert "<strong>Patient</strong> · message 2" in read(teacher, row)
    AssistantScenario.objects.update(name="Ann <Lee>")
    shown = read(teacher, row)
    assert "<strong>Ann &lt;Lee&gt;</strong> · message 2" in shown
    assert "<strong>Patient</strong>" not in shown
    AssistantScenario.objects.all().delete()
    assert "<strong>Patient</strong> · message 2" in read(teacher, row)


def test_each_run_shows_how_it_ended_and_which_replies_were_rejected(teacher: Client, thread: Thread) -> None:
    checks = [
        {"attempt": 1, "rule": "diagnosis_named", "action": "regenerated"},
        {"attempt": 2, "rule": "role_break", "action": "fallback"},
    ]
    good = RunFactory(
        thread=thread, status=Run.Status.COMPLETED, checks=checks, attempts=2, model="a-model-7", left_out_messages=7
    )
    say(thread, "And now?")
    MessageFactory(thread=thread, content="Could you ask me that again?", role="assistant", run=good)
    again = RunFactory(status=Run.Status.COMPLETED, checks=checks[:1])
    RunFactory(
        thread=thread,
        user_message=good.user_message,
        status=Run.Status.FAILED,
        error_code="rate_limited",
        error_detail="The server asked for a pause.",
    )
    page = read(teacher, thread)
    for shown in ("Completed", "2 attempts", "Failed"):
        assert shown in page
    assert page.count("its context was too small") == 1
    assert "The model was not sent the oldest 7 messages: its context was too small." in page
    assert "The server asked for a pause." in page
    # Names of models and codes are for those who run the service.
    for name in ("a-model-7", "rate_limited"):
        assert name not in page
    assert page_of(good) in page
    replaced = "The patient&#x27;s reply was replaced: diagnosis named, then role break."
    assert page.index("And now?") < page.index(replaced)
    assert page.count(replaced) == 1
    for shown in (page, read(teacher, good)):
        assert "Attempt 1 was rejected: diagnosis named. The model was asked again." in shown
        assert "Attempt 2 was rejected: role break. The patient&#x27;s reply was replaced by one that avoids" in shown
    runs = reverse("admin:openai_integration_run_changelist")
    passed = thread.runs.get(checks=[])
    for value, found in (("regenerated", {good, again}), ("fallback", {good}), ("passed", {passed})):
        assert set(teacher.get(runs, {"check": value}).context["cl"].result_list) == found
    shown = teacher.get(runs).content.decode()
    assert ">replaced<" in "".join(shown.split())
    assert "requested again" in shown


def test_an_evaluation_shows_marks_quotes_and_verdicts(teacher: Client, thread: Thread, evaluation: dict) -> None:
    for page in (read(teacher, thread), read(teacher, Evaluation.objects.get())):
        assert "not passed" in page
        for category in evaluation["categories"]:
            assert category["name"] in page
            needed = f"{category['score']} of {category['max_score']}, {category['required_to_pass']} needed"
            assert needed in page
        assert f"{evaluation['total_score']} of {evaluation['max_score']}" in page
        smoking = criteria(evaluation)[SMOKING]
        assert smoking["evidence"]["message_indices"] == [2]
        assert f"“{smoking['evidence']['quotes'][0]}”" in page
        assert ">message 3</a>" in page
        assert 'id="message-2"' in page
        assert criteria(evaluation)[ALLERGIES]["rewrite_if_missing"].replace("'", "&#x27;") in page


def test_students_text_is_escaped_on_every_page(teacher: Client, client_for, student: User, emulator: Emulator) -> None:
    student.username = HOSTILE[:150]
    student.save()
    thread = make_thread(student, make_activity(), HOSTILE)
    marked(client_for("instructor"), thread)
    Thread.objects.update(title=HOSTILE[:80])
    evaluation = Evaluation.objects.get()
    Evaluation.objects.update(title=HOSTILE[:80])
    Mark.objects.update(comment=HOSTILE, rewrite_if_missing=HOSTILE, evidence=[{"index": 0, "quote": HOSTILE}])
    pages = [read(teacher, row) for row in (thread, evaluation, thread.messages.last(), Mark.objects.first())]
    lists = [reverse(f"admin:openai_integration_{name}_changelist") for name in ("thread", "evaluation", "message")]
    pages += [teacher.get(url).content.decode() for url in lists]
    for page in pages:
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_failed_evaluation_says_why(teacher: Client, thread: Thread) -> None:
    EvaluationFactory(
        thread=thread,
        rubric={"categories": []},
        status="failed",
        error_code="unreachable",
        error_detail="The server did not answer.",
    )
    page = read(teacher, thread)
    assert "The server did not answer." in page
    assert "unreachable" not in page
    assert "not passed" not in page


def test_who_runs_the_service_sees_codes_and_models(client: Client, admin_user: User, thread: Thread) -> None:
    client.force_login(admin_user)
    failure = {"status": "failed", "error_code": "unreachable", "error_detail": "The server did not answer."}
    EvaluationFactory(thread=thread, rubric={"categories": []}, model="a-model-8", **failure)
    RunFactory(thread=thread, user_message=thread.messages.first(), model="a-model-7", **failure)
    page = read(client, thread)
    assert page.count("unreachable: The server did not answer.") == 2
    for name in ("a-model-7", "a-model-8"):
        assert name in page


@pytest.mark.parametrize("page", ["thread", "evaluation"])
def test_the_page_of_a_conversation_takes_a_fixed_number_of_queries(
    teacher: Client, client_for, student: User, emulator: Emulator, page: str
) -> None:
    taken = []
    # The first page may also fill Django's cache of content types.
    for count in (0, 0, 6):
        thread = make_thread(student, make_activity(), *(f"Question {n}?" for n in range(count)))
        for message in thread.messages.filter(role="user"):
            RunFactory(thread=thread, user_message=message, status=Run.Status.COMPLETED)
        marked(client_for("instructor"), thread)
        row = thread if page == "thread" else thread.evaluations.get()
        with CaptureQueriesContext(connection) as queries:
            read(teacher, row)
        taken.append(len(queries))
    # Three of them extend the session; one asks whether the reader is a welfare contact.
    assert taken[1] == taken[2] <= 15


def test_nobody_can_edit_students_work(client: Client, evaluation: dict, thread: Thread) -> None:
    client.force_login(User.objects.create_superuser("root@example.org", "Root", "a pass phrase 1"))
    run = RunFactory(thread=thread, status=Run.Status.COMPLETED)
    usage = Usage.objects.create(run=run, model="m", outcome="answered")
    rows = [thread, thread.messages.first(), run, Evaluation.objects.get(), Mark.objects.first(), usage]
    before = [type(row).objects.filter(pk=row.pk).values().get() for row in rows]
    for row in rows:
        base = reverse(f"admin:openai_integration_{row._meta.model_name}_changelist")
        assert client.get(page_of(row)).status_code == 200
        assert client.post(page_of(row), {"content": "forged", "title": "forged"}).status_code == 403
        assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{base}add/").status_code == 403
        client.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert [type(row).objects.filter(pk=row.pk).values().get() for row in rows] == before


def test_work_is_found_by_student_and_id(teacher: Client, student: User, thread: Thread, evaluation: dict) -> None:
    User.objects.filter(pk=student.pk).update(username="Sam Student")
    ThreadFactory()
    for words in ("sam stud", student.email, str(thread.pk)):
        found = teacher.get(reverse("admin:openai_integration_thread_changelist"), {"q": words})
        assert [(one, one.messages_said, one.evaluations_made) for one in found.context["cl"].result_list] == [
            (thread, 4, 1)
        ]
    for words in ("sam stud", evaluation["id"], str(thread.pk)):
        found = teacher.get(reverse("admin:openai_integration_evaluation_changelist"), {"q": words})
        assert found.context["cl"].result_count == 1


def test_runs_are_filtered_by_how_they_ended(teacher: Client) -> None:
    now = timezone.now()
    failed = RunFactory(status=Run.Status.FAILED, error_code="timeout", finished_at=now + timedelta(seconds=3))
    RunFactory()
    found = teacher.get(reverse("admin:openai_integration_run_changelist"), {"status__exact": "failed"})
    assert list(found.context["cl"].result_list) == [failed]


def test_work_of_a_deleted_account_remains_readable(teacher: Client, thread: Thread, student: User) -> None:
    student.delete()
    assert "(account deleted)" in read(teacher, thread)
    assert Message.objects.count() == 4


def test_the_page_before_deleting_a_patient_says_what_goes_and_what_stays(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    activity = ActivityFactory(pre_brief="Ward round", categories=[CategoryFactory()])
    thread = ThreadFactory(activity=activity)
    say(thread, "Hello.")
    RunFactory(thread=thread, user_message=thread.messages.get())
    MessageFactory(thread=thread)
    TagFactory(scenario=activity.character, tag="cardiology")
    url = reverse("admin:scenarios_assistantscenario_delete", args=[activity.character.pk])
    page = client.get(url).content.decode()
    for text in ("Ward round", "cardiology", "Conversations and marks stay readable"):
        assert text in page

    client.post(url, {"post": "yes"})
    assert not AssistantScenario.objects.exists()
    assert not Activity.objects.exists()
    assert "Hello." in read(client, Thread.objects.get())
    assert ScenarioVersion.objects.get().retired_at
