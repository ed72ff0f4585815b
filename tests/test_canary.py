"""The share of phase 2 behind the old frontend's nginx, with one address and one browser for all clients."""

import contextlib
import re
import threading
from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from dev.paths import temporary_folder
from dev.processes import Supervisor
from tests.front_nginx import FrontNginx
from tests.gateway import Gateway
from tests.stack import STUDENT

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]
PEOPLE, REQUESTS = 60, 20
IDS = [f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(1, 201)]


class Empty(BaseHTTPRequestHandler):
    """A service that answers anything with nothing; nginx's header says which one it is."""

    def answer(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_OPTIONS = answer

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def front() -> Iterator[FrontNginx]:
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server,
        temporary_folder() as folder,
        Supervisor() as supervisor,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield FrontNginx(supervisor, folder, dict.fromkeys(("web", "async", "flask"), server.server_port))
        server.shutdown()


@pytest.fixture
def transport() -> Iterator[httpx2.HTTPTransport]:
    """What all browsers have in common; each has a jar of its own."""
    with httpx2.HTTPTransport() as transport:
        yield transport


def browser(front: FrontNginx, transport: httpx2.HTTPTransport, **headers: str) -> httpx2.Client:
    return httpx2.Client(base_url=front.url, transport=transport, trust_env=False, timeout=30, headers=headers)


def services(client: httpx2.Client, times: int = REQUESTS, path: str = "/api/activities") -> set[str]:
    """Whom it met in so many requests."""
    return {client.get(path).headers["X-Served-By"] for _ in range(times)}


def here(clients: list[httpx2.Client], times: int) -> set[int]:
    """Which of them are in the share; each of them meets one service."""
    met = [services(client, times) for client in clients]
    assert {len(names) for names in met} == {1}
    return {number for number, names in enumerate(met) if names == {"web"}}


def cookies_set(answer: httpx2.Response) -> list[Morsel[str]]:
    return [morsel for text in answer.headers.get_list("Set-Cookie") for morsel in SimpleCookie(text).values()]


def test_each_browser_behind_one_address_meets_one_service_and_stays_here_while_the_share_grows(
    front: FrontNginx, transport: httpx2.HTTPTransport
) -> None:
    browsers = [browser(front, transport) for _ in range(PEOPLE)]
    found: dict[int, set[int]] = {}
    for percent in (5, 50, 90):
        front.ours.switch(2, percent)
        found[percent] = here(browsers, REQUESTS)
        print(f"{percent} %: {len(found[percent])} of {PEOPLE} here")
    assert found[5] <= found[50] <= found[90]
    # Their numbers are random: by chance each of these fails less than once in ten million times.
    assert len(found[5]) <= 16
    assert 7 <= len(found[50]) <= 53
    assert len(found[90]) >= 36
    front.ours.switch(2, 50)
    assert here(browsers, 1) == found[50]


def test_a_client_without_cookies_goes_by_its_token(front: FrontNginx, transport: httpx2.HTTPTransport) -> None:
    def forgetful(token: str) -> httpx2.Client:
        client = browser(front, transport, Authorization=f"Bearer {token}")
        client.event_hooks["response"] = [lambda _: client.cookies.clear()]
        return client

    clients = [forgetful(f"header.{known}.signature") for known in IDS[:PEOPLE]]
    found: dict[int, set[int]] = {}
    for percent in (5, 50):
        front.ours.switch(2, percent)
        found[percent] = here(clients, REQUESTS)
        print(f"{percent} %: {len(found[percent])} of {PEOPLE} here")
    assert found[5] < found[50]
    # Always the same tokens, so always the same.
    assert 1 <= len(found[5]) <= 9
    assert 20 <= len(found[50]) <= 40


def test_a_share_is_as_large_as_it_says(front: FrontNginx, transport: httpx2.HTTPTransport) -> None:
    clients = [browser(front, transport, Cookie=f"a=b; vp_share={known}; c=d") for known in IDS]
    for percent, expected in ((5, range(1, 22)), (50, range(72, 129)), (95, range(179, 200))):
        front.ours.switch(2, percent)
        assert len(here(clients, 1)) in expected, percent


def test_a_browser_that_signed_in_before_stays_by_its_token_and_one_that_signs_in_has_its_cookie(
    front: FrontNginx, transport: httpx2.HTTPTransport
) -> None:
    front.ours.switch(2, 50)
    for token in IDS[:10]:
        client = browser(front, transport, Authorization=f"Bearer {token}")
        assert len(services(client)) == 1
        assert not client.cookies
    for token in IDS[:10]:
        client = browser(front, transport)
        before = services(client, 1)  # the sign-in
        client.headers["Authorization"] = f"Bearer {token}"
        assert services(client) == before


def test_the_cookie_is_random_for_the_api_alone_and_set_once(
    front: FrontNginx, transport: httpx2.HTTPTransport
) -> None:
    front.ours.switch(2, 50)
    client = browser(front, transport)
    answer = client.get("/api/activities", headers={"X-Request-ID": "a-known-id"})
    (morsel,) = cookies_set(answer)
    assert re.fullmatch("[0-9a-f]{32}", morsel.value)
    said = {name: value for name, value in morsel.items() if value}
    assert said == {"path": "/api", "max-age": "2592000", "httponly": True, "samesite": "Lax"}
    assert not cookies_set(client.get("/api/activities"))
    assert not cookies_set(client.get("/api/no_such_route"))
    (other,) = cookies_set(browser(front, transport).get("/api/activities"))
    assert other.value != morsel.value
    # The one in front says how the client came.
    secure = httpx2.get(f"{front.ours.url}/api/activities", headers={"X-Forwarded-Proto": "https"})
    assert cookies_set(secure)[0]["secure"] is True


@pytest.mark.parametrize("step", [(0,), (1,), (3,), (4,)], ids=str)
def test_no_cookie_in_another_phase(front: FrontNginx, step: tuple[int, ...]) -> None:
    front.ours.switch(*step)
    assert not cookies_set(httpx2.get(f"{front.ours.url}/api/activities"))


def test_no_cookie_where_all_go_to_one_service_or_none_would_come_back(front: FrontNginx) -> None:
    front.ours.switch(2, 50)
    for path in ("/api/threads", "/api/v2/scenarios", "/api/v2/runs/1/events", "/admin/", "/health/live", "/", "/x"):
        assert not cookies_set(httpx2.get(f"{front.ours.url}{path}")), path
    assert not cookies_set(httpx2.post(f"{front.ours.url}/api/scenarios", json={}))
    assert cookies_set(httpx2.get(f"{front.ours.url}/api/scenarios"))


KNOWN = IDS[0]
RUBBISH = [
    *("", "x", "x" * 32, KNOWN.upper(), KNOWN[:-1], f"{KNOWN}0", f'"{KNOWN}"', f"{KNOWN},{KNOWN}", f" {KNOWN[1:]}"),
    *("$request_id", "../" * 11, "%0d%0aSet-Cookie: a=b", "0" * 4000, "\xff" * 32, "{}", "<script>"),
]


@pytest.mark.parametrize("value", RUBBISH, ids=lambda value: f"{len(value)} {value[:9]!a}")
def test_another_value_is_no_cookie_and_does_no_harm(
    front: FrontNginx, transport: httpx2.HTTPTransport, value: str
) -> None:
    front.ours.switch(2, 50)
    cookie = {b"Cookie": f"vp_share={value}".encode("latin-1")}
    answer = browser(front, transport).get("/api/activities", headers=cookie)
    (morsel,) = cookies_set(answer)
    assert answer.status_code == 200
    assert re.fullmatch("[0-9a-f]{32}", morsel.value)
    by_token = {**cookie, b"Authorization": b"Bearer a.b.c"}
    met = {browser(front, transport).get("/api/activities", headers=by_token).headers["X-Served-By"] for _ in range(9)}
    assert len(met) == 1


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic YTpi", ""])
def test_what_is_no_token_is_no_key(front: FrontNginx, transport: httpx2.HTTPTransport, scheme: str) -> None:
    """A password for all, or an empty token, would put everybody into one share."""
    front.ours.switch(2, 50)
    assert cookies_set(browser(front, transport).get("/api/activities", headers={"Authorization": scheme}))


def test_preflights_of_the_shared_are_answered_by_one_service(
    front: FrontNginx, transport: httpx2.HTTPTransport
) -> None:
    front.ours.switch(2, 50)
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    answers = [browser(front, transport).options("/api/activities", headers=asked) for _ in range(REQUESTS)]
    assert {answer.headers["X-Served-By"] for answer in answers} == {"flask"}


def test_people_who_sign_in_meet_one_of_the_real_services(gateway: Gateway) -> None:
    gateway.switch(2, 50)
    for _ in range(8):
        with contextlib.closing(gateway.sign_in(*STUDENT)) as client:
            answers = [client.get("/activities") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.headers["X-Served-By"] for answer in answers}) == 1
