"""An undo removes only this service's objects, exports their rows first, and leaves the Flask service running."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from pytest_django import DjangoDbBlocker

from apps.adoption import expected_schema, fingerprint, undo
from apps.adoption.export import ExportError, export
from apps.adoption.tests.conftest import Adopted
from apps.adoption.tests.databases import schema, school_database, url
from apps.adoption.undo import UndoError
from apps.assessments.models import Category
from apps.openai_integration.models import Thread
from apps.scenarios.models import AssistantScenario
from apps.users.hashers import LOCKED
from apps.users.models import User
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database, new_database
from tests.legacy.writer import Writer
from tests.stack import wait_until


def quiet(text: str) -> None:
    """Ignore progress reports."""


def undo_all(say: Callable[[str], None]) -> None:
    undo.undo(connection, say, known=undo.what_would_be_lost(connection))


@pytest.fixture
def copy(adopted: Adopted, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of the adopted database, which Django uses."""
    with new_database(like=adopted.name) as name, django_db_blocker.unblock(), django_on(name):
        yield name


def rows(name: str) -> fingerprint.Fingerprint:
    with connect(name) as old:
        return fingerprint.take(old)


def test_an_undone_adoption_restores_the_database_and_can_be_repeated(
    adopted: Adopted, copy: str, tmp_path: Path
) -> None:
    User.objects.create_user(email="late@example.org", username="Late", password="a word of theirs")
    AssistantScenario.objects.create(scenario_text="Written here", additional_instructions="Opening: Hello.")
    Category.objects.update(total_required_to_pass=1)
    before = rows(copy)
    with connect(copy) as old:
        sequences = expected_schema.read_sequences(old)

    undo_all(quiet)

    assert schema(copy) == adopted.before
    assert fingerprint.compare(before, rows(copy), ours=None).differences == []
    with connect(copy) as old:
        assert expected_schema.read_sequences(old) == sequences
        assert old.execute("SELECT count(*) FROM timetable").fetchone() == (2,)
    with Writer(url(copy), per_second=500) as writer:
        writer.wait_for(24)
    assert writer.errors == []
    call_command("adopt_flask", i_have_a_backup=True, stdout=StringIO())
    assert schema(copy) == adopted.after
    call_command("adopt_flask", undo=True, yes=True, export=tmp_path / "lost", stdout=StringIO())
    assert schema(copy) == adopted.before


def test_flask_keeps_running_during_an_undo(adopted: Adopted, copy: str) -> None:
    said: list[str] = []
    written: list[int] = []  # by then
    with connect(copy) as slow, Writer(url(copy)) as writer:
        writer.wait_for(10)
        slow.execute("BEGIN")
        slow.execute('SELECT FROM "user", assistant_scenarios')
        timer = threading.Timer(1.5, slow.execute, ["COMMIT"])

        def say(line: str) -> None:
            if "in use" in line and not written:
                timer.start()
                written.append(writer.writes)
            said.append(line)

        undo_all(say)
        written.append(writer.writes)
        timer.join()
        writer.wait_for(10)
    assert any("in use" in line for line in said)
    assert written[1] > written[0], "people write while it waits"
    assert writer.errors == []
    assert schema(copy) == adopted.before


def test_an_undo_that_is_killed_half_way_leaves_everything(adopted: Adopted, copy: str) -> None:
    before = rows(copy)
    lost = undo.what_would_be_lost(connection)
    connection.close()
    with connect(copy) as old:
        # Interrupted after the tables are dropped, before the columns are.
        old.execute("CREATE FUNCTION stop() RETURNS event_trigger AS 'BEGIN PERFORM pg_advisory_lock(1); END'"
                    " LANGUAGE plpgsql")  # fmt: skip
        old.execute("CREATE EVENT TRIGGER stop ON ddl_command_end WHEN tag IN ('DROP TABLE') EXECUTE FUNCTION stop()")
        old.execute("SELECT pg_advisory_lock(1)")
        code = "from apps.adoption.tests.test_undo import undo_all; undo_all(print)"
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-c", code],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_ENV": "test", "DATABASE_URL": url(copy)},
            stdout=subprocess.DEVNULL,
        )
        there = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
        ours = [connection.settings_dict["OPTIONS"]["application_name"]]
        wait_until(lambda: bool(old.execute(f"{there} AND wait_event = 'advisory'", ours).fetchall()), "it is half-way")
        process.kill()
        process.wait()
        old.execute("SELECT pg_advisory_unlock(1)")
        wait_until(lambda: not old.execute(there, ours).fetchall(), "its session has ended")
        old.execute("DROP EVENT TRIGGER stop")
        old.execute("DROP FUNCTION stop")
    assert schema(copy) == adopted.after
    assert fingerprint.compare(before, rows(copy), ours=None).differences == []
    assert undo.what_would_be_lost(connection) == lost


def test_an_adoption_that_a_table_of_the_schools_stopped_is_undone_and_the_table_stays(
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with school_database() as name, django_db_blocker.unblock(), django_on(name):
        with connect(name) as old:
            old.execute("CREATE TABLE scenario_versions (id serial PRIMARY KEY, note text)")
            old.execute("ALTER TABLE activities ADD COLUMN created_at date")
        before, before_rows = schema(name), rows(name)
        for app in ("scenarios", "activities"):
            with pytest.raises(ProgrammingError, match="already exists"):
                call_command("migrate", app, fake_initial=True, verbosity=0)
        with connect(name) as old:
            # As if interrupted after the index was created, before the migration was recorded.
            old.execute("DELETE FROM django_migrations WHERE name = '0003_indexes' AND app = 'scenarios'")

        undo_all(quiet)

        assert schema(name) == before
        assert fingerprint.compare(before_rows, rows(name), ours=None).differences == []


def test_rows_written_after_the_count_are_not_lost(copy: str) -> None:
    before, known = schema(copy), undo.what_would_be_lost(connection)
    Thread.objects.create(title="By a worker that was left running")
    with pytest.raises(UndoError, match=r"Rows of threads were written .* Stop this service's processes"):
        undo.undo(connection, quiet, known=known)
    assert schema(copy) == before


def test_an_unrecorded_migration_counts_as_ours(adopted: Adopted, copy: str) -> None:
    call_command("migrate", "openai_integration", "0001", verbosity=0)
    with connect(copy) as old:
        old.execute("DELETE FROM django_migrations WHERE app = 'openai_integration'")
    assert undo.what_would_be_lost(connection)["threads"] == 1
    undo_all(quiet)
    assert schema(copy) == adopted.before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("CREATE VIEW titles AS SELECT title FROM threads", "view titles depends on table threads"),
        ("ALTER TABLE threads ADD COLUMN room text", "columns to this service's tables: threads.room"),
        (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('users', '0999_later', now())",
            "does not know: users.0999_later",
        ),
        ("SET application_name = 'virtual-patient'", "1 other connection"),
        ("BEGIN; SELECT FROM categories", "within 0 s: session .* has had a transaction open for"),
    ],
    ids=["their view", "their column", "a newer version", "our processes", "a forgotten transaction"],
)
def test_an_undo_that_would_break_something_is_refused_and_changes_nothing(
    statement: str, told: str, copy: str, adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "PATIENCE_S", 0)
    with connect(copy) as other:
        other.execute(statement)
        with pytest.raises(UndoError, match=told):
            undo_all(quiet)
    with connect(copy) as old, connect(adopted.name) as original:
        assert catalog.columns(old) == catalog.columns(original)
        assert catalog.keys(old) == catalog.keys(original)


@pytest.mark.django_db
def test_a_database_that_this_service_built_is_not_undone() -> None:
    with pytest.raises(UndoError, match=r"built this database itself .* nothing older to go back to"):
        undo.what_would_be_lost(connection)


@pytest.mark.parametrize(
    ("database", "told"), [(flask_database, "nothing to undo"), (new_database, "not a database of the Flask service")]
)
def test_a_database_without_anything_of_ours_is_not_undone(
    database: Callable[[], AbstractContextManager[str]], told: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with database() as name, django_db_blocker.unblock(), django_on(name), pytest.raises(UndoError, match=told):
        undo_all(quiet)


def test_losses_are_counted_and_locked_accounts_reported(copy: str) -> None:
    User.objects.filter(pk=3).update(is_active=False)
    with connect(copy) as school:
        school.execute("ALTER TABLE categories ALTER id DROP DEFAULT, ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
    lost = undo.what_would_be_lost(connection)
    assert lost.keys() >= {"scenario_changes", "rubric_changes", "activity_changes"}
    assert lost.keys() >= {"threads", "messages", "runs", "evaluations", "marks", "usage_records", "role_approvals"}
    assert (lost["messages"], lost["marks"], lost["django_session"]) == (3, 2, 0)
    assert lost.keys().isdisjoint({"user", "timetable", "django_migrations"})
    said: list[str] = []
    undo_all(said.append)
    assert any(line.startswith("1 accounts are locked") for line in said)


def test_locked_accounts_are_reported_and_exported_and_can_sign_in_to_flask_again(copy: str, tmp_path: Path) -> None:
    with connect(copy) as old:
        opens = 'SELECT id, password FROM "user" WHERE id IN (2, 3) ORDER BY id'
        hashes = old.execute(opens).fetchall()
        before = rows(copy)
        User.objects.filter(pk__in=[2, 3]).update(is_active=False)
        User.objects.filter(pk=2).update(password="$pbkdf2-sha256$of a password that was set while it was locked")
        assert [found[1] for found in old.execute(opens).fetchall()] == [LOCKED] * 2
        changed = fingerprint.compare(before, rows(copy), ours=None).differences
        assert changed == ["user 2: changed in password"]
        output = StringIO()
        with pytest.raises(SystemExit):
            call_command("adopt_flask", undo=True, stdout=output)
        assert "2 locked accounts could sign in at the Flask service again" in output.getvalue()
        locked_rows = rows(copy)

        call_command("adopt_flask", undo=True, yes=True, export=tmp_path / "lost", stdout=StringIO())

        assert old.execute(opens).fetchall() == [
            (2, "$pbkdf2-sha256$of a password that was set while it was locked"),
            hashes[1],
        ]
    assert fingerprint.compare(locked_rows, rows(copy), ours=None).differences == []
    accounts = read(tmp_path / "lost" / "accounts.jsonl")
    assert [account["id"] for account in accounts if not account["is_active"]] == [2, 3]
    exported = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "lost").iterdir())
    assert "pbkdf2" not in exported
    assert "while_locked" not in exported


SLOW_AND_DEFERRED = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.6); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE UPDATE ON "user" FOR EACH ROW EXECUTE FUNCTION slow();
    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON "user" DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION late();
"""


def test_locked_accounts_come_back_under_slow_and_deferred_triggers_of_the_schools(copy: str) -> None:
    with connect(copy) as school:
        school.execute('UPDATE "user" SET is_active = false WHERE id IN (1, 2)')
        school.execute(SLOW_AND_DEFERRED)
    said: list[str] = []
    undo_all(said.append)  # the trigger takes longer for two rows than the limit for the catalog's changes
    assert said[-1].startswith("Dropped")
    with connect(copy) as school:
        assert school.execute('SELECT count(*) FROM "user" WHERE password = %s', [LOCKED]).fetchone() == (0,)


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_deleted_rows_are_exported_completely_and_readable_by_the_owner_only(copy: str, tmp_path: Path) -> None:
    Category.objects.filter(pk=1).update(total_required_to_pass=99)
    said: list[str] = []
    folder = tmp_path / "lost" / "threads"
    files = {file.stem: file for file in export(connection, folder, said.append)}

    assert sorted(files.values()) == sorted(folder.iterdir())
    (thread,) = read(files["threads"])
    assert sorted(message["role"] for message in thread["messages"]) == ["assistant", "user", "user"]
    assert sorted(run["status"] for run in thread["runs"]) == ["cancelled", "completed"]
    (evaluation,) = read(files["evaluations"])
    assert (evaluation["thread_id"], evaluation["rubric"][0]["name"]) == (thread["id"], "Opening")
    assert [mark["score"] for mark in evaluation["marks"]] == [0, 2]
    assert len(read(files["usage"])) == 2
    assert {row["email"] for row in read(files["role_approvals"])} == {"ines@example.org", "tom.ohara@example.org"}
    assert read(files["scenario_versions"])[0]["content"]["scenario_text"].startswith("Jane Doe")
    assert read(files["rubric_changes"])[-1]["after"]["total_required_to_pass"] == 99
    assert {"scenario_changes", "activity_changes"} <= files.keys()
    accounts = {row["email"]: row for row in read(files["accounts"])}
    assert len(accounts) == 6
    assert (accounts["not an email"]["is_active"], accounts["not an email"]["approved_role"]) == (True, None)
    assert "pbkdf2" not in "".join(file.read_text(encoding="utf-8") for file in files.values())
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, files["threads"])] == ["0o700", "0o600"]
    assert f"{files['usage']}: 2 lines." in said

    with pytest.raises(ExportError, match="is not empty"):
        export(connection, folder, quiet)
