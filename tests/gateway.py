"""nginx with the production files, in front of the old service's stand-in and the real web and async."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.common import ROOT
from deploy.nginx.files import Step
from dev.binaries import REDIS, find_program
from dev.paths import temporary_folder
from dev.processes import Account, Supervisor
from dev.servers import free_port, redis_is_ready, redis_process, start_nginx
from dev.system import collect_static_files, responds
from tests.legacy.flask_process import FlaskProcess
from tests.stack import Stack, wait_until

# Stands in for `approve_roles --check` in tests about something else.
ALL_VETTED, SOME_UNVETTED = (shutil.which(name) or name for name in ("true", "false"))


class Nginx:
    """A running nginx, with deploy/switch as an operator calls it."""

    def __init__(self, supervisor: Supervisor, folder: Path, ports: dict[str, int], step: Step) -> None:
        self.ports = {**ports, "nginx": free_port()}
        self.folder = folder / "nginx"
        self.variables = start_nginx(supervisor, folder, self.ports, step)
        self.url = f"http://127.0.0.1:{self.ports['nginx']}"
        supervisor.wait_for("nginx", lambda: responds(self.variables["SWITCH_URL"]))

    def run_switch(self, *arguments: str | int, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run `deploy/switch` from another folder; PYTHON="" uses the venv's Python for approve_roles."""
        begun = self.begin_switch(*arguments, **settings)
        stdout, stderr = begun.communicate()
        return subprocess.CompletedProcess(begun.args, begun.returncode, stdout, stderr)

    def begin_switch(self, *arguments: str | int, **settings: str) -> subprocess.Popen[str]:
        """Start `deploy/switch` and return the running process."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.Popen(
            [ROOT / "deploy" / "switch", *map(str, arguments)],
            cwd="/",
            env={**os.environ, "PATH": path, **self.variables, "PYTHON": ALL_VETTED, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def switch(self, *arguments: str | int) -> str:
        """Run `deploy/switch`, require success, and return its output."""
        done = self.run_switch(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def logged(self, *answers: httpx2.Response) -> list[dict[str, Any]]:
        """Return the access log's lines for these answers, in the same order."""
        wanted = [answer.headers["X-Request-ID"] for answer in answers]
        lines: dict[str, dict[str, Any]] = {}

        def are_there() -> bool:
            text = (self.folder / "virtual-patient.log").read_text()
            lines.update({line["request_id"]: line for line in map(json.loads, text.splitlines())})
            return lines.keys() >= set(wanted)

        # nginx writes a line after it has sent the answer.
        wait_until(are_there, "nginx has logged these requests")
        return [lines[request_id] for request_id in wanted]


class Gateway(Nginx):
    """nginx in front of the real services, which have their own Redis."""

    def __init__(self, stack: Stack, folder: Path, supervisor: Supervisor) -> None:
        self.stack = stack
        account = Account.for_servers()
        self.redis, redis_url = redis_process(find_program(REDIS, folder, account), folder, account)
        self.redis_is_ready = lambda: redis_is_ready(redis_url)
        # Where a page of somebody else's may be.
        self.other_origin = f"http://127.0.0.1:{free_port()}"
        self.settings = {
            "NUM_PROXIES": "1",
            "CORS_ALLOWED_ORIGINS": self.other_origin,
            "REDIS_URL": f"{redis_url}/0",
            "CELERY_BROKER_URL": f"{redis_url}/1",
            # Its clients post many messages without starting runs.
            "THREAD_MAX_UNASKED": "1000000",
            "THREAD_MAX_MESSAGES": "1000000",
        }
        collect_static_files(stack.settings)
        self.flask = FlaskProcess(stack.database_url, secret_key=stack.settings["JWT_SIGNING_KEY"])
        ports = {"web": free_port(), "async": free_port(), "flask": self.flask.port}
        self.web = self._gunicorn("web", "web", ports["web"], "config.wsgi")
        self.async_ = self._gunicorn("async", "asgi", ports["async"], "config.asgi")
        supervisor.start(self.redis, self.web, self.async_)
        super().__init__(supervisor, folder, ports, Step(0))
        for name in ("web", "async"):
            url = f"http://127.0.0.1:{ports[name]}/health/live"
            supervisor.wait_for(name, partial(responds, url))

    def _gunicorn(self, name: str, kind: str, port: int, module: str) -> Any:
        options = ("-c", f"deploy/gunicorn/{kind}.py", "--bind", f"127.0.0.1:{port}", f"{module}:application")
        return self.stack.process(name, "-m", "gunicorn", *options, **self.settings)

    def sign_in(self, email: str, password: str) -> httpx2.Client:
        """Sign in at the old API and return the client, as the old frontend does."""
        client = httpx2.Client(base_url=f"{self.url}/api", timeout=30)
        answer = client.post("/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return client

    @contextlib.contextmanager
    def without_redis(self) -> Iterator[None]:
        self.redis.ask_to_stop()
        self.redis.end()
        try:
            yield
        finally:
            self.redis.start()
            wait_until(self.redis_is_ready, "Redis answers", self.redis)


@pytest.fixture(scope="session")
def _gateway(_stack: tuple[Stack, str]) -> Iterator[Gateway]:
    with temporary_folder() as folder, Supervisor() as supervisor:
        running = Gateway(_stack[0], folder, supervisor)
        with running.flask:
            yield running


@pytest.fixture
def gateway(_gateway: Gateway, stack: Stack) -> Gateway:
    """The running gateway; its `stack` has no fault of an earlier test left."""
    return _gateway
