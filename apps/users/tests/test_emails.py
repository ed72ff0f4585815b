"""Which emails count as equal when signing in and when registering."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db

LOGIN = "/api/v2/auth/login/"
REGISTER = "/api/v2/auth/register/"
ADD = "/admin/users/user/add/"
TAKEN = "An account with this email exists already."

ALIKE = [
    ("Jane.Doe@Example.org", "jane.doe@EXAMPLE.ORG"),
    ("jane@example.org", " jane@example.org\t"),
    ("jane@example.org", "\u00a0jane@example.org\u202f\r\n"),
    ("jane@example.org", "\u3000Jane@Example.org\u2003\x1f"),
    (" spaces@example.org ", "spaces@example.org"),
    ("Not An Email", "not an email  "),
    ("jürgen@bücher.example", "JÜRGEN@BÜCHER.example"),
    ("νίκος@example.org", "ΝΊΚΟΣ@EXAMPLE.org"),
    ("ｊane@example.org", "Ｊane@example.org"),
]
OTHERS = [
    ("jane@example.org", "jane@example.com"),
    ("jane@example.org", "ja ne@example.org"),
    ("jane@example.org", "jane @example.org"),
    ("jane@example.org", "ｊane@example.org"),
    ("jane@example.org", "\u200bjane@example.org"),
    ("strasse@example.org", "straße@example.org"),
    ("istanbul@example.org", "İstanbul@example.org"),
    ("jané@example.org", "jane\u0301@example.org"),
    ("100%@example.org", "1000@example.org"),
    ("under_score@example.org", "under-score@example.org"),
]


def signs_in_as(email: str, password: str = PASSWORD) -> int | None:
    """The id of the account that signs in to v2 with this email."""
    answer = APIClient().post(LOGIN, {"email": email, "password": password})
    return answer.json()["user"]["id"] if answer.status_code == 200 else None


def enters_admin(email: str) -> int | None:
    client = Client()
    client.post("/admin/login/", {"username": email, "password": PASSWORD})
    answer = client.get("/admin/")
    return answer.wsgi_request.user.pk if answer.status_code == 200 else None


@pytest.mark.parametrize(("stored", "typed"), ALIKE)
@pytest.mark.parametrize("door", [signs_in_as, enters_admin])
def test_an_email_in_another_case_or_with_outer_blanks_signs_in_if_it_is_unique(
    stored: str, typed: str, door: Callable[[str], int | None]
) -> None:
    user = UserFactory(email=stored, username="x", instructor=True)
    UserFactory(email="somebody.else@example.org", instructor=True)
    assert (door(stored), door(typed)) == (user.pk, user.pk)


@pytest.mark.parametrize(("stored", "typed"), OTHERS)
def test_another_email_is_nobodys(stored: str, typed: str) -> None:
    UserFactory(email=stored, username="x")
    assert signs_in_as(typed) is None


@pytest.mark.parametrize("door", [signs_in_as, enters_admin])
def test_of_several_alike_each_is_found_as_typed_and_none_otherwise(door: Callable[[str], int | None]) -> None:
    emails = ["jane@example.org", "Jane@example.org", " jane@example.org", "JANE@EXAMPLE.ORG"]
    users = [UserFactory(email=email, username="x", instructor=True).pk for email in emails]
    assert [door(email) for email in emails] == users
    for typed in ("jAne@example.org", "jane@example.org ", "\tJane@example.org"):
        assert door(typed) is None


def test_the_password_is_that_of_the_account_that_is_meant() -> None:
    for email, password in (("jane@example.org", "first phrase 1"), ("Jane@example.org", "second phrase 2")):
        User.objects.filter(pk=UserFactory(email=email).pk).get().set_password(password)
        user = User.objects.get(email=email)
        user.set_password(password)
        user.save()
    assert signs_in_as("Jane@example.org", "first phrase 1") is None
    assert signs_in_as("Jane@example.org", "second phrase 2")


def test_a_locked_account_keeps_its_email_to_itself() -> None:
    UserFactory(email="jane@example.org", is_active=False)
    assert signs_in_as("Jane@example.org") is None


def test_an_unknown_email_asks_the_database_as_often_as_a_known_one(django_assert_num_queries: Any) -> None:
    UserFactory(email="jane@example.org")
    for email in ("jane@example.org", "JANE@example.org", "nobody@example.org"):
        with django_assert_num_queries(1):
            assert signs_in_as(email, "wrong") is None


def test_an_account_among_50000_is_found_by_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO \"user\" (username, email, password) SELECT 'x', 'Person' || n || '@example.org', 'x'"
            " FROM generate_series(1, 50000) n"
        )
        cursor.execute('ANALYZE "user"')
    assert User.objects.meant_by(" person40000@EXAMPLE.org").email == "Person40000@example.org"
    assert "user_folded_email_idx" in User.objects.alike("person7@example.org").explain()


# Registering


@pytest.fixture
def admin_client(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Jane.Doe@Example.org", "jane.doe@EXAMPLE.ORG"),
        (" jane@example.org ", "jane@example.org"),
        ("jane@example.org\u00a0", "JANE@example.org"),
        ("jane@bücher.example", "Jane@BÜCHER.example"),
        ("jane@ｂ.example", "jane@Ｂ.example"),
    ],
)
def test_nobody_gets_an_email_like_anothers(
    stored: str, typed: str, client_for: Any, student: User, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    UserFactory(email=stored, username="x")
    before = sorted(User.objects.values_list("pk", "email"))

    account = {"username": "New", "email": typed, "password": PASSWORD}
    for answer in (
        APIClient().post(REGISTER, account),
        client_for("admin").patch(f"/api/v2/users/{student.pk}/", {"email": typed}),
    ):
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["email"])
    typed_in = {"email": typed, "username": "New", "password1": PASSWORD, "password2": PASSWORD}
    for page, values in ((ADD, typed_in), (f"/admin/users/user/{student.pk}/change/", {"email": typed})):
        assert errors_of(submit(admin_client, page, **values))
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=TAKEN):
        call_command("createsuperuser", "--noinput", email=typed, username="root")

    assert sorted(User.objects.values_list("pk", "email")) == before


def test_every_way_to_register_reports_a_taken_email(client_for: Any, student: User, admin_client: Client) -> None:
    UserFactory(email="jane@example.org")
    account = {"username": "New", "email": "Jane@Example.org", "password": PASSWORD}
    assert APIClient().post(REGISTER, account).json()["fields"] == {"email": [TAKEN]}
    changed = client_for("admin").patch(f"/api/v2/users/{student.pk}/", {"email": "Jane@Example.org"})
    assert changed.json()["fields"] == {"email": [TAKEN]}
    both = {"password1": PASSWORD, "password2": PASSWORD}
    assert errors_of(submit(admin_client, ADD, email="Jane@Example.org", username="New", **both)) == TAKEN


@pytest.mark.parametrize(("stored", "typed"), [("strasse@example.org", "ſtrasse2@example.org"), ("a@b.org", "a@ß.org")])
def test_an_email_that_is_another_is_free(stored: str, typed: str) -> None:
    UserFactory(email=stored)
    answer = APIClient().post(REGISTER, {"username": "New", "email": typed, "password": PASSWORD})
    assert answer.status_code == 201


def test_an_account_changes_the_case_of_its_own_email(client_for: Any, admin_client: Client) -> None:
    user = UserFactory(email="jane@example.org")
    assert client_for("admin").patch(f"/api/v2/users/{user.pk}/", {"email": "Jane@example.org"}).status_code == 200
    answer = submit(admin_client, f"/admin/users/user/{user.pk}/change/", email="JANE@example.org")
    assert answer.redirect_chain, errors_of(answer)
    assert User.objects.get(pk=user.pk).email == "JANE@example.org"


def test_accounts_that_were_alike_before_stay_editable(client_for: Any, admin_client: Client) -> None:
    first, second = UserFactory(email="jane@example.org"), UserFactory(email="Jane@example.org")
    admin = client_for("admin")
    assert admin.patch(f"/api/v2/users/{first.pk}/", {"email": first.email, "username": "One"}).status_code == 200
    answer = submit(admin_client, f"/admin/users/user/{second.pk}/change/", username="Two")
    assert answer.redirect_chain, errors_of(answer)
    assert admin.patch(f"/api/v2/users/{second.pk}/", {"email": "JANE@example.org"}).status_code == 400
    assert admin.patch(f"/api/v2/users/{second.pk}/", {"email": "j.doe@example.org"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_claims_to_equal_emails_one_succeeds(client_for: Any, admin_user: User) -> None:
    renamed = [UserFactory(email=f"old{number}@example.org") for number in range(3)]
    wanted = ["jane@example.org", "Jane@example.org", "JANE@example.org", "jane@EXAMPLE.org", "jAne@example.org"]
    admin = client_for("admin")._credentials

    def register(email: str) -> int:
        try:
            account = {"username": "Jane", "email": email, "password": PASSWORD}
            return APIClient().post(REGISTER, account).status_code
        finally:
            connection.close()

    def rename(user: User, email: str) -> int:
        try:
            return APIClient().patch(f"/api/v2/users/{user.pk}/", {"email": email}, **admin).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(register, email) for email in wanted]
        calls += [
            pool.submit(rename, user, f"jane@{'example'.upper()}.org"[: 16 + n]) for n, user in enumerate(renamed)
        ]
        statuses = [call.result() for call in calls]
    assert User.objects.alike("jane@example.org").count() == 1
    assert all(status in {200, 201, 400} for status in statuses)


def test_they_are_compared_on_sqlite_too(tmp_path: Any) -> None:
    code = """
from django.core.exceptions import ValidationError
from django.core.management import call_command
from apps.users.models import User
call_command("migrate", "users", verbosity=0)
user = User.objects.create_user("Jane@example.org", "Jane", "a pass phrase 1")
assert User.objects.meant_by("\\u00a0jane@EXAMPLE.org ") == user
try:
    User.objects.create_user("jane@example.org", "Jane", "a pass phrase 1")
except ValidationError as error:
    print(error.code)
"""
    environment = {"DJANGO_ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", code],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "email_taken\n"
