"""Downloads of marks and conversations, in the admin site and in v2."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.downloads import keyset_pages
from apps.openai_integration.models import Evaluation, Mark, Thread
from apps.openai_integration.tests.factories import EvaluationFactory, MessageFactory, ThreadFactory
from apps.openai_integration.tests.sample_threads import (
    ALLERGIES,
    GREETING,
    SMOKING,
    make_activity,
    make_thread,
    marked,
)
from apps.users.models import User
from tests.annotations import ClientFor
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db
MARKS, CONVERSATIONS = "/api/v2/exports/marks/", "/api/v2/exports/conversations/"


@pytest.fixture
def evaluation(client_for: ClientFor, student: User, emulator: Emulator) -> dict[str, Any]:
    return marked(client_for("instructor"), make_thread(student, make_activity()))


def admin_download(kind: str) -> str:
    return reverse(f"admin:openai_integration_{kind}_download")


def table(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def objects(answer: Any) -> list[dict[str, Any]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found: list[dict[str, Any]] = json.loads(answer.getvalue())
    return found


def test_marks_come_with_their_maximum_and_say_who_decided(
    client_for: ClientFor, student: User, evaluation: dict[str, Any]
) -> None:
    allergies = Mark.objects.get(score=0)
    body = {"score": 1, "comment": "She did ask."}
    client_for("instructor").post(f"/api/v2/evaluations/{evaluation['id']}/marks/{allergies.pk}/override/", body)
    rows = table(client_for("instructor").get(MARKS))
    assert [(row["criterion"], row["score"], row["max_score"], row["reviewed"]) for row in rows[1:]] == [
        (SMOKING, "2", "2", "no"),
        (ALLERGIES, "1", "2", "yes"),
    ]
    assert {(row["total_score"], row["total_max_score"], row["passed"]) for row in rows} == {("5", "6", "yes")}
    assert {(row["student"], row["student_name"]) for row in rows} == {(str(student.pk), student.username)}
    assert rows[1]["quotes"] == "Do you smoke?"
    assert [row["score"] for row in objects(client_for("admin").get(MARKS, {"file_format": "json"}))] == [2, 2, 1]


def test_a_cell_is_never_a_formula(client_for: ClientFor, student: User) -> None:
    said = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1+1", "No, 1 = 1\nand so on"]
    thread = ThreadFactory(student=student, title="=1+1")
    for text in said:
        MessageFactory(thread=thread, content=text)
    rows = table(client_for("instructor").get(CONVERSATIONS))
    assert [row["text"] for row in rows] == [*(f"'{text}" for text in said[:-1]), said[-1]]
    assert {row["patient"] for row in rows} == {"'=1+1"}
    plain = objects(client_for("instructor").get(CONVERSATIONS, {"file_format": "json"}))
    assert [row["text"] for row in plain] == said


def test_pseudonyms_are_stable_and_leave_names_out(
    client_for: ClientFor, student: User, evaluation: dict[str, Any], settings: Any
) -> None:
    asked = {"pseudonyms": "true", "file_format": "json"}
    marks, said = (objects(client_for("instructor").get(url, asked)) for url in (MARKS, CONVERSATIONS))
    assert {row["student"] for row in marks} == {row["student"] for row in said}
    assert {row["conversation"] for row in marks} == {row["conversation"] for row in said}
    text = json.dumps([{**row, "text": ""} for row in [*marks, *said]])
    for secret in (student.username, student.email, evaluation["id"], str(Thread.objects.get().pk)):
        assert secret not in text
    settings.PSEUDONYM_KEY = "another school's"
    assert marks[0]["student"] != objects(client_for("instructor").get(MARKS, asked))[0]["student"]


def test_filters_choose_the_rows(client_for: ClientFor, student: User, evaluation: dict[str, Any]) -> None:
    other = ThreadFactory(title="Another patient")
    MessageFactory(thread=other, content="Hello.")
    teacher = client_for("instructor")
    assert len(table(teacher.get(MARKS, {"needs_review": "true"}))) == 0
    assert [row["text"] for row in table(teacher.get(CONVERSATIONS, {"student_id": other.student_id}))] == ["Hello."]
    assert objects(teacher.get(MARKS, {"needs_review": "true", "file_format": "json"})) == []
    for wrong in ({"file_format": "xls"}, {"pseudonyms": "perhaps"}, {"student_id": "x"}, {"page": "1"}):
        answer = teacher.get(MARKS, wrong)
        assert (answer.status_code, answer.data["code"]) == (400, "invalid")


def test_a_suspended_conversation_leaves_the_school_in_no_file(
    client_for: ClientFor, evaluation: dict[str, Any]
) -> None:
    Thread.objects.update(suspended_at=timezone.now())
    teacher = client_for("instructor")
    for url, rows in ((MARKS, 3), (CONVERSATIONS, 4)):
        assert len(table(teacher.get(url))) == rows
        assert table(teacher.get(url, {"pseudonyms": "true"})) == []


def test_the_buttons_keep_the_lists_filter(client: Client, instructor: User, evaluation: dict[str, Any]) -> None:
    client.force_login(instructor)
    MessageFactory(thread=ThreadFactory(title="Another patient"), content="Hello.")
    page = client.get(reverse("admin:openai_integration_thread_changelist"), {"q": "another"}).content.decode()
    link = f"{admin_download('thread')}?q=another&amp;file_format=csv"
    assert f'href="{link}"' in page
    assert [row["text"] for row in table(client.get(link.replace("&amp;", "&")))] == ["Hello."]
    assert GREETING in {row["text"] for row in table(client.get(admin_download("thread")))}
    assert len(table(client.get(admin_download("evaluation"), {"status__exact": "failed"}))) == 0
    assert len(table(client.get(admin_download("evaluation"), {"pseudonyms": "true"}))) == 3
    for wrong in ({"file_format": "xls"}, {"pseudonyms": "?"}, {"nothing": "1"}, {"student__password": "x"}):
        assert client.get(admin_download("evaluation"), wrong).status_code == 400, wrong


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_only_those_who_may_read_conversations_may_download(client: Client, request: Any, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    for kind in ("thread", "evaluation"):
        assert client.get(admin_download(kind)).status_code in {302, 403}


def test_pages_neither_repeat_nor_skip_a_row() -> None:
    made = [EvaluationFactory() for _ in range(7)]
    Evaluation.objects.filter(pk__in=[one.pk for one in made[2:6]]).update(created_at=made[2].created_at)
    pages = list(keyset_pages(Evaluation.objects.all(), size=2))
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert {one.pk for page in pages for one in page} == {one.pk for one in made}
