"""The first page of the admin site, its lists and its search."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.activities.models import Activity
from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Evaluation, ReplyReport, WelfareFlag
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, RunFactory, ThreadFactory
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.welfare_contacts import name_contact
from config.settings.pages import time_zone

pytestmark = pytest.mark.django_db
TODAY = "/admin/"


@pytest.fixture
def room(client: Client, instructor: User) -> Client:
    client.force_login(instructor)
    return client


def marked(student: User, activity: Activity, *, passed: bool | None, **more: Any) -> Evaluation:
    thread = ThreadFactory.create(student=student, activity=activity)
    MessageFactory.create(thread=thread, role="user")
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return EvaluationFactory.create(
        student=student, thread=thread, activity=activity, status="completed", passed=passed, released_at=now,
        finished_at=now, title="Chest tightness", **more,
    )  # fmt: skip


def sections(page: Any) -> dict[str, Any]:
    return {section.title: section for section in page.context["sections"]}


def test_each_part_has_its_number_its_first_rows_and_a_link_to_all_of_them(room: Client) -> None:
    activity = ActivityFactory.create()
    students = [UserFactory.create(username=f"Student {n}") for n in range(7)]
    for student in students:
        marked(student, activity, passed=False, needs_review=True)
        marked(student, activity, passed=False)
    UserFactory.create(username="Idle Ina")
    run = RunFactory.create(thread__student=students[0], status="failed", finished_at=datetime.now(UTC))
    reply = MessageFactory.create(thread=run.thread, role="assistant", run=run)
    ReplyReport.objects.create(message=reply, reason="It was March.")
    page = room.get(TODAY)
    shown = sections(page)
    counts = {title: (section.count, len(section.lines)) for title, section in shown.items()}
    assert counts == {
        "Marks to review": (7, 5),
        "Replies that students call wrong": (1, 1),
        "Students who have not begun": (1, 1),
        "Failed an exercise twice, and not passed it": (7, 5),
        "Replies that failed in the last seven days": (1, 1),
    }
    assert shown["Students who have not begun"].lines[0].text == "Idle Ina"
    assert shown["Replies that students call wrong"].lines[0].text == "Student 0: It was March."
    for section in shown.values():
        assert section.link in page.content.decode().replace("&amp;", "&")
        assert room.get(section.link).status_code == 200
        for line in section.lines:
            assert not line.link or room.get(line.link).status_code == 200


def test_a_pass_settles_the_fails_and_a_repeated_marking_is_no_second_fail(room: Client, student: User) -> None:
    activity = ActivityFactory.create()
    first = marked(student, activity, passed=False)
    EvaluationFactory.create(
        student=student, thread=first.thread, activity=activity, status="completed", passed=False,
        released_at=first.released_at, finished_at=first.finished_at,
    )  # fmt: skip
    title = "Failed an exercise twice, and not passed it"
    assert sections(room.get(TODAY))[title].count == 0
    marked(student, activity, passed=False)
    assert sections(room.get(TODAY))[title].count == 1
    marked(student, activity, passed=True)
    assert sections(room.get(TODAY))[title].count == 0


def test_nobody_who_teaches_is_waited_for(room: Client, unapproved: User, admin_user: User) -> None:
    page = room.get(reverse("dashboard:not-begun"))
    assert [line.text for line in page.context["lines"]] == [unapproved.username]


def test_suspended_conversations_are_counted_for_welfare_contacts_alone(
    client: Client, instructor: User, admin_user: User
) -> None:
    run = RunFactory.create(thread__student__username="Quiet Quinn")
    WelfareFlag.objects.create(thread=run.thread, message=run.user_message, run=run, found_by="rules")
    for user in (instructor, admin_user):
        client.force_login(user)
        assert "Suspended conversations" not in sections(client.get(TODAY))
    name_contact(instructor)
    client.force_login(instructor)
    part = sections(client.get(TODAY))["Suspended conversations"]
    assert (part.count, part.lines) == (1, [])


@pytest.mark.parametrize("name", ["not-begun", "failed-twice"])
def test_students_see_none_of_it(client: Client, student: User, unapproved: User, name: str) -> None:
    for user in (student, unapproved):
        client.force_login(user)
        assert client.get(reverse(f"dashboard:{name}")).status_code == 302
        assert client.get(TODAY).status_code == 302


@pytest.mark.parametrize("name", ["not-begun", "failed-twice"])
@pytest.mark.parametrize("page", ["0", "x", "99999999999999999999"])
def test_a_page_that_is_not_there_is_a_404(room: Client, name: str, page: str) -> None:
    assert room.get(reverse(f"dashboard:{name}"), {"page": page}).status_code == 404


def test_it_takes_few_queries_however_much_waits(room: Client) -> None:
    taken = []
    for _ in range(2):
        activity = ActivityFactory.create()
        for student in UserFactory.create_batch(4):
            marked(student, activity, passed=False, needs_review=True)
            marked(student, activity, passed=False)
            run = RunFactory.create(thread__student=student, status="failed", finished_at=datetime.now(UTC))
            ReplyReport.objects.create(message=MessageFactory.create(thread=run.thread, role="assistant", run=run))
        with CaptureQueriesContext(connection) as queries:
            room.get(TODAY)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 14


def test_times_are_the_schools_on_these_pages_and_in_utc_for_clients(
    room: Client, student: User, settings: Any, client_for: Any
) -> None:
    settings.SCHOOL_TIME_ZONE = "Asia/Kolkata"
    evaluation = marked(student, ActivityFactory.create(), passed=False, needs_review=True)
    Evaluation.objects.filter(pk=evaluation.pk).update(created_at=datetime(2026, 3, 1, 20, tzinfo=UTC))
    page = room.get(TODAY)
    assert sections(page)["Marks to review"].lines[0].note == "2 Mar, 01:30"
    assert "Times: Asia/Kolkata" in page.content.decode()
    told = client_for(student).get(f"/api/v2/evaluations/{evaluation.pk}/").data["created_at"]
    assert told == "2026-03-01T20:00:00Z"


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "Europe", "\0"])
def test_a_time_zone_that_nobody_knows_stops_the_service(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="TIME_ZONE"):
        time_zone(name)


def found_by(room: Client, term: str) -> list[str]:
    text = room.get("/admin/search/", {"s": term, "extended": "1"}).content.decode()
    return re.findall(r'data-title="([^"]*)"', text)


def test_the_search_finds_names_best_first_and_no_hit_in_some_other_text(room: Client) -> None:
    AssistantScenarioFactory.create(
        title="", name="", scenario_text="Owen Hughes, 60\nOwen Hughes's wife is called Ann."
    )
    joanne = AssistantScenarioFactory.create(title="Joanne Fry", name="", scenario_text="x")
    ann = AssistantScenarioFactory.create(title="", name="", scenario_text="Ann Bell, 31\nAnn Bell is a nurse.")
    named = AssistantScenarioFactory.create(title="A hard talk", name="Annette Kerr", scenario_text="x")
    copy = AssistantScenarioFactory.create(title="Copy of Ann Bell", name="", scenario_text="Ann Bell, 31")
    ActivityFactory.create(character=ann, title="Bad news for Ann", pre_brief="x")
    thread = ThreadFactory.create(student__username="Anna Student", title="x")
    shown = found_by(room, "Ann")
    assert shown == [
        str(ann), str(named), str(copy), str(joanne), "Bad news for Ann", "Anna Student", f"{thread}, Anna Student"
    ]  # fmt: skip
    picked = room.get(
        "/admin/autocomplete/",
        {"app_label": "activities", "model_name": "activity", "field_name": "character", "term": "Ann"},
    ).json()["results"]
    assert [one["text"] for one in picked] == [str(ann), str(named), str(copy), str(joanne)]


@pytest.mark.parametrize("term", ["%", "_", "\\", "' OR 1=1 --", "x" * 5000, "\u202e", "(", "  "])
def test_rubbish_finds_nothing_and_breaks_nothing(room: Client, term: str) -> None:
    AssistantScenarioFactory.create(title="Plain", name="Name", scenario_text="text")
    assert found_by(room, term) == []
