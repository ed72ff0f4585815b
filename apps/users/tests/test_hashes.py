"""Both services read and write password hashes in one column and one format."""

import getpass
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from passlib.hash import pbkdf2_sha256
from rest_framework.test import APIClient

from apps.users.models import User
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_models import stored_password
from apps.users.tokens import access_token, tokens_for
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db

FORMAT = "$pbkdf2-sha256$29000$"
OWN_PAGE = "/admin/password_change/"
AWKWARD = ["pässwörd ☃ zwölf", "  leading and trailing  ", "x y" * 1365, "ø" * 4096, "tab\tand 'quotes\""]


def signs_in(email: str, password: str) -> bool:
    answer = APIClient().post("/api/v2/auth/login/", {"email": email, "password": password})
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def refreshes(token: str) -> bool:
    return APIClient().post("/api/v2/auth/refresh/", {"refresh": token}).status_code == 200


def store(user: User, raw: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "user" SET password = %s WHERE id = %s', [raw, user.pk])


def is_read_by_the_other_service(user: User, password: str) -> bool:
    raw = stored_password(user)
    return raw.startswith(FORMAT) and pbkdf2_sha256.verify(password, raw)


@pytest.mark.parametrize("password", ["x", *AWKWARD])
def test_a_hash_of_the_other_service_signs_in_and_stays_byte_for_byte(password: str, student: User) -> None:
    raw = pbkdf2_sha256.using(rounds=29_000).hash(password)
    store(student, raw)
    assert not signs_in(student.email, password + "x" if len(password) < 4096 else password[1:])
    assert signs_in(student.email, password)
    assert stored_password(student) == raw


@pytest.mark.parametrize("password", AWKWARD)
def test_the_other_service_reads_a_password_wherever_it_was_set(
    password: str, admin_user: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = {"username": "Zoë", "email": "zoe@example.org", "password": password}
    assert APIClient().post("/api/v2/auth/register/", account).status_code == 201
    user = User.objects.get(email="zoe@example.org")
    assert is_read_by_the_other_service(user, password)

    signed_in = APIClient(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
    change = {"old_password": password, "new_password": password[::-1]}
    assert signed_in.post("/api/v2/auth/password/change/", change).status_code == 200
    assert is_read_by_the_other_service(user, password[::-1])

    client.force_login(admin_user)
    client.post(f"/admin/users/user/{user.pk}/password/", {"password1": password, "password2": password})
    assert is_read_by_the_other_service(user, password)

    added = {"email": "new@example.org", "username": "New", "password1": password, "password2": password}
    submit(client, "/admin/users/user/add/", **added)
    assert is_read_by_the_other_service(User.objects.get(email="new@example.org"), password)

    own = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    client.post(OWN_PAGE, own)
    assert is_read_by_the_other_service(admin_user, password)

    monkeypatch.setattr(getpass, "getpass", lambda prompt: password[::-1])
    call_command("changepassword", user.email)
    assert is_read_by_the_other_service(user, password[::-1])


def test_a_password_disabled_by_an_admin_is_readable_for_flask(admin_user: User, student: User, client: Client) -> None:
    token = tokens_for(student)["refresh"]
    client.force_login(admin_user)
    client.post(f"/admin/users/user/{student.pk}/password/", {"usable_password": "false", "unset-password": "yes"})
    assert stored_password(student).startswith(FORMAT)
    assert not signs_in(student.email, PASSWORD)
    assert not refreshes(token)


def test_a_new_password_on_ones_own_admin_page_signs_out_everywhere_else(instructor: User, client: Client) -> None:
    token = tokens_for(instructor)["refresh"]
    client.force_login(instructor)
    new = {"new_password1": "another pass phrase 2", "new_password2": "another pass phrase 2"}
    assert client.post(OWN_PAGE, {"old_password": "wrong", **new}).status_code == 200
    assert client.post(OWN_PAGE, {"old_password": PASSWORD, **new}).status_code == 302
    assert not refreshes(token)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("field", ["old_password", "new_password1"])
def test_a_password_too_long_for_the_format_is_an_error_of_ones_own_page(
    field: str, instructor: User, client: Client
) -> None:
    client.force_login(instructor)
    typed = {"old_password": PASSWORD, "new_password1": "another pass phrase 2", field: "x y" * 2000}
    answer = client.post(OWN_PAGE, {**typed, "new_password2": typed["new_password1"]})
    assert errors_of(answer)
    assert signs_in(instructor.email, PASSWORD)


def test_a_new_password_at_the_command_line_signs_out_everywhere(
    student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens_for(student)["refresh"]
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "another pass phrase 2")
    call_command("changepassword", student.email)
    assert not refreshes(token)


# More rounds, once the Flask service is off


@pytest.fixture
def alone(settings: Any) -> None:
    settings.FLASK_PARALLEL, settings.PASSWORD_ROUNDS = False, 600_000


@pytest.mark.usefixtures("alone")
def test_a_sign_in_raises_the_rounds_once_and_signs_nobody_out(student: User) -> None:
    token = tokens_for(student)["refresh"]
    store(student, pbkdf2_sha256.using(rounds=29_000).hash("pässwörd ☃"))
    assert not signs_in(student.email, "wrong")
    assert stored_password(student).startswith(FORMAT)
    assert signs_in(student.email, "pässwörd ☃")
    raised = stored_password(student)
    assert raised.startswith("$pbkdf2-sha256$600000$")
    assert pbkdf2_sha256.verify("pässwörd ☃", raised)
    assert signs_in(student.email, "pässwörd ☃")
    assert stored_password(student) == raised
    assert refreshes(token)


@pytest.mark.usefixtures("alone")
def test_two_concurrent_sign_ins_both_succeed(student: User) -> None:
    store(student, pbkdf2_sha256.using(rounds=29_000).hash(PASSWORD))
    first, second = User.objects.get(pk=student.pk), User.objects.get(pk=student.pk)
    for user in (first, second):
        assert user.check_password(PASSWORD)
        assert tokens_for(user)


@pytest.mark.usefixtures("alone")
def test_raising_the_rounds_does_not_undo_a_password_that_was_set_meanwhile(student: User) -> None:
    signing_in = User.objects.get(pk=student.pk)
    newer = pbkdf2_sha256.using(rounds=29_000).hash("newer")
    store(student, newer)
    assert signing_in.check_password(PASSWORD)
    assert stored_password(student) == newer
