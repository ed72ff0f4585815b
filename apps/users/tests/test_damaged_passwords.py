"""Stored hashes that cannot be parsed."""

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from apps.users.hashers import PasslibPBKDF2Hasher, pbkdf2_sha256
from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

# With a fixed salt, because test names contain it and must be the same in every process.
GOOD = pbkdf2_sha256.using(rounds=29_000, salt=b"sixteen bytes of").hash(PASSWORD)
DAMAGED = [
    "$pbkdf2-sha256$29000$c2FsdA",
    "$pbkdf2-sha256$29000$c2FsdA$",
    "$pbkdf2-sha256$",
    "$pbkdf2-sha256$many$c2FsdA$c2FsdA",
    "$pbkdf2-sha256$-1$c2FsdA$" + GOOD.split("$")[-1],
    "$pbkdf2-sha256$29000$é$" + GOOD.split("$")[-1],
    "$pbkdf2-sha256$29000$c2Fs*A$" + GOOD.split("$")[-1],
    GOOD[:-1],
    GOOD[:-2],
    GOOD + "AA",
    GOOD[:-2] + "**",
    # The second one would take a quarter of an hour.
    GOOD.replace("$29000$", "$2000001$"),
    GOOD.replace("$29000$", "$4000000000$"),
]


@pytest.fixture(params=DAMAGED)
def damaged(request: pytest.FixtureRequest) -> User:
    user = UserFactory()
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "user" SET password = %s WHERE id = %s', [request.param, user.pk])
    return User.objects.get(pk=user.pk)


def test_a_sign_in_is_refused_as_with_a_wrong_password(damaged: User) -> None:
    client = APIClient(raise_request_exception=False)
    answer = client.post("/api/v2/auth/login/", {"email": damaged.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


def test_the_account_has_its_admin_page_which_says_so_and_shows_no_hash(
    damaged: User, client: Client, admin_user: User
) -> None:
    client.force_login(admin_user)
    client.raise_request_exception = False
    page = client.get(f"/admin/users/user/{damaged.pk}/change/")
    assert page.status_code == 200
    assert PasslibPBKDF2Hasher.algorithm in page.content.decode()
    assert "it cannot be read" in page.content.decode()
    assert "$pbkdf2" not in page.content.decode()


def test_a_damaged_hash_takes_as_many_rounds_as_a_wrong_password(damaged: User, monkeypatch) -> None:
    rounds = []
    real = PasslibPBKDF2Hasher.harden_runtime
    monkeypatch.setattr(
        PasslibPBKDF2Hasher,
        "harden_runtime",
        lambda self, password, encoded: (rounds.append(encoded), real(self, password, encoded)),
    )
    assert not damaged.check_password(PASSWORD)
    assert rounds == [damaged.password]
