"""Sign-ins, refreshes and sign-outs over HTTP, at the production processes."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.stack import PASSWORD, Stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

NEW = "a pass phrase of a test 6"


class Person:
    """Somebody with an account, who asks both processes that answer requests."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.email = f"{secrets.token_hex(4)}@example.org"
        self.http = {name: httpx2.Client(base_url=f"{url}/api/v2", timeout=60) for name, url in urls.items()}
        self.post("/auth/register/", {"username": "Sam", "email": self.email, "password": PASSWORD})

    def post(self, path: str, body: dict[str, str], at: str = "web", **headers: str) -> httpx2.Response:
        return self.http[at].post(path, json=body, headers=headers)

    def sign_in(self, password: str = PASSWORD, address: str = "198.51.100.7") -> httpx2.Response:
        body = {"email": self.email, "password": password}
        return self.post("/auth/login/", body, **{"X-Forwarded-For": address})

    def me(self, access: str) -> list[int]:
        headers = {"Authorization": f"Bearer {access}"}
        return [client.get("/users/me/", headers=headers).status_code for client in self.http.values()]


@pytest.fixture(scope="module")
def urls(_stack: tuple[Stack, str]) -> Iterator[dict[str, str]]:
    """Both processes behind a proxy, for all tests here."""
    stack = _stack[0]
    with stack.web(NUM_PROXIES="1") as web, stack.asynchronous(NUM_PROXIES="1") as (_, asynchronous):
        yield {"web": web, "async": asynchronous}


@pytest.fixture
def person(stack: Stack, urls: dict[str, str]) -> Iterator[Person]:
    person = Person(urls)
    yield person
    for client in person.http.values():
        client.close()


def test_a_session_from_sign_in_to_sign_out_and_a_new_password_in_every_process(person: Person) -> None:
    here, elsewhere = person.sign_in().json(), person.sign_in().json()
    assert [person.me(pair["access"]) for pair in (here, elsewhere)] == [[200, 200]] * 2

    def refresh(pair: dict[str, str], at: str) -> tuple[int, dict[str, Any]]:
        answer = person.post("/auth/refresh/", {"refresh": pair["refresh"]}, at)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: refresh(here, ("web", "async")[number % 2]), range(10)))
    assert {status for status, _ in answers} == {200}
    assert len({pair["refresh"] for _, pair in answers}) == 1
    here = answers[0][1]

    authorization = {"Authorization": f"Bearer {here['access']}"}
    signed_out = person.post("/auth/logout/", {"refresh": here["refresh"]}, "async", **authorization)
    assert signed_out.status_code == 204
    assert [person.me(pair["access"]) for pair in (here, elsewhere)] == [[401, 401]] * 2
    assert refresh(here, "web")[0] == 401
    status, elsewhere = refresh(elsewhere, "web")
    assert (status, person.me(elsewhere["access"])) == (200, [200, 200])

    body = {"old_password": PASSWORD, "new_password": NEW}
    changed = person.post("/auth/password/change/", body, Authorization=f"Bearer {elsewhere['access']}").json()
    assert [person.me(pair["access"]) for pair in (elsewhere, changed)] == [[401, 401], [200, 200]]
    assert [refresh(pair, "web")[0] for pair in (elsewhere, changed)] == [401, 200]


def test_a_hundred_guesses_at_once_from_a_hundred_addresses_and_the_owner_gets_in(person: Person, stack: Stack) -> None:
    assert person.sign_in().status_code == 200
    with ThreadPoolExecutor(25) as pool:
        guesses = list(pool.map(lambda n: person.sign_in(f"guess {n}", f"203.0.113.{n}"), range(100)))
    statuses = [guess.status_code for guess in guesses]
    assert set(statuses) == {401, 429}
    logged = "".join(log.read_text() for log in stack.folder.glob("web-*.log"))
    # One more after 1 s, 3 s, 7 s, ...: ten more would have taken 17 minutes. Where Redis is too slow none is held.
    assert 20 <= statuses.count(401) < 30 or '"redis_unavailable"' in logged
    held = [guess for guess in guesses if guess.status_code == 429]
    assert {guess.json()["code"] for guess in held} == {"throttled"}
    assert all(int(guess.headers["Retry-After"]) >= 1 for guess in held)
    assert person.sign_in().status_code == 200
    assert '"sign_in_failures"' in logged
    assert all(text not in logged for text in (person.email, "203.0.113.", "198.51.100.7", "guess 7"))
