"""Proved backups, and the messages when a backup is impossible."""

import resource
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from apps.adoption import backup
from apps.adoption.backup import BackupError, prove
from apps.adoption.tests.conftest import Adopted
from apps.adoption.tests.databases import url
from tests.legacy.databases import connect, new_database
from tests.legacy.writer import Writer
from tests.stack import wait_until

Change = Callable[[Path, dict[str, Any], pytest.MonkeyPatch], AbstractContextManager[dict[str, Any]]]


def quiet(text: str) -> None:
    """Ignore progress reports."""


def settings_of(name: str) -> dict[str, Any]:
    return {**connections["default"].settings_dict, "NAME": name}


def databases() -> set[str]:
    """The scratch databases of proofs."""
    with connect("postgres") as server:
        return {name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname ~ '^backup_check_'")}


def nothing_is_left() -> None:
    """Wait until there are no scratch databases; those of parallel tests are dropped too."""
    wait_until(lambda: not databases(), "the proof's database is gone")


def programs(folder: Path, text: str) -> Iterator[Path]:
    """A folder in which pg_dump and pg_restore are this shell script."""
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return iter([folder])


# Records its command line, and reports an error about older servers as clients from 17 on do.
RECORDED = """
echo "$0 $*" >> {seen}
{real}/$(basename $0) "$@"
code=$?
case "$0 $*" in *pg_restore*--dbname*)
    echo 'pg_restore: error: could not execute query: ERROR:  unrecognized parameter "transaction_timeout"' >&2
    exit 1
esac
exit $code"""


def test_concurrent_writes_do_not_matter_and_command_lines_have_no_password(
    adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(adopted.name) as connection:
        real = backup.client_programs(connection).dump.parent
    seen, file, said = tmp_path / "seen", tmp_path / "before.dump", []
    monkeypatch.setattr(backup, "_folders", lambda: programs(tmp_path, RECORDED.format(seen=seen, real=real)))
    with new_database(like=adopted.name) as name:
        with connect(name) as connection:
            connection.execute('CREATE SCHEMA school; ALTER TABLE "user" SET SCHEMA school')
            connection.execute(f"ALTER DATABASE {name} SET search_path = school, public")
        with Writer(url(name), per_second=100) as writer:
            writer.wait_for(20)
            prove(settings_of(name), file, said.append)
            nothing_is_left()
            writer.wait_for(20)
    assert writer.errors == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    listed = subprocess.run([real / "pg_restore", "--list", file], capture_output=True, text=True, check=True).stdout
    assert all(f"TABLE DATA {table} " in listed for table in ("school user", "public threads", "public timetable"))
    commands = seen.read_text()
    assert "pg_dump --format=custom --snapshot=" in commands
    assert settings_of(name)["PASSWORD"] not in commands
    assert "same rows" in said[-1]


# Worked out again in the restored database, and then another one.
MADE_IN = """
    CREATE FUNCTION made_in(integer) RETURNS text IMMUTABLE LANGUAGE sql
        AS 'SELECT pg_catalog.current_database()::text';
    ALTER TABLE {} ADD made_in text GENERATED ALWAYS AS (made_in(id)) STORED
"""
# It looks for a table that is not to be found while a backup is restored.
RULE = """
    CREATE FUNCTION known(integer) RETURNS boolean LANGUAGE plpgsql
        AS 'BEGIN RETURN EXISTS (SELECT FROM alembic_version); END';
    ALTER TABLE timetable ADD CHECK (known(id))
"""


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (MADE_IN.format('"user"'), "user 1: changed in made_in"),
        (MADE_IN.format("timetable"), "public.timetable: other rows"),
        (RULE, 'pg_restore failed: .*COPY failed for table "timetable"'),
    ],
    ids=["an old table", "a table of the school's", "not to be restored"],
)
def test_a_restored_copy_that_differs_is_refused(statements: str, told: str, adopted: Adopted, tmp_path: Path) -> None:
    file = tmp_path / "before.dump"
    with new_database(like=adopted.name) as name:
        with connect(name) as connection:
            connection.execute(statements)
        with pytest.raises(BackupError, match=told):
            prove(settings_of(name), file, quiet)
    assert [*tmp_path.glob("*.dump*")] == []
    nothing_is_left()


@contextmanager
def a_wrong_password(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    yield {**database, "PASSWORD": "wrong"}


@contextmanager
def a_file_that_is_there(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    file.write_text("precious")
    yield database
    assert file.read_text() == "precious"
    file.unlink()


@contextmanager
def what_a_killed_run_left(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    file.with_name("before.dump.unproved").touch()
    yield database
    file.with_name("before.dump.unproved").unlink()


@contextmanager
def no_program(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    patch.setattr(backup, "_folders", lambda: iter([file.parent]))
    yield database


@contextmanager
def an_old_program(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    patch.setattr(backup, "_folders", lambda: programs(file.parent, 'echo "pg_dump (PostgreSQL) 9.6.24"'))
    yield database


@contextmanager
def no_right(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    with connect("postgres") as server:
        server.execute("CREATE ROLE backup_test LOGIN PASSWORD 'secret' IN ROLE pg_read_all_data")
        try:
            yield {**database, "USER": "backup_test", "PASSWORD": "secret"}
        finally:
            server.execute("DROP ROLE backup_test")


@contextmanager
def no_writes(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Make the session read-only, as on a standby."""
    yield {**database, "OPTIONS": {**database["OPTIONS"], "options": "-c default_transaction_read_only=on"}}


@contextmanager
def no_room(file: Path, database: dict[str, Any], patch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Simulate a full disk: limit the size of this process's files."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, before[1]))
    try:
        yield database
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (a_wrong_password, "The database refused: .*password authentication failed"),
        (a_file_that_is_there, "exists already. Name another file"),
        (what_a_killed_run_left, "unproved exists already. Name another file"),
        (no_program, "Neither PATH nor any usual folder has pg_dump and pg_restore of version"),
        (an_old_program, "of version .* or newer, which this server needs .*has version 9"),
        (no_right, "account backup_test may not create databases"),
        (no_writes, "This session may write nothing"),
        (no_room, "pg_dump failed"),
    ],
)
def test_a_failed_backup_gives_the_reason_and_leaves_nothing(
    change: Change, told: str, adopted: Adopted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "before.dump"
    with change(file, settings_of(adopted.name), monkeypatch) as database, pytest.raises(BackupError, match=told):
        prove(database, file, quiet)
    assert [*tmp_path.glob("*.dump*")] == []
    nothing_is_left()


def test_a_missing_folder_is_named(adopted: Adopted, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"No such file or directory: .*/missing/before.dump.unproved"):
        prove(settings_of(adopted.name), tmp_path / "missing" / "before.dump", quiet)
