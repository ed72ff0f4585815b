"""The admin page of one student."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.activities.tests.factories import ActivityFactory
from apps.openai_integration.models import Evaluation, Thread
from apps.openai_integration.tests.factories import ThreadFactory
from apps.openai_integration.tests.sample_threads import make_activity, make_thread, marked
from apps.users.models import User
from tests.annotations import ClientFor
from tests.mocks.openai_mock import Emulator

pytestmark = pytest.mark.django_db


def page_of(student: User) -> str:
    return reverse("admin:openai_integration_student", args=[student.pk])


def test_it_shows_what_a_student_has_done_and_not_done(
    client: Client, client_for: ClientFor, student: User, instructor: User, emulator: Emulator
) -> None:
    activity = make_activity()
    for _ in range(2):
        marked(client_for("instructor"), make_thread(student, activity))
    begun = ThreadFactory(student=student, activity=ActivityFactory(title="Only begun"))
    ActivityFactory(title="Not begun yet")
    ActivityFactory(title="Of a disabled patient", character__enable=False)
    Evaluation.objects.filter(pk=Evaluation.objects.first().pk).update(released_at=None)
    client.force_login(instructor)
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page_of(student))
        taken.append(len(queries))
        for _ in range(3):
            ThreadFactory(student=student, activity=activity)
    # Three of them extend the session.
    assert taken[0] == taken[1] <= 15
    context = answer.context
    assert (
        [one["exercise"] for one in context["failed_twice"]]
        == [one["exercise"] for one in context["done"]]
        == [activity]
    )
    assert [one["exercise"].title for one in context["only_begun"]] == ["Only begun"]
    assert [one["exercise"].title for one in context["not_begun"]] == ["Not begun yet"]
    assert [(one["name"], len(one["points"])) for one in context["categories"]] == [("Opening", 2), ("History", 2)]
    page = answer.content.decode()
    assert page.count("<svg viewBox") == 2
    assert page.count("<circle") == 4
    assert "failed 2 times" in page
    assert student.email not in page
    assert reverse("admin:openai_integration_thread_change", args=[begun.pk]) in page


def test_it_is_linked_from_accounts_and_conversations(client: Client, student: User, admin_user: User) -> None:
    thread = ThreadFactory(student=student)
    client.force_login(admin_user)
    pages = [
        reverse("admin:users_user_change", args=[student.pk]),
        reverse("admin:openai_integration_thread_changelist"),
        reverse("admin:openai_integration_thread_change", args=[thread.pk]),
    ]
    for page in pages:
        assert f'href="{page_of(student)}"' in client.get(page).content.decode(), page


def test_a_student_without_work_has_an_empty_page(client: Client, student: User, instructor: User) -> None:
    client.force_login(instructor)
    assert "Nothing is marked yet." in client.get(page_of(student)).content.decode()
    assert not Thread.objects.exists()
    assert client.get(reverse("admin:openai_integration_student", args=[10**12])).status_code == 404


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_nobody_else_reads_it(client: Client, request: Any, student: User, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(page_of(student)).status_code in {302, 403}
