"""Who may sign in to the admin site, and which pages they see."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from apps.users.models import User
from apps.users.services import approve_role
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.admin_forms import errors_of

pytestmark = pytest.mark.django_db
LIST = "/admin/users/user/"
LOGIN = "/admin/login/"
REFUSED = "Ask an admin to approve your account"


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root@example.org", "Root", PASSWORD)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> bool:
    """Sign in on the sign-in page; whether it succeeds."""
    client.post(LOGIN, {"username": email, "password": password})
    return client.get("/admin/").status_code == 200


def page_of(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def api_signs_in(email: str, password: str) -> bool:
    return APIClient().post("/api/v2/auth/login/", {"email": email, "password": password}).status_code == 200


@pytest.mark.parametrize("who", ["instructor", "admin_user", "superuser"])
def test_an_approved_account_signs_in_with_the_password_of_the_api(client: Client, request, who: str) -> None:
    user = request.getfixturevalue(who)
    assert api_signs_in(user.email, PASSWORD)
    answer = client.post(LOGIN, {"username": user.email, "password": PASSWORD}, follow=True)
    assert answer.request["PATH_INFO"] == "/admin/"


def test_a_session_ends_after_hours_without_a_request(client: Client, instructor: User) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 9, tzinfo=UTC), tick=False) as clock:
        assert sign_in(client, instructor.email)
        for _ in range(3):
            clock.shift(timedelta(hours=settings.ADMIN_SESSION_HOURS, seconds=-1))
            assert client.get("/admin/").status_code == 200
        clock.shift(timedelta(hours=settings.ADMIN_SESSION_HOURS, seconds=1))
        assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("who", ["student", "unapproved"])
def test_students_and_unapproved_accounts_are_refused_with_a_reason(client: Client, request, who: str) -> None:
    user = request.getfixturevalue(who)
    answer = client.post(LOGIN, {"username": user.email, "password": PASSWORD})
    assert REFUSED in errors_of(answer)
    assert client.get("/admin/").status_code == 302
    client.force_login(user)
    assert client.get(LIST)["Location"].startswith(LOGIN)


def test_nothing_about_an_account_is_revealed_without_its_password(client: Client, student: User) -> None:
    answer = client.post(LOGIN, {"username": student.email, "password": "wrong"})
    assert "Wrong email or password" in errors_of(answer)
    assert REFUSED not in errors_of(answer)


def test_the_password_is_not_trimmed(client: Client, instructor: User) -> None:
    instructor.set_password("  spaces around  ")
    instructor.save()
    assert not sign_in(client, instructor.email, "spaces around")
    assert sign_in(client, instructor.email, "  spaces around  ")


@pytest.mark.parametrize(
    "typed", [{"password": "x" * 5000}, {"username": "a\x00b"}, {"username": ""}, {"password": ""}]
)
def test_rubbish_in_the_sign_in_form_is_an_error_of_the_form(client: Client, instructor: User, typed: dict) -> None:
    answer = client.post(LOGIN, {"username": instructor.email, "password": PASSWORD, **typed})
    assert answer.status_code == 200
    assert errors_of(answer)


def test_guesses_here_and_at_the_api_are_counted_together(
    client: Client, instructor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "login_account", "3/min")
    for _ in range(2):
        assert not api_signs_in(instructor.email, "wrong")
    assert not sign_in(client, instructor.email, "wrong")
    answer = client.post(LOGIN, {"username": instructor.email, "password": PASSWORD})
    assert "Too many attempts" in errors_of(answer)
    assert sign_in(client, UserFactory(instructor=True).email)


def test_a_locked_account_is_refused(client: Client, instructor: User) -> None:
    User.objects.filter(pk=instructor.pk).update(is_active=False)
    assert not sign_in(client, instructor.email)


def test_losing_the_role_ends_access_at_once(client: Client, instructor: User) -> None:
    assert sign_in(client, instructor.email)
    approve_role(user=instructor, role=None, by=None)
    assert client.get("/admin/").status_code == 302


def test_an_instructor_works_with_teaching_and_sees_no_people(client: Client, instructor: User) -> None:
    client.force_login(instructor)
    index = client.get("/admin/").content.decode()
    assert "/admin/scenarios/assistantscenario/" in index
    assert client.get("/admin/scenarios/assistantscenario/add/").status_code == 200
    assert "/admin/users/" not in index
    for url in (
        LIST,
        page_of(instructor),
        f"{LIST}add/",
        "/admin/users/roleapproval/",
        f"{LIST}{instructor.pk}/password/",
    ):
        assert client.get(url).status_code == 403, url


def test_groups_have_the_permissions_of_the_roles(instructor: User, admin_user: User) -> None:
    for user in (instructor, admin_user):
        assert user.has_perms(["scenarios.change_assistantscenario", "openai_integration.view_thread"])
        assert not user.has_perm("openai_integration.change_thread")
    assert admin_user.has_perms(["users.view_user", "users.change_user", "users.add_user"])
    assert not admin_user.has_perm("users.delete_user")
    assert not instructor.has_perm("users.view_user")
