"""Which emails are one: for signing in, and for having one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/api/v2/auth/login/"

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
    """The id of the account that v2 takes this email for."""
    answer = APIClient().post(LOGIN, {"email": email, "password": password})
    return answer.json()["user"]["id"] if answer.status_code == 200 else None


def enters_admin(email: str) -> int | None:
    client = Client()
    client.post("/admin/login/", {"username": email, "password": PASSWORD})
    answer = client.get("/admin/")
    return answer.wsgi_request.user.pk if answer.status_code == 200 else None


@pytest.mark.parametrize(("stored", "typed"), ALIKE)
@pytest.mark.parametrize("door", [signs_in_as, enters_admin])
def test_an_email_in_another_case_and_with_blanks_around_it_is_the_only_one_like_it(
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


def test_among_50000_accounts_one_is_found_by_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO \"user\" (username, email, password) SELECT 'x', 'Person' || n || '@example.org', 'x'"
            " FROM generate_series(1, 50000) n"
        )
        cursor.execute('ANALYZE "user"')
    assert User.objects.meant_by(" person40000@EXAMPLE.org").email == "Person40000@example.org"
    assert "user_folded_email_idx" in User.objects.alike("person7@example.org").explain()
