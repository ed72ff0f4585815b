"""`adopt_flask`: success, failures, and repeated runs."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import pre_migrate
from pytest_django import DjangoDbBlocker

from apps.adoption import ddl_batching, fingerprint
from apps.adoption.tests.school import process
from apps.core.migration_operations import LimitLockWait
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database

# Writes within our session in a subtransaction of a statement, as a careless trigger may do.
CARELESS = """
    CREATE FUNCTION careless() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        BEGIN
            UPDATE "user" SET role = 'student' WHERE id = 2 AND role = 'admin';
            DELETE FROM rubric_questions WHERE id = 6;
        EXCEPTION WHEN division_by_zero THEN NULL;
        END;
    END $$;
    CREATE EVENT TRIGGER careless ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION careless();
"""
HELD = """
    SELECT relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE pid = pg_backend_pid() AND granted AND mode IN ('ShareRowExclusiveLock', 'AccessExclusiveLock')
      AND relname = ANY(%s)
"""


@pytest.fixture
def flask(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with flask_database() as name, django_db_blocker.unblock(), django_on(name):
        yield name


def adopt_flask(*options: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("adopt_flask", *options, stdout=output, stderr=output)
    except SystemExit as stop:
        return stop.code, output.getvalue()
    return 0, output.getvalue()


@contextmanager
def before_migrating(act: Callable[[], None]) -> Iterator[None]:
    """Run it between the first fingerprint and the first migration."""

    def do(app_config: Any, **kwargs: Any) -> None:
        if app_config.label == "users":
            act()

    pre_migrate.connect(do)
    try:
        yield
    finally:
        pre_migrate.disconnect(do)


class LockWatch:
    """An execute wrapper that records which old tables one transaction locked against writers together."""

    def __init__(self) -> None:
        self.together: set[frozenset[str]] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if context["connection"].in_atomic_block:
            with context["connection"].connection.cursor() as cursor:
                self.together.add(frozenset(name for (name,) in cursor.execute(HELD, [catalog.OLD_TABLES])))
        return result


def declared_together() -> list[set[str]]:
    """The tables that migrations lock first."""
    return [
        set(operation.tables)
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, LimitLockWait)
    ]


def test_rows_that_others_wrote_are_listed_and_those_that_we_wrote_fail_it(flask: str) -> None:
    def others() -> None:
        with connect(flask) as old:
            old.execute("UPDATE categories SET name = 'Live', total_required_to_pass = 5 WHERE id = 1")
            old.execute("DELETE FROM assistant_tags WHERE id = 9")
            old.execute("INSERT INTO activities (id, pre_brief, character_id) VALUES (99, 'Live', 1)")

    with connect(flask) as old:
        old.execute(CARELESS)
    with before_migrating(others):
        code, text = adopt_flask("--i-have-a-backup", "--json")

    assert code == 1
    adoption = json.loads(text[text.index("\n{") :])["adoption"]
    assert adoption["differences"] == ["user 2: changed in role", "rubric_questions 6: deleted"]
    assert adoption["live"] == [
        "assistant_tags 9: deleted",
        "categories 1: changed in name, total_required_to_pass",
        "activities 99: inserted",
    ]
    assert adoption["before"]["user"]["rows"] == 6
    assert adoption["before"]["user"]["columns"]["role"] != adoption["after"]["user"]["columns"]["role"]
    assert "Live" not in text


def test_it_insists_on_a_backup_proves_it_adopts_and_says_so_the_second_time(flask: str, tmp_path: Path) -> None:
    file, watch = tmp_path / "before.dump", LockWatch()
    assert adopt_flask()[0] == 1
    with connect(flask) as old:
        assert old.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
        before = fingerprint.take(old)

    with connection.execute_wrapper(watch):
        code, text = adopt_flask("--backup", str(file))
    assert code == 0
    several = [tables for tables in watch.together if len(tables) > 1]
    assert {"user", "assistant_scenarios", "activities"} in several
    assert [tables for tables in several if not any(tables <= declared for declared in declared_together())] == []
    assert file.stat().st_size > 0
    assert "Adopted in" in text
    assert re.search(r"^ +\d+\.\d s  users\.0002_django_columns: \d+\.\d+ s$", text, re.MULTILINE)
    assert "pbkdf2" not in text

    code, text = adopt_flask()
    assert (code, "adopted already" in text) == (0, True)
    code, text = adopt_flask("--check", "--json")
    assert (code, json.loads(text)["state"]) == (0, "adopted")
    code, text = adopt_flask("--fingerprint")
    assert json.loads(text) == before.as_json()


def test_an_interrupted_adoption_is_completed_by_the_next_run(flask: str) -> None:
    with connect(flask) as busy, connect(flask) as old:
        before = fingerprint.take(old)
        with busy.transaction(), process(flask, "--i-have-a-backup") as running:
            busy.execute("SELECT FROM assistant_tags")
            for line in running.stdout:
                if "in use" in line:
                    break
            running.send_signal(signal.SIGKILL)
        assert running.returncode == -signal.SIGKILL
        code, text = adopt_flask("--check", "--json")
        assert (code, json.loads(text)["state"]) == (0, "partly_adopted")

        code, text = adopt_flask("--i-have-a-backup")

        assert (code, "0 differences" in text) == (0, True)
        assert fingerprint.compare(before, fingerprint.take(old), ours=None).differences == []
        assert catalog.keys_without_index(old) == []
    assert json.loads(adopt_flask("--check", "--json")[1])["state"] == "adopted"


def test_a_transaction_that_nobody_ends_is_named_and_nothing_hangs(flask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ddl_batching, "PATIENCE_S", 0)
    monkeypatch.setattr("apps.adoption.migrating.PATIENCE_S", 0)
    with connect(flask) as forgotten, forgotten.transaction():
        forgotten.execute("SELECT FROM activities")
        code, text = adopt_flask("--i-have-a-backup")
        assert code == 1
        assert f"process {forgotten.info.backend_pid} (no name, idle in transaction)" in text
        assert "Traceback" not in text
