"""The adoption leaves no settings or locks in a session, and refuses sessions that a pooler shares."""

import json
import os
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from psycopg import conninfo
from pytest_django import DjangoDbBlocker

from apps.adoption import migrating, sessions, undo
from apps.adoption.own_transactions import OwnWrites
from apps.adoption.tests.school import adopt_flask
from dev.paths import temporary_folder
from dev.processes import Account
from dev.servers import free_port
from tests.legacy.databases import connect, django_on, flask_database, url_of
from tests.stack import wait_until

pytestmark = pytest.mark.programs

# Names with a dot are of modules that a session loads.
STATE = """
    SELECT (SELECT json_object_agg(name, setting ORDER BY name)::text FROM pg_settings WHERE name !~ '[.]'),
           (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
           (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors WHERE is_holdable),
           pg_my_temp_schema()
"""
# A key is 8 bytes, of which 4 are the process id.
BACKEND_KEY = ord("K")


def quiet(text: str) -> None:
    """Ignore progress reports."""


@pytest.fixture
def flask(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with flask_database() as name, django_db_blocker.unblock(), django_on(name):
        yield name


@contextmanager
def one_connection() -> Iterator[Callable[[], dict[str, Any]]]:
    """Give Django one session of a pool instead of a new one. Yields a function that returns the session's state."""

    def state() -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            settings, *counts = cursor.fetchone()
            found = json.loads(settings) | {"process": connection.connection.info.backend_pid, "counts": str(counts)}
        connection.close()
        return found

    server = connections["default"].settings_dict
    usual = {"OPTIONS": server["OPTIONS"], "CONN_MAX_AGE": server["CONN_MAX_AGE"]}
    server.update(OPTIONS={**server["OPTIONS"], "pool": {"min_size": 1, "max_size": 1}}, CONN_MAX_AGE=0)
    try:
        yield state
    finally:
        connection.close()
        connection.close_pool()
        server.update(usual)


def test_a_session_is_left_as_it_was_by_an_adoption_and_by_an_undo(flask: str) -> None:
    with connect(flask) as old:
        old.execute(f"ALTER DATABASE {flask} SET statement_timeout = '45s'")
        old.execute(f"ALTER DATABASE {flask} SET idle_in_transaction_session_timeout = '50s'")
    with one_connection() as state:
        before = state()
        assert before["statement_timeout"] == "45000"
        assert migrating.run_migrations(connection, quiet, OwnWrites())
        assert before.items() ^ state().items() == set()
        with sessions.own_session(connection):
            undo.undo(connection, quiet, known=undo.what_would_be_lost(connection))
        assert before.items() ^ state().items() == set()


def test_a_session_is_left_as_it_was_by_an_adoption_that_fails(flask: str) -> None:
    with connect(flask) as old:
        old.execute("CREATE TABLE threads (id serial)")  # a migration creates it too
    with one_connection() as state:
        before = state()
        with pytest.raises(Exception, match="already exists"):
            migrating.run_migrations(connection, quiet, OwnWrites())
        assert before.items() ^ state().items() == set()


def test_a_connection_lost_during_an_index_build_is_reported(flask: str) -> None:
    def lose(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "CONCURRENTLY" in sql:
            with connect(flask) as another:
                another.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        return execute(sql, *rest)

    with connection.execute_wrapper(lose), pytest.raises(OperationalError, match="terminating connection"):
        migrating.run_migrations(connection, quiet, OwnWrites())
    connection.close()


def test_short_limits_of_the_account_do_not_end_the_adoption(flask: str) -> None:
    with connect(flask) as old:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            old.execute(f"ALTER DATABASE {flask} SET {limit} = '250ms'")
        # Three indexed tables in which an index takes longer than that, on whatever machine.
        old.execute(
            "CREATE FUNCTION slow() RETURNS event_trigger AS 'BEGIN PERFORM pg_sleep(0.4); END' LANGUAGE plpgsql"
        )
        old.execute("CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION slow()")
    done = adopt_flask(flask, "--i-have-a-backup", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["adoption"]["ok"]


@pytest.mark.parametrize("option", ["--check", "--fingerprint"])
def test_a_short_lock_timeout_of_the_account_does_not_end_reads(option: str, flask: str) -> None:
    waiting = """
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
        AND clock_timestamp() - query_start > interval '0.5 s'
    """
    with ThreadPoolExecutor() as pool, connect(flask) as old, connect(flask) as another:
        old.execute(f"ALTER DATABASE {flask} SET lock_timeout = '100ms'")
        with old.transaction():
            old.execute('LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE')
            done = pool.submit(adopt_flask, flask, option, "--json")
            wait_until(lambda: bool(another.execute(waiting).fetchall()), "it has waited longer than that")
        assert done.result().returncode == 0, done.result().stderr


class Relay:
    """A proxy to PostgreSQL: a plain tunnel, or one with its own process ids, as poolers have."""

    def __init__(self, *, tells: int | None = None) -> None:
        self._tells = tells
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        server = connections["default"].settings_dict
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                upstream = socket.create_connection((server["HOST"], int(server["PORT"])))
                threading.Thread(target=self._pass_on, args=(client, upstream), daemon=True).start()
                threading.Thread(target=self._answer, args=(upstream, client), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while some := source.recv(65536):
                target.sendall(some)

    def _answer(self, upstream: socket.socket, client: socket.socket) -> None:
        with suppress(OSError, struct.error), client, upstream, upstream.makefile("rb") as answers:
            while True:
                kind, length = struct.unpack("!BI", answers.read(5))
                body = answers.read(length - 4)
                if kind == BACKEND_KEY and self._tells is not None:
                    body = struct.pack("!I", self._tells) + body[4:]
                client.sendall(struct.pack("!BI", kind, length) + body)


def through(relay: Relay, name: str) -> str:
    server = connections["default"].settings_dict
    return url_of(name).replace(f":{server['PORT']}/", f":{relay.port}/") + "?sslmode=disable&gssencmode=disable"


def test_a_pooler_is_distinguished_from_a_tunnel(flask: str) -> None:
    with Relay() as tunnel, psycopg.connect(through(tunnel, flask)) as session:
        assert not sessions.is_pooled(session)
        sessions.refuse_pooler(session)
    with Relay(tells=7) as pooler, psycopg.connect(through(pooler, flask)) as session:
        assert sessions.is_pooled(session)
        with pytest.raises(sessions.PoolerError, match=f"port {pooler.port} is a connection pooler"):
            sessions.refuse_pooler(session)


@pytest.mark.parametrize(
    "options", [["--i-have-a-backup"], ["--backup", "file"], ["--prove-backup", "file"], ["--undo", "--yes"]]
)
def test_nothing_is_done_through_a_pooler(options: list[str], flask: str, tmp_path: Path) -> None:
    options = [str(tmp_path / option) if option == "file" else option for option in options]
    with Relay(tells=7) as pooler:
        done = adopt_flask(through(pooler, flask), *options)
    assert done.returncode == 1
    assert "the address of PostgreSQL itself" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert [*tmp_path.iterdir()] == []
    with connect(flask) as old:
        assert old.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)


@pytest.fixture
def pgbouncer(flask: str) -> Iterator[str]:
    """The URL of the database through one session that all clients share, one transaction at a time."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        pytest.skip("pgbouncer is not installed")
    server, port, account = connections["default"].settings_dict, free_port(), Account.for_servers()
    upstream = conninfo.make_conninfo(
        host=server["HOST"], port=server["PORT"], user=server["USER"], password=server["PASSWORD"], dbname=flask
    )
    with temporary_folder() as home:
        folder = account.make_folder(home / "pgbouncer")
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n{flask} = {upstream}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            "unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 1\n"
        )
        command = [program, folder / "pgbouncer.ini"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=folder, **account.options()) as running:
            try:
                address = f"postgres://anybody@127.0.0.1:{port}/{flask}"
                wait_until(lambda: answers(address), "pgbouncer answers")
                yield address
            finally:
                running.terminate()


def answers(address: str) -> bool:
    with suppress(psycopg.OperationalError), psycopg.connect(address):
        return True
    return False


def test_a_real_pooler_is_refused_and_nothing_is_left_in_its_sessions(
    pgbouncer: str, flask: str, tmp_path: Path
) -> None:
    def state() -> tuple[dict[str, str], Any]:
        with psycopg.connect(pgbouncer, autocommit=True) as shared:
            settings, *others = shared.execute(STATE).fetchall()[0]
        return json.loads(settings), others

    before, others = state()
    done = adopt_flask(pgbouncer, "--check", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, [found["code"] for found in report["findings"] if found["blocks"]]) == (1, ["pooler"])
    for options in (["--fingerprint"], ["--undo"], ["--i-have-a-backup"], ["--prove-backup", str(tmp_path / "dump")]):
        adopt_flask(pgbouncer, *options)
    assert [*tmp_path.iterdir()] == []
    after, others_after = state()
    # Poolers track these two for each client.
    assert {name for name in before if before[name] != after[name]} <= {"application_name", "TimeZone"}
    assert others_after == others
