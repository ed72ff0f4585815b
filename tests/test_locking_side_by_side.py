"""An account that is locked here cannot sign in at the old service either, until it is unlocked."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.users.models import User
from tests.legacy.databases import connect, django_on
from tests.legacy.together import EMAIL, PASSWORD, Together
from tests.stack import wait_until

pytestmark = [pytest.mark.old_api, pytest.mark.programs]
SIGN_UPS = 40


@pytest.fixture
def there(together: Together, django_db_blocker: DjangoDbBlocker) -> Iterator[Together]:
    with django_db_blocker.unblock(), django_on(together.database):
        yield together


def at_flask(there: Together, method: str, path: str, body: Any = None, token: str = "") -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.request(method, f"{there.flask.url}/api{path}", json=body, headers=headers, trust_env=False)


def test_a_locked_account_is_refused_by_both_in_the_same_words_and_taken_by_both_again(there: Together) -> None:
    me = {"email": EMAIL, "password": PASSWORD}
    token = at_flask(there, "POST", "/login", me).json()["token"]
    User.objects.filter(email=EMAIL).update(is_active=False)
    try:
        for answer in (at_flask(there, "POST", "/login", me), APIClient().post("/api/login", me)):
            assert (answer.status_code, answer.json()) == (401, {"message": "Invalid username or password"})
        here = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
        assert here.get("/api/scenarios").status_code == 401
        # What no lock can reach: a token of before, at an address that is Flask's own.
        assert at_flask(there, "GET", "/scenarios", token=token).status_code == 200
    finally:
        User.objects.filter(email=EMAIL).update(is_active=True)
    assert at_flask(there, "POST", "/login", me).status_code == 200
    assert APIClient().post("/api/login", me).status_code == 200
    assert here.get("/api/scenarios").status_code == 200


def test_accounts_that_flask_makes_are_locked_while_it_goes_on_making_others(there: Together) -> None:
    people = [{"username": "P", "email": f"p{n}@x", "password": f"word {n}", "role": "admin"} for n in range(SIGN_UPS)]
    made: list[int] = []

    def sign_up() -> None:
        made.extend(at_flask(there, "POST", "/create_users", person).status_code for person in people)

    locked: set[str] = set()

    def are_all_locked() -> bool:
        statement = "UPDATE \"user\" SET is_active = false WHERE is_active AND email LIKE 'p%@x' RETURNING email"
        with connect(there.database) as school:
            locked.update(email for (email,) in school.execute(statement))
        return len(locked) == SIGN_UPS

    signing_up = threading.Thread(target=sign_up)
    signing_up.start()
    wait_until(are_all_locked, "all who signed up are locked")
    signing_up.join()
    assert set(made) == {201}
    for person in people[:3]:
        assert at_flask(there, "POST", "/login", person).status_code == 401
    User.objects.filter(email__in=locked).update(is_active=True)
    for person in people[:3]:
        assert at_flask(there, "POST", "/login", person).status_code == 200
