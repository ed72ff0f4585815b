"""Registration through gunicorn's processes, with many requests at once."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.stack import PASSWORD, Stack

pytestmark = [pytest.mark.old_api, pytest.mark.stack]

SURFACES = ("/api/v2/auth/register/", "/api/create_users")


def register(url: str, path: str, email: str) -> httpx2.Response:
    body = {"username": "Sam", "email": email, "password": PASSWORD}
    claim = {} if path == SURFACES[0] else {"role": "admin"}
    return httpx2.post(url + path, json=body | claim, timeout=60, trust_env=False)


def test_only_people_of_the_domain_get_in_and_of_one_email_in_many_spellings_one(stack: Stack) -> None:
    name = f"sam.{secrets.token_hex(4)}"
    spellings = [name, name.upper(), name.capitalize(), name.title()]
    with stack.web(REGISTRATION="domains", REGISTRATION_DOMAINS="uni.example", WEB_CONCURRENCY="3") as url:
        for path in SURFACES:
            assert register(url, path, f"{name}@example.org").status_code == 400
        with ThreadPoolExecutor(16) as pool:
            calls = [
                pool.submit(register, url, path, f"{spelling}@{domain}")
                for spelling in spellings
                for domain in ("uni.example", "UNI.example")
                for path in SURFACES
            ]
            statuses = [call.result().status_code for call in calls]
    assert sorted({*statuses}) == [201, 400, 409]
    assert statuses.count(201) == 1
    assert len(stack.rows('SELECT id FROM "user" WHERE lower(email) = %s', f"{name}@uni.example")) == 1


def test_nobody_gets_in_where_it_is_closed(stack: Stack) -> None:
    with stack.web(REGISTRATION="closed", WEB_CONCURRENCY="1") as url:
        answers = [register(url, path, f"{secrets.token_hex(4)}@example.org").status_code for path in SURFACES]
    assert answers == [403, 400]
