"""Replies that their student has reported as wrong."""

from typing import Any

import pytest
from django.urls import reverse

from apps.openai_integration.models import Message, ReplyReport
from apps.openai_integration.tests.factories import MessageFactory, ThreadFactory
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db
REPORTS = "/api/v2/reply-reports/"


@pytest.fixture
def reply(student: User) -> Message:
    thread = ThreadFactory.create(student=student)
    MessageFactory.create(thread=thread, content="Since when?")
    reply: Message = MessageFactory.create(thread=thread, role="assistant", content="Since never.")
    return reply


def address(message: Message) -> str:
    return f"/api/v2/messages/{message.pk}/report/"


def test_a_report_is_replaced_settled_and_taken_back(reply: Message, client_for: ClientFor) -> None:
    student, teacher = client_for("student"), client_for("instructor")
    assert student.put(address(reply), {}).json()["reason"] == ""
    report = student.put(address(reply), {"reason": "It was March."}).json()
    assert ReplyReport.objects.count() == 1
    settled = teacher.post(f"{REPORTS}{report['id']}/seen/").json()
    assert settled == {**report, "seen_at": settled["seen_at"], "seen_by": settled["seen_by"]}
    assert settled["seen_at"]
    assert settled["seen_by"]
    assert client_for("admin").post(f"{REPORTS}{report['id']}/seen/").json() == settled
    assert student.put(address(reply), {"reason": "It was May."}).json()["seen_at"] is None
    assert [student.delete(address(reply)).status_code for _ in range(2)] == [204, 404]
    assert ReplyReport.objects.count() == 0


def test_reports_are_listed_by_thread_scenario_and_what_is_open(
    reply: Message, instructor: User, client_for: ClientFor
) -> None:
    another = MessageFactory.create(role="assistant")
    mine, other = (ReplyReport.objects.create(message=message) for message in (reply, another))
    ReplyReport.objects.filter(pk=other.pk).mark_seen(instructor)

    def listed(who: str, **query: Any) -> set[int]:
        return {one["id"] for one in client_for(who).get(REPORTS, query).json()["results"]}

    assert listed("instructor") == {other.pk, mine.pk}
    assert listed("instructor", thread_id=reply.thread_id) == {mine.pk}
    assert listed("instructor", scenario_id=another.thread.scenario_id) == {other.pk}
    assert (listed("instructor", open="true"), listed("instructor", open="false")) == ({mine.pk}, {other.pk})
    assert listed("student") == {mine.pk}


def test_only_the_patients_replies_are_reported_and_in_few_words(reply: Message, client_for: ClientFor) -> None:
    said = reply.thread.messages.get(role="user")
    assert client_for("student").put(address(said), {}).status_code == 404
    too_long = client_for("student").put(address(reply), {"reason": "x" * 501})
    assert (too_long.status_code, list(too_long.json()["fields"])) == (400, ["reason"])
    assert ReplyReport.objects.count() == 0


def test_instructors_settle_reports_in_the_admin_site(reply: Message, instructor: User, client: Any) -> None:
    report = ReplyReport.objects.create(message=reply, reason="It was <b>March</b>.")
    client.force_login(instructor)
    page = client.get(reverse("admin:openai_integration_replyreport_change", args=[report.pk])).content.decode()
    assert all(text in page for text in ("Since when?", "Since never.", "It was &lt;b&gt;March&lt;/b&gt;."))
    conversation = reverse("admin:openai_integration_thread_change", args=[reply.thread_id])
    assert f"{conversation}#said-{reply.pk}" in page
    assert "It was &lt;b&gt;March" in client.get(conversation).content.decode()
    listed = reverse("admin:openai_integration_replyreport_changelist")
    client.post(listed, {"action": "settle", "_selected_action": [report.pk]})
    report.refresh_from_db()
    assert (report.seen_by, report.seen_at is not None) == (instructor, True)
