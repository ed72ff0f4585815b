"""Findings about databases, accounts and servers that would break the adoption or the service, with the remedy."""

import json
import os
import re
import shlex
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from apps.adoption import backup, check, server_findings
from apps.adoption.findings import CheckFinding
from apps.adoption.server_findings import MAX_CONNECTIONS
from apps.adoption.tests.databases import url
from apps.adoption.tests.school import adopt_flask
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import start_data_servers
from tests.legacy.databases import FOLDER, connect, django_on, flask_database, new_database

GUIDE = (Path(settings.BASE_DIR) / "MIGRATION_GUIDE.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sound() -> Iterator[str]:
    """A database of the Flask service, which each test copies."""
    with flask_database() as name:
        yield name


@pytest.fixture
def copy(sound: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with new_database(like=sound) as name, django_db_blocker.unblock(), django_on(name):
        yield name


@dataclass(frozen=True)
class Owner:
    """An ordinary account that owns the database `name` and its tables, and a superuser's session there."""

    role: str
    name: str
    superuser: psycopg.Connection

    def execute(self, statement: str) -> None:
        """As the superuser, with the account and the database for {role} and {name}."""
        self.superuser.execute(statement.format(role=self.role, name=self.name))


@pytest.fixture
def owner(copy: str) -> Iterator[Owner]:
    """The account that Django uses."""
    server = connections["default"].settings_dict
    usual = {key: server[key] for key in ("USER", "PASSWORD")}
    with connect(copy) as superuser:
        owner = Owner(f"school_{uuid.uuid4().hex[:8]}", copy, superuser)
        owner.execute("CREATE ROLE {role} LOGIN PASSWORD 'school'")
        owner.execute("ALTER DATABASE {name} OWNER TO {role}")
        for (table,) in superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            owner.execute(f'ALTER TABLE "{table}" OWNER TO {{role}}')
        server.update(USER=owner.role, PASSWORD="school")
        try:
            yield owner
        finally:
            connections.close_all()
            server.update(usual)
            owner.execute("REASSIGN OWNED BY {role} TO CURRENT_USER")
            owner.execute("DROP OWNED BY {role} CASCADE")
            owner.execute("DROP ROLE {role}")


def found() -> dict[str, CheckFinding]:
    """Check in a session that begins after the change."""
    connection.close()
    return {finding.code: finding for finding in check.check(connection).findings}


def is_ready() -> bool:
    connection.close()
    return check.check(connection).ready


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("default_transaction_isolation", "serializable"),
        ("default_transaction_isolation", "repeatable read"),
        ("default_transaction_read_only", "on"),
        ("DateStyle", "German, DMY"),
        ("DateStyle", "SQL, MDY"),
        ("quote_all_identifiers", "on"),
        ("session_replication_role", "replica"),
        ("standard_conforming_strings", "off"),
    ],
)
@pytest.mark.parametrize("whose", ["ROLE {role} IN DATABASE {name}", "DATABASE {name}"])
def test_a_setting_under_which_the_service_fails_is_named_and_its_way_out_is_one(
    setting: str, value: str, whose: str, owner: Owner
) -> None:
    assert is_ready()
    owner.execute(f"ALTER {whose} SET {setting} = '{value}'")

    finding = found()["settings"]
    assert finding.blocks
    [item] = finding.items
    told, way_out = item.split(": ")
    assert told == f"{setting} is {value}"
    owner.execute(way_out)
    assert is_ready()


@pytest.mark.parametrize(
    "setting",
    ["client_encoding = 'LATIN1'", "timezone = 'Pacific/Chatham'", "DateStyle = 'ISO, DMY'", "bytea_output = 'escape'"],
)
def test_a_setting_that_this_service_overrides_or_can_live_with_is_none(setting: str, owner: Owner) -> None:
    owner.execute(f"ALTER ROLE {{role}} IN DATABASE {{name}} SET {setting}")
    assert is_ready()
    assert "settings" not in found()


@pytest.mark.parametrize(
    ("harm", "way_out"),
    [
        (
            "ALTER SCHEMA public OWNER TO CURRENT_USER; REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "GRANT CREATE ON SCHEMA public TO {role}",
        ),
        ('REVOKE TRIGGER, DELETE ON "user" FROM {role}', 'GRANT DELETE, TRIGGER ON "user" TO {role}'),
        ("REVOKE SELECT ON activities FROM {role}", "GRANT SELECT ON activities TO {role}"),
        ("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "GRANT USAGE ON LANGUAGE plpgsql TO {role}"),
        ("DROP EXTENSION plpgsql", "CREATE EXTENSION plpgsql"),
    ],
)
def test_a_right_that_is_missing_is_named_by_the_grant_that_gives_it(harm: str, way_out: str, owner: Owner) -> None:
    owner.execute("GRANT USAGE ON SCHEMA public TO {role}")
    owner.execute(harm)
    finding = found()["rights"]
    assert (finding.blocks, finding.items) == (True, [way_out.format(role=owner.role)])
    owner.execute(finding.items[0])
    assert is_ready()


def test_rows_that_a_policy_hides_are_not_taken_for_the_table(owner: Owner) -> None:
    owner.execute('ALTER TABLE "user" ENABLE ROW LEVEL SECURITY; CREATE POLICY first_two ON "user" USING (id < 3)')
    assert is_ready()  # the policy does not apply to the owner
    owner.execute('ALTER TABLE "user" FORCE ROW LEVEL SECURITY')
    finding = found()["row_security"]
    assert (finding.blocks, finding.items) == (True, ['ALTER TABLE "user" NO FORCE ROW LEVEL SECURITY'])
    owner.execute(finding.items[0])
    assert is_ready()


def test_tables_in_another_schema_than_the_new_ones_are_named(owner: Owner) -> None:
    owner.execute("CREATE SCHEMA app AUTHORIZATION {role}")
    owner.execute("ALTER ROLE {role} IN DATABASE {name} SET search_path = app, public")
    finding = found()["schema"]
    assert finding.blocks
    assert re.search(r"^public has activities, .*, user; new tables would be made in app$", finding.items[0])

    owner.execute("ALTER TABLE activities SET SCHEMA app; ALTER ROLE {role} IN DATABASE {name} RESET search_path")
    assert "activities: the table is missing; search_path leaves out that of app" in found()["not_flask"].items

    owner.execute("ALTER ROLE {role} IN DATABASE {name} SET search_path = public, app")
    assert found()["schema"].items == ["app has activities; new tables would be made in public"]
    owner.execute("ALTER TABLE app.activities SET SCHEMA public")
    assert is_ready()


def test_a_schema_that_the_account_may_not_look_into_is_named_by_the_grant(owner: Owner) -> None:
    owner.execute("ALTER SCHEMA public OWNER TO CURRENT_USER; REVOKE ALL ON SCHEMA public FROM PUBLIC")
    said = "activities: the table is missing; the account may not look for it: "
    [item] = [item for item in found()["not_flask"].items if item.startswith("activities")]
    assert item == f"{said}GRANT USAGE ON SCHEMA public TO {owner.role}"
    owner.execute(item.removeprefix(said))
    [create] = found()["rights"].items
    owner.execute(create)
    assert is_ready()


def test_informative_findings_do_not_block(owner: Owner) -> None:
    account = "ALTER ROLE {role} IN DATABASE {name} SET"
    owner.execute(f"{account} statement_timeout = '300ms'; {account} lock_timeout = '2s'")
    owner.execute("ALTER ROLE {role} CONNECTION LIMIT 20; ALTER DATABASE {name} CONNECTION LIMIT 52")
    owner.execute("CREATE PUBLICATION reports FOR TABLE activities")
    reported = found()
    assert reported["time_limits"].items == ["lock_timeout: 2000 ms", "statement_timeout: 300 ms"]
    assert reported["connections"].items == [f"account {owner.role}: 20", f"database {owner.name}: 52"]
    assert reported["published"].items == ["activities: reports"]
    assert is_ready()


def test_the_servers_connections_are_those_that_it_keeps_for_nobody(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_findings, "MAX_CONNECTIONS", 1_000_000)
    with connect(owner.name) as session:
        kept = session.execute("SELECT name, setting::int FROM pg_settings WHERE name ~ '(^max|reserved)_connections$'")
        settings = dict(kept.fetchall())
    most = settings.pop("max_connections")
    assert f"server: {most - sum(settings.values())}" in found()["connections"].items


def test_the_guide_and_the_check_count_the_same_connections() -> None:
    assert f"at most {MAX_CONNECTIONS} connections to PostgreSQL" in GUIDE


def new_locale_is_named(options: str, letters: list[str], blocker: DjangoDbBlocker) -> None:
    with database_made_with(options) as name, blocker.unblock(), django_on(name):
        finding = found()["case"]
        assert (finding.blocks, finding.items) == (False, letters)
        assert is_ready()


def test_letters_that_the_locale_does_not_fold_are_named(django_db_blocker: DjangoDbBlocker) -> None:
    new_locale_is_named("ENCODING 'UTF8' LOCALE 'C'", ["é É", "ж Ж"], django_db_blocker)


@contextmanager
def database_made_with(options: str) -> Iterator[str]:
    """A database of the Flask service, with rows if its encoding can hold them."""
    name = f"adoption_{uuid.uuid4().hex[:12]}"
    rows = (FOLDER / "rows.sql").read_text(encoding="utf-8")
    with connect("postgres") as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        try:
            with connect(name) as old:
                old.execute("SET client_encoding = 'UTF8'")
                old.execute((FOLDER / "schema.sql").read_bytes())
                old.execute("".join(letter if ord(letter) < 256 else "?" for letter in rows).encode())
            yield name
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _answers(server: psycopg.Connection, query: str) -> bool:
    """Whether the query returns a row that is not empty."""
    try:
        return any(value for (value,) in server.execute(query).fetchall())
    except psycopg.errors.FeatureNotSupported:
        return False


def test_an_order_of_letters_that_has_changed_is_named_and_its_way_out_is_one(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    with connect("postgres") as server:
        # Without ICU, a server may know no version of the locales that every machine has.
        has_icu = _answers(server, "SELECT pg_collation_actual_version(oid) FROM pg_collation WHERE collprovider = 'i'")
    provider = "LOCALE_PROVIDER icu ICU_LOCALE 'en'" if has_icu else ""
    made = database_made_with(f"ENCODING 'UTF8' LOCALE 'C' {provider}")
    with made as name, django_db_blocker.unblock(), django_on(name), connect(name) as old:
        assert "collation_version" not in found()
        if not has_icu:
            return
        old.execute("UPDATE pg_database SET datcollversion = 'x' WHERE datname = current_database()")
        finding = found()["collation_version"]
        [item] = finding.items
        assert (finding.blocks, is_ready()) == (False, True)
        assert " is the version of its locale, and indexes are sorted by x: " in item
        # Older servers lack the column and are not queried for it.
        with monkeypatch.context() as older:
            older.setattr(connection, "pg_version", 140_000)
            assert "collation_version" not in found()
        for statement in item.rpartition(": ")[2].split(", then "):
            old.execute(statement)
        assert "collation_version" not in found()


def way_out(name: str, new: str, folder: Path, *, bytes_are: str) -> None:
    """Run the guide's commands, as an operator does."""
    section = GUIDE.split("## When the database is no good")[1]
    commands = re.search(r"```sh\n(.+?)```", section, re.DOTALL)
    assert commands
    script = commands[1].replace("/var/backups", str(folder))
    for variable, database in (("OLD_URL", name), ("NEW_URL", new)):
        script, found = re.subn(rf"(?m)^{variable}=.*$", f"{variable}={shlex.quote(url(database))}", script)
        assert found == 1
    script = script.replace("in_utf8", new)
    if bytes_are:
        script = script.replace("pg_dump ", f"pg_dump --encoding={bytes_are} ")
    with connect(name) as old:
        programs = backup.client_programs(old).dump.parent
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(["/bin/sh", "-c", script], env=environment, check=False, capture_output=True)


@pytest.mark.parametrize(
    ("encoding", "bytes_are"), [("LATIN1", ""), ("WIN1252", ""), ("SQL_ASCII", "UTF8"), ("SQL_ASCII", "LATIN1")]
)
def test_another_encoding_than_utf8_blocks_and_the_guides_commands_are_the_way_out(
    encoding: str, bytes_are: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    new = f"adoption_{uuid.uuid4().hex[:12]}"
    with database_made_with(f"ENCODING '{encoding}' LOCALE 'C'") as name, django_db_blocker.unblock():
        with connect(name) as old:
            if bytes_are:
                old.execute("UPDATE \"user\" SET username = convert_from(%s, 'SQL_ASCII')", ["Zoë".encode(bytes_are)])
            else:
                old.execute('UPDATE "user" SET username = %s', ["Zoë"])
        with django_on(name):
            finding = found()["encoding"]
            assert (finding.blocks, finding.items) == (True, [encoding])
            assert not is_ready()
        try:
            way_out(name, new, tmp_path, bytes_are=bytes_are)
            with django_on(new), connect(new) as restored:
                assert is_ready()
                assert restored.execute('SELECT DISTINCT username FROM "user"').fetchall() == [("Zoë",)]
                assert not {"encoding", "case"} & found().keys()
        finally:
            with connect("postgres") as server:
                server.execute(f"DROP DATABASE IF EXISTS {new} WITH (FORCE)")


def test_a_standby_is_reported_and_not_changed(tmp_path: Path) -> None:
    with temporary_folder() as folder:
        with Supervisor() as servers:
            address = start_data_servers(servers, folder)["DATABASE_URL"]
            with psycopg.connect(address, autocommit=True) as primary:
                primary.execute((FOLDER / "schema.sql").read_bytes())
        (folder / "postgres" / "data" / "standby.signal").touch()
        with Supervisor() as servers:
            address = start_data_servers(servers, folder)["DATABASE_URL"]
            done = adopt_flask(address, "--check", "--json")
            blocking = [finding["code"] for finding in json.loads(done.stdout)["findings"] if finding["blocks"]]
            assert (done.returncode, blocking) == (1, ["replica"])
            done = adopt_flask(address, "--prove-backup", str(tmp_path / "before.dump"))
    assert "the server is a standby" in done.stderr
    assert [*tmp_path.iterdir()] == []
