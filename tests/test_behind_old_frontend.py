"""The usual setting: an nginx serves the old frontend's files, and all our requests come from its address."""

import re
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from deploy.nginx.files import HERE
from dev.paths import temporary_folder
from dev.processes import Supervisor
from tests.front_nginx import PAGE, FrontNginx, from_guide
from tests.gateway import Gateway
from tests.stack import PASSWORD, wait_until

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]
RUN = "0b8e5e3c-4a52-4a0e-9d1e-000000000000"


class Service(BaseHTTPRequestHandler):
    """It keeps what it is sent; it holds back markings, and the second part of event streams, until `go_on` is set."""

    sent: list[tuple[str, dict[str, str]]]
    go_on: threading.Event

    def do_GET(self) -> None:
        self.sent.append((self.path, dict(self.headers)))
        self.send_response(200)
        self.end_headers()
        if "/events" in self.path:
            self.wfile.write(b"first\n")
            self.go_on.wait(60)
        self.wfile.write(b"last\n")

    def do_POST(self) -> None:
        self.sent.append((self.path, dict(self.headers)))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.go_on.wait(60)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module", params=[False, True], ids=["two nginx", "one nginx"])
def _front(request: pytest.FixtureRequest) -> Iterator[tuple[FrontNginx, type[Service]]]:
    service: type[Service] = type("Service", (Service,), {"sent": [], "go_on": threading.Event()})
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), service) as server,
        temporary_folder() as folder,
        Supervisor() as supervisor,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ports = dict.fromkeys(("web", "async", "flask"), server.server_port)
        front = FrontNginx(supervisor, folder, ports, one=request.param)
        front.ours.switch(1)
        yield front, service
        service.go_on.set()
        server.shutdown()


@pytest.fixture
def front(_front: tuple[FrontNginx, type[Service]]) -> FrontNginx:
    return _front[0]


@pytest.fixture
def service(_front: tuple[FrontNginx, type[Service]]) -> Iterator[type[Service]]:
    """What is behind both, whatever its name: nothing sent yet, nothing let go."""
    _front[1].sent.clear()
    _front[1].go_on.clear()
    yield _front[1]
    _front[1].go_on.set()


def test_it_goes_on_serving_its_files_and_only_the_api_comes_here(front: FrontNginx, service: type[Service]) -> None:
    for path in ("/", "/index.html", "/patients/7", "/apiary"):
        assert httpx2.get(f"{front.url}{path}").text == PAGE
    assert service.sent == []
    answer = httpx2.get(f"{front.url}/api/a%20b/%2Fc?d=e%2Ff")
    assert (answer.text, answer.headers["X-Served-By"]) == ("last\n", "flask")
    assert service.sent[0][0] == "/api/a%20b/%2Fc?d=e%2Ff", "as it was sent"


def test_clients_addresses_are_seen_and_not_what_they_say_of_themselves(
    front: FrontNginx, service: type[Service]
) -> None:
    claims = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.7"}
    for address in ("127.0.0.2", "127.0.0.3"):
        with httpx2.Client(transport=httpx2.HTTPTransport(local_address=address)) as client:
            answer = client.get(f"{front.url}/api/activities", headers=claims)
        (_, sent) = service.sent.pop()
        assert (sent["X-Forwarded-For"], sent["X-Real-IP"], sent["X-Forwarded-Proto"]) == (address, address, "http")
        assert front.ours.logged(answer)[0]["client"] == address
        assert sent["Host"] == front.url.removeprefix("http://")


def test_query_strings_are_in_no_log(front: FrontNginx, service: type[Service]) -> None:
    ticket = secrets.token_hex(8)
    answer = httpx2.get(f"{front.url}/api/v2/scenarios?ticket={ticket}")
    page = f"/patients/{secrets.token_hex(4)}"
    httpx2.get(f"{front.url}{page}")
    assert front.ours.logged(answer)[0]["path"] == "/api/v2/scenarios"
    wait_until(lambda: page in front.log.read_text(), "the one in front has logged the page")
    logs = [front.log, *front.ours.folder.rglob("*.log")]
    assert not [path for path in logs if ticket in path.read_text()]


def test_a_ticket_is_in_no_log_while_ours_is_down(front: FrontNginx) -> None:
    ticket = secrets.token_hex(8)
    with front.without_ours():
        answer = httpx2.get(f"{front.url}/api/v2/runs/{RUN}/events/?ticket={ticket}")
    assert answer.status_code == 502
    logs = [front.log, front.errors, *front.ours.folder.rglob("*.log")]
    assert not [path for path in logs if ticket in path.read_text()]


def test_a_marking_is_not_cut_where_the_usual_time_out_would_have(front: FrontNginx, service: type[Service]) -> None:
    address = "activities/1/rubric_assessment"
    with ThreadPoolExecutor(1) as pool:
        marking = pool.submit(httpx2.post, f"{front.url}/api/{address}", json={}, timeout=60)
        try:
            wait_until(lambda: bool(service.sent), "the service has the marking")
            cut = httpx2.post(f"{front.url}/before/{address}", json={}, timeout=60)
        finally:
            service.go_on.set()
        assert (cut.status_code, marking.result().status_code) == (504, 200)


def test_its_time_outs_are_longer_than_ours_and_ours_than_a_marking() -> None:
    (in_front,) = map(int, re.findall(r"proxy_read_timeout (\d+)s;", from_guide("nginx")))
    ours = [int(seconds) for seconds in re.findall(r"proxy_read_timeout (\d+)s;", (HERE / "site.conf").read_text())]
    assert sorted(ours) == [60, 130, 300]
    assert in_front > max(ours)


def test_events_arrive_as_they_are_sent(front: FrontNginx, service: type[Service]) -> None:
    with httpx2.stream("GET", f"{front.url}/api/v2/runs/{RUN}/events/", timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "first"
        service.go_on.set()
        assert next(lines) == "last"


@pytest.fixture(scope="module")
def front_of_services(_gateway: Gateway) -> Iterator[FrontNginx]:
    """The same before the real services, everything here."""
    with temporary_folder() as folder, Supervisor() as supervisor:
        front = FrontNginx(supervisor, folder, {name: _gateway.ports[name] for name in ("web", "async", "flask")})
        front.ours.switch(3)
        yield front


def test_limits_by_address_do_not_count_everybody_as_one(gateway: Gateway, front_of_services: FrontNginx) -> None:
    guess = {"email": f"{secrets.token_hex(4)}@example.org", "password": PASSWORD}

    def guesses(address: str, times: int) -> list[int]:
        with httpx2.Client(transport=httpx2.HTTPTransport(local_address=address), timeout=30) as client:
            url = f"{front_of_services.url}/api/v2/auth/login/"
            return [client.post(url, json=guess).status_code for _ in range(times)]

    assert guesses("127.0.0.2", 11) == [401] * 10 + [429]
    assert guesses("127.0.0.3", 1) == [401]


def test_the_size_of_a_body_is_left_to_the_services(front_of_services: FrontNginx) -> None:
    answer = httpx2.post(f"{front_of_services.url}/api/v2/scenarios/", content=b"x" * 1_900_000)
    assert (answer.status_code, answer.headers["X-Served-By"]) == (401, "web")
