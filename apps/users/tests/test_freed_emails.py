"""A freed email stays reserved as long as a token of the Flask service may name it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.users.authentication import FlaskToken
from apps.users.emails import HELD_FOR
from apps.users.models import FreedEmail, User
from apps.users.tasks import forget_freed_emails
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.test_flask_tokens import flask_token, get
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db

GONE = "Gone@example.org"
HELD = "Another account had this email until a short time ago. Try again in an hour."


def page_of(user: User) -> str:
    return f"/admin/users/user/{user.pk}/change/"


def superuser_client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "Root", PASSWORD))
    return client


def register(email: str) -> Any:
    return APIClient().post("/api/v2/auth/register/", {"username": "New", "email": email, "password": PASSWORD})


def is_refused(answer: Any) -> bool:
    return answer.status_code == 400 and answer.json()["fields"] == {"email": [HELD]}


def is_had(answer: Any) -> bool:
    return answer.status_code in {200, 201}


def saved(user: User, client_for: Any) -> None:
    user.email = "new@example.org"
    user.save()


def patched(user: User, client_for: Any) -> None:
    assert client_for("admin").patch(f"/api/v2/users/{user.pk}/", {"email": "new@example.org"}).status_code == 200


def renamed_in_the_admin(user: User, client_for: Any) -> None:
    assert submit(superuser_client(), page_of(user), email="new@example.org").redirect_chain


def deleted_in_the_admin(user: User, client_for: Any) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    assert superuser_client().post("/admin/users/user/", chosen).status_code == 302


def deleted_by_another_service(user: User, client_for: Any) -> None:
    """Delete or change it as a database role without rights on our tables."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE another_service")
        cursor.execute('GRANT SELECT, DELETE ON "user" TO another_service')
        cursor.execute("SET LOCAL ROLE another_service")
        cursor.execute('DELETE FROM "user" WHERE id = %s', [user.pk])
        cursor.execute("RESET ROLE")


WAYS = {
    "save": saved,
    "the API": patched,
    "the admin's form": renamed_in_the_admin,
    "an update": lambda user, client_for: User.objects.filter(pk=user.pk).update(email="new@example.org"),
    "delete": lambda user, client_for: user.delete(),
    "delete of a set": lambda user, client_for: User.objects.filter(pk=user.pk).delete(),
    "the admin's action": deleted_in_the_admin,
    "SQL of others": deleted_by_another_service,
}


def freed_ago(time: timedelta) -> None:
    FreedEmail.objects.filter(email=GONE).update(freed_at=Now() - time)


@pytest.fixture
def freed() -> User:
    """Somebody who has just changed their email from GONE."""
    user = UserFactory(email=GONE)
    User.objects.filter(pk=user.pk).update(email="new@example.org")
    return user


@pytest.mark.parametrize("way", WAYS)
def test_however_it_was_given_up_it_is_held_for_an_hour(way: str, client_for: Any) -> None:
    user = UserFactory(email=GONE)
    WAYS[way](user, client_for)
    assert not User.objects.filter(email=GONE).exists()
    assert is_refused(register(GONE))
    freed_ago(timedelta(minutes=59))
    assert is_refused(register(GONE))
    freed_ago(HELD_FOR)
    assert register(GONE).status_code == 201


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_machine_whose_clock_is_off_holds_it_no_shorter_and_no_longer(hours: int, freed: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert is_refused(register(GONE))
        forget_freed_emails()
        assert is_refused(register(GONE))
        freed_ago(HELD_FOR)
        assert register(GONE).status_code == 201


def test_it_is_held_from_everybody_at_every_door(
    freed: User, client_for: Any, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(User.objects.values_list("pk", "email"))
    assert is_refused(client_for("admin").patch(f"/api/v2/users/{student.pk}/", {"email": GONE}))
    client = Client()
    client.force_login(UserFactory(admin=True))
    assert errors_of(submit(client, page_of(student), email=GONE)) == HELD
    both = {"password1": PASSWORD, "password2": PASSWORD}
    assert errors_of(submit(client, "/admin/users/user/add/", email=GONE, username="New", **both)) == HELD
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=HELD):
        call_command("createsuperuser", "--noinput", email=GONE, username="root")
    assert {row for row in User.objects.values_list("pk", "email") if row[1] == GONE} == set()
    assert len(before) == User.objects.count() - 2  # the accounts that signed in


@pytest.mark.parametrize("door", ["the API", "the admin site"])
def test_its_last_account_can_take_the_email_back_at_once(door: str, freed: User, client_for: Any) -> None:
    if door == "the API":
        assert is_had(client_for("admin").patch(f"/api/v2/users/{freed.pk}/", {"email": GONE}))
    else:
        assert submit(superuser_client(), page_of(freed), email=GONE).redirect_chain
    assert User.objects.get(email=GONE) == freed
    assert is_refused(register("new@example.org"))


def test_a_token_of_the_other_service_never_opens_the_next_account_of_its_email(settings: Any) -> None:
    first, token = UserFactory(email=GONE), flask_token(GONE)
    first.delete()
    assert is_refused(register(GONE))
    assert get(token).json()["code"] == "user_not_found"
    freed_ago(HELD_FOR)
    with time_machine.travel(timezone.now() + HELD_FOR):
        assert register(GONE).status_code == 201
        assert get(token).json()["code"] == "token_not_valid"


def test_without_flask_a_freed_email_is_available_at_once(freed: User, settings: Any) -> None:
    settings.FLASK_TOKENS = settings.FLASK_PARALLEL = False
    assert register(GONE).status_code == 201


def test_in_another_case_it_is_another_email_to_the_other_service(freed: User) -> None:
    assert register(GONE.lower()).status_code == 201


def test_an_account_that_keeps_its_email_gives_up_none(student: User, client_for: Any) -> None:
    student.username = "Renamed"
    student.save()
    User.objects.filter(pk=student.pk).update(email=student.email, is_active=False)
    assert not FreedEmail.objects.exists()


def test_a_change_that_is_taken_back_gives_up_nothing(student: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        student.delete()
        cursor.execute("ROLLBACK TO before")
    assert not FreedEmail.objects.exists()


def test_expired_reservations_are_deleted(freed: User) -> None:
    UserFactory(email="later@example.org").delete()
    freed_ago(HELD_FOR)
    forget_freed_emails()
    assert [row.email for row in FreedEmail.objects.all()] == ["later@example.org"]
    assert "example.org" not in str(FreedEmail.objects.get())


def test_it_is_held_for_as_long_as_a_token_lives_that_names_it() -> None:
    assert max(FlaskToken.lifetime, configured.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"]) <= HELD_FOR
