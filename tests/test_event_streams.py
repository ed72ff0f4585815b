"""Hundreds of event streams through the real nginx and async: what they use, and what they leave to others."""

import asyncio
import errno
import os
import runpy
import shlex
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RLIMIT_NOFILE, prlimit
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from deploy.common import ROOT
from deploy.nginx.files import Step
from dev.paths import temporary_folder
from dev.processes import Process, Supervisor
from dev.system import responds
from tests.gateway import Nginx
from tests.stack import STUDENT, SignedInClient, Stack, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
# More than two workers of an nginx with the usual 512 connections can pass on.
MANY = 600
DESCRIPTORS = 128
MAY_BE_STREAMS = 96
NO_LIMITS = {
    "STREAM_LIMITS": "run=9999,person=9999,address=9999,process=9999",
    "THROTTLE_RATES": "polls=99999/min",
    "NUM_PROXIES": "1",
}


@dataclass
class Ground:
    """nginx before web and async, which limits streams by its descriptors alone, and a run that stays open."""

    nginx: Nginx
    async_: Process
    async_url: str
    path: str
    idle: int = 0

    @property
    def worker(self) -> int:
        """The process that has the streams."""
        master = self.async_.popen.pid
        return int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.worker}/fd"))

    def wait_until_idle(self) -> None:
        wait_until(lambda: self.descriptors() <= self.idle, "async has let go of all streams", self.async_)

    @contextmanager
    def restricted(self) -> Iterator[None]:
        """Async with few descriptors."""
        usual = prlimit(self.worker, RLIMIT_NOFILE)
        prlimit(self.worker, RLIMIT_NOFILE, (DESCRIPTORS, usual[1]))
        try:
            yield
        finally:
            prlimit(self.worker, RLIMIT_NOFILE, usual)


@pytest.fixture(scope="module")
def _ground(_stack: tuple[Stack, str]) -> Iterator[Ground]:
    stack, settings = _stack[0], {**NO_LIMITS, "RUN_DEADLINE_S": "1200"}
    with ExitStack() as running:
        web = running.enter_context(stack.web(**settings))
        async_, async_url = running.enter_context(stack.asynchronous(**settings))
        folder, supervisor = running.enter_context(temporary_folder()), running.enter_context(Supervisor())
        ports = {"web": urlsplit(web).port or 0, "async": urlsplit(async_url).port or 0}
        nginx = Nginx(supervisor, folder, ports, Step(4))
        with SignedInClient(nginx.url, *STUDENT) as student:
            thread = student.post("/threads/", {"activity_id": student.get("/activities/")["results"][0]["id"]})
            run = student.post(f"/threads/{thread['id']}/runs/", {"content": "Good morning."})
        yield Ground(nginx, async_, async_url, run["events_url"])


@pytest.fixture
def ground(_ground: Ground) -> Iterator[Ground]:
    with streams(_ground.nginx.url, _ground.path, 1):  # what is opened once for all is open now
        _ground.idle = _ground.descriptors()
    _ground.wait_until_idle()
    yield _ground
    _ground.wait_until_idle()


@contextmanager
def streams(url: str, path: str, count: int, *, comes_from: str = "127.0.0.1") -> Iterator[Counter[int]]:
    """Ask for events so many times, one after the other; the statuses, while the streams are open."""
    address, statuses = urlsplit(url), Counter[int]()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    with ExitStack() as opened:
        for _ in range(count):
            connection = socket.create_connection(
                (address.hostname, address.port), timeout=60, source_address=(comes_from, 0)
            )
            opened.enter_context(connection)
            connection.sendall(request.encode())
            statuses[int(connection.recv(4096).split(b" ")[1])] += 1
        yield statuses


def assert_others_are_answered(ground: Ground) -> None:
    for url in (ground.nginx.url, ground.async_url):
        assert httpx2.get(f"{url}/health/live", timeout=30).status_code == 200
    with SignedInClient(ground.nginx.url, *STUDENT) as somebody:
        assert somebody.get("/activities/")["count"] > 0


def assert_refused(answer: httpx2.Response) -> None:
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers.get_list("Retry-After") == ["5"]
    assert answer.json().keys() == {"code", "detail"}
    assert answer.json()["code"] == "too_many_streams"
    assert "poll the run" in answer.json()["detail"]


def test_hundreds_of_streams_leave_connections_to_everybody_else(ground: Ground) -> None:
    with streams(ground.nginx.url, ground.path, MANY) as statuses:
        assert statuses == {200: MANY}
        assert_others_are_answered(ground)


def test_streams_take_three_quarters_of_the_descriptors_and_leave_the_rest(ground: Ground) -> None:
    with ground.restricted():
        with streams(ground.nginx.url, ground.path, MAY_BE_STREAMS + 40) as statuses:
            assert statuses == {200: MAY_BE_STREAMS, 429: 40}
            assert_refused(httpx2.get(f"{ground.nginx.url}{ground.path}"))
            assert_others_are_answered(ground)
        wait_until(lambda: answered_with(ground) == {200: 1}, "a place is free again", ground.async_)
    assert "Traceback" not in ground.async_.log.read_text()


def answered_with(ground: Ground) -> Counter[int]:
    with streams(ground.nginx.url, ground.path, 1) as statuses:
        return statuses


def test_nginx_has_a_limit_for_each_address_and_one_for_all(ground: Ground) -> None:
    nginx = ground.nginx
    site = nginx.folder / "virtual-patient" / "site.conf"
    text = site.read_text()
    few = text.replace("streams_of_address 1500;", "streams_of_address 3;").replace("streams 2000;", "streams 5;")
    assert few.count("\n") == text.count("\n")
    assert few != text
    site.write_text(few)
    subprocess.run([*shlex.split(nginx.variables["SWITCH_NGINX"]), "-s", "reload"], check=True, capture_output=True)

    def limit_holds() -> bool:
        with streams(nginx.url, ground.path, 4) as statuses:
            return statuses == {200: 3, 429: 1}

    try:
        wait_until(limit_holds, "nginx has read its files again")
        ground.wait_until_idle()
        with (
            streams(nginx.url, ground.path, 3) as here,
            streams(nginx.url, ground.path, 3, comes_from="127.0.0.2") as there,
        ):
            assert (here, there) == ({200: 3}, {200: 2, 429: 1})
            refused = httpx2.get(f"{nginx.url}{ground.path}", headers={"Origin": "https://elsewhere.example"})
            assert_refused(refused)
            assert refused.headers["Access-Control-Allow-Origin"] == "*"
            assert_others_are_answered(ground)
    finally:
        nginx.switch(4)


def test_async_without_a_descriptor_left_says_so_in_a_line_and_is_back_when_there_are_some(ground: Ground) -> None:
    address = ("127.0.0.1", urlsplit(ground.async_url).port or 0)
    before = ground.async_.log.read_text()

    def said() -> str:
        return ground.async_.log.read_text().removeprefix(before)

    with ground.restricted():
        with ExitStack() as opened:
            for _ in range(DESCRIPTORS + 50):  # some wait to be accepted
                opened.enter_context(socket.create_connection(address, timeout=60))
            # It is said each ten seconds, and tried each second.
            wait_until(lambda: said().count("No connection can be accepted") == 2, "it was said again", ground.async_)
        wait_until(lambda: responds(f"{ground.async_url}/health/live"), "async answers again", ground.async_)
    assert "Traceback" not in said()
    assert len(said().splitlines()) < 20


class Exhausted(socket.socket):
    """A listening socket of a process that has no descriptor left."""

    tries = 0

    def accept(self) -> Any:
        self.tries += 1
        raise OSError(errno.EMFILE, "Too many open files")


class Worker:
    """What gunicorn gives to `post_worker_init`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.log, self.said = loop, self, list[str]()

    def error(self, text: str, *values: object) -> None:
        self.said.append(text % values)


def tried(*, ours: bool) -> tuple[int, int, list[str]]:
    """How often accept was tried at once, how many timers were left for the next time, and what our log says."""

    async def listen() -> tuple[int, int, list[str]]:
        loop = asyncio.get_running_loop()
        worker, heard = Worker(loop), asyncio.Event()
        if ours:
            runpy.run_path(str(ROOT / "deploy" / "gunicorn" / "asgi.py"))["post_worker_init"](worker)
        else:
            loop.set_exception_handler(lambda *_: heard.set())
        listener = Exhausted()
        listener.bind(("127.0.0.1", 0))
        server = await asyncio.start_server(lambda *_: None, sock=listener)
        with socket.create_connection(listener.getsockname()):
            while not listener.tries:
                await asyncio.sleep(0)
        timers = sum(not timer.cancelled() for timer in loop._scheduled)  # type: ignore[attr-defined]
        server.close()
        return listener.tries, timers, worker.said

    return asyncio.run(listen())


def test_asyncio_itself_still_tries_again_and_again() -> None:
    tries, timers, _ = tried(ours=False)
    # A later Python may have learned it; the oldest one that this project takes will not.
    assert sys.version_info >= (3, 12) or tries == timers > 1


def test_one_try_is_left_for_the_next_second() -> None:
    tries, timers, said = tried(ours=True)
    assert tries >= timers == 1
    assert said == ["No connection can be accepted: [Errno 24] Too many open files"]


def test_the_unit_and_nginx_have_descriptors_and_connections_for_the_streams_that_are_promised() -> None:
    """Each holds one in async; in nginx two, to the client and to async, and all may meet in one of its workers."""
    from config.settings.api import STREAM_LIMITS

    deploy = ROOT / "deploy"
    unit = (deploy / "systemd" / "virtual-patient-async.service").read_text()
    assert "\nLimitNOFILE=8192\n" in unit
    assert STREAM_LIMITS["process"] <= 8192 * 0.75 / 2
    site, local = ((deploy / "nginx" / name).read_text() for name in ("site.conf", "local.conf"))
    guide = (ROOT / "MIGRATION_GUIDE.md").read_text()
    assert f"streams_of_address {STREAM_LIMITS['address']};" in site
    assert f"virtual_patient_streams {STREAM_LIMITS['process']};" in site
    for text in (local, guide):
        assert "worker_connections 8192;" in text
        assert "worker_rlimit_nofile 10000;" in text
