"""Requests recorded at the old service get the recorded answers here, on a database of the same kind."""

import copy
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from passlib.hash import pbkdf2_sha256

from deploy.common import PYTHON, ROOT
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import free_port, start_nginx
from dev.system import manage, responds
from tests.legacy.databases import connect, flask_database, url_of
from tests.legacy.replay import CONTRACT, Answer, differences, replay
from tests.mocks.openai_mock import EmulatorProcess
from tests.servers import redis_databases
from tests.stack import Stack

pytestmark = [pytest.mark.old_api, pytest.mark.stack, pytest.mark.timeout(240)]

VETTED = (
    ("Ines Instructor", "ines@example.org", "battery staple", "instructor"),
    ("Adam Admin", "adam@example.org", "paper clip", "admin"),
)


@pytest.fixture
def address() -> Iterator[str]:
    """nginx before web, async and a worker, on an adopted database with nothing in it but the two vetted accounts."""
    with ExitStack() as everything:
        name = everything.enter_context(flask_database(rows=False))
        _insert_accounts(name)
        folder = everything.enter_context(temporary_folder())
        supervisor = everything.enter_context(Supervisor())
        emulator = everything.enter_context(EmulatorProcess())
        stack = Stack(folder, supervisor, emulator, {"DATABASE_URL": url_of(name), **redis_databases(2)})
        adopt: list[str | Path] = [PYTHON, "manage.py", "adopt_flask", "--i-have-a-backup"]
        subprocess.run(adopt, cwd=ROOT, env=stack.settings, check=True, stdout=subprocess.DEVNULL)
        manage(stack.settings, "approve_roles", "--approve", *(email for _, email, _, _ in VETTED))
        urls = everything.enter_context(stack.whole(NUM_PROXIES="1"))
        ports = {"nginx": free_port(), **{name: urlsplit(url).port or 0 for name, url in urls.items()}}
        start_nginx(supervisor, folder, ports)
        url = f"http://127.0.0.1:{ports['nginx']}"
        supervisor.wait_for("nginx", lambda: responds(f"{url}/health/live"))
        yield url


def _insert_accounts(name: str) -> None:
    """With the old service's own statement and hashes."""
    statement = 'INSERT INTO "user" (username, email, password, role) VALUES (%s, %s, %s, %s)'
    with connect(name) as connection:
        for username, email, password, role in VETTED:
            connection.execute(statement, (username, email, pbkdf2_sha256.using(rounds=29000).hash(password), role))


def test_all_that_was_recorded_of_the_old_service_is_answered_in_the_same_way(address: str) -> None:
    steps = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert len(steps) == 120
    assert replay(address, steps) == {}


ROW = {"id": 1, "name": "Opening", "passed": True, "criteria": [{"id": 7, "score": 1}]}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), "Closing"),
        (("passed",), 1),
        (("passed",), None),
        (("id",), "1"),
        (("criteria",), []),
        (("criteria", 0, "score"), 2),
        (("criteria", 0, "score"), "1"),
        (("criteria", 0, "extra"), 0),
    ],
)
def test_the_replay_notices_what_a_frontend_would(path: tuple[str | int, ...], value: object) -> None:
    step = {"expect": {"status": 200, "json": True, "body": [ROW]}}
    changed = copy.deepcopy([ROW])
    inner: Any = changed[0]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert differences(step, Answer(200, [{**ROW, "id": 99}], True)) == []
    assert len(differences(step, Answer(200, changed, True))) == 1
    assert differences(step, Answer(500, [ROW], True))
    assert differences(step, Answer(200, [ROW, ROW], True))
