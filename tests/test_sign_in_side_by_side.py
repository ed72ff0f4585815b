"""Accounts made by the old service sign in at every address as they do there, blanks included."""

import itertools
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.test import Client
from passlib.hash import pbkdf2_sha256
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.users.models import User
from tests.legacy.databases import connect, django_on
from tests.legacy.together import Together

pytestmark = [pytest.mark.old_api, pytest.mark.programs]

BLANKS = ("", " ", "   ", "\t", "\u00a0", "\r\n")
EMAILS = (*BLANKS, "jo@example.org ", "jo@example.org", "Jo@example.org")
PASSWORDS = (*BLANKS, "a", " a ", "a\u00a0")


@pytest.fixture
def there(together: Together, django_db_blocker: DjangoDbBlocker) -> Iterator[Together]:
    with django_db_blocker.unblock(), django_on(together.database):
        yield together


def made_by_flask(database: str, password: str) -> None:
    """An account of each email, all with this password and no other, as the old service makes them."""
    statement = 'INSERT INTO "user" (username, email, password, role) VALUES (%s, %s, %s, %s)'
    hashed = pbkdf2_sha256.using(rounds=29_000).hash(password)
    with connect(database) as connection:
        connection.execute('DELETE FROM "user" WHERE email = ANY(%s)', [list(EMAILS)])
        for email in EMAILS:
            connection.execute(statement, (f"With {email!r}", email, hashed, "instructor"))
    User.objects.filter(email__in=EMAILS).update(approved_role="instructor")


def admin_lets_in(email: str, password: str) -> bool:
    client = Client()
    client.post("/admin/login/", {"username": email, "password": password})
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize("password", PASSWORDS)
def test_an_account_signs_in_everywhere_or_nowhere(password: str, there: Together) -> None:
    made_by_flask(there.database, password)
    for email, typed in itertools.product(EMAILS, {password, f"{password} ", password.strip(), ""}):
        body = {"email": email, "password": typed}
        old = httpx2.post(f"{there.flask.url}/api/login", json=body, trust_env=False)
        new = APIClient().post("/api/login", body)
        assert (new.status_code, new.json().get("message")) == (old.status_code, old.json().get("message")), body
        assert new.json().get("name") == old.json().get("name"), body
        v2 = APIClient().post("/api/v2/auth/login/", body)
        assert v2.status_code == old.status_code, body
        if v2.status_code == 200:
            assert v2.json()["user"]["username"] == old.json()["name"], body
        assert admin_lets_in(email, typed) is (old.status_code == 200), body


@pytest.mark.parametrize(
    "body", [{}, {"email": "jo@example.org"}, {"password": "a"}, {"email": None, "password": "a"},
             {"email": "jo@example.org", "password": None}, {"email": 0, "password": False}],
)  # fmt: skip
def test_what_is_missing_is_told_in_the_old_words(body: dict[str, Any], there: Together) -> None:
    old = httpx2.post(f"{there.flask.url}/api/login", json=body, trust_env=False)
    new = APIClient().post("/api/login", body)
    assert (new.status_code, new.json()) == (old.status_code, old.json())
    assert APIClient().post("/api/v2/auth/login/", body).status_code == old.status_code == 400
