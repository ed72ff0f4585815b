"""Rules for every migration, including future ones, and recovery from one that was interrupted."""

import json
import subprocess
import sysconfig
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter
from pytest_django import DjangoDbBlocker

from apps.users.hashers import LOCKED
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database, new_database

SQUAWK = Path(sysconfig.get_path("scripts"), "squawk")
OLD_APPS = ["users", "scenarios", "assessments", "activities"]
OUR_APPS = [config.label for config in apps.get_app_configs() if config.name.startswith("apps.")]
# The oldest server that is supported.
POSTGRESQL = "15"
EXCLUDED = {
    "prefer-bigint-over-int": "the old tables' ids are integers, and what points at them is too",
    "prefer-bigint-over-smallint": "marks are 0 to 10, and their sums are small",
    "prefer-text-field": "the lengths of the old tables' columns are part of them; ours bound what comes in",
    "require-statement-timeout": "no statement reads a table but for the building of an index, which may take its time",
}
INDEXES = {"prefer-robust-stmts", "require-lock-timeout"}
# AddIndexWithoutLock itself mends what was cut off, and nobody waits for it while it waits.
ACCEPTED = {
    "scenarios.0003_indexes": INDEXES,
    "assessments.0003_indexes": INDEXES,
    "activities.0003_indexes": INDEXES,
    "users.0011_folded_email_index": INDEXES,
    # messages > runs closes a circle, between two tables that were made a line above.
    "openai_integration.0001_initial": {"adding-foreign-key-constraint"},
    # Over a column that the migration before has added: there is no row for it yet.
    "openai_integration.0006_one_message_per_client_id": {"require-concurrent-index-creation"},
    "openai_integration.0007_usage_by_time": INDEXES,
    # Tables that the old service does not know; reading a school's runs takes milliseconds.
    "openai_integration.0008_status_rules": {"constraint-missing-not-valid"},
    "openai_integration.0014_marks_without_a_score": {"constraint-missing-not-valid", "ban-drop-not-null"},
    "openai_integration.0016_markings_beside_each_other": {
        "adding-foreign-key-constraint",
        "require-concurrent-index-creation",
        "require-concurrent-index-deletion",
    },
    "openai_integration.0017_scores_up_to_10": {"constraint-missing-not-valid", "ban-drop-constraint"},
    # Over a new column without a value, of a table that the old service does not know.
    "openai_integration.0021_forks_and_reports": {
        "adding-foreign-key-constraint",
        "require-concurrent-index-creation",
    },
    # Over a new column without a value; threads are no table of the old service.
    "openai_integration.0024_frozen_rubrics": {"adding-foreign-key-constraint"},
}
# A rule or an index that an older version of this service cannot break or need, since it does not write the column.
NEW_COLUMN_ONLY = [
    "0006_one_message_per_client_id",
    "0016_markings_beside_each_other",
    "0021_forks_and_reports",
]


@pytest.fixture
def flask(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The old service's database, and Django on it."""
    with flask_database() as name, django_db_blocker.unblock(), django_on(name):
        yield name


@pytest.fixture
def empty(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django on a database in which nothing is, so that every migration has all of its statements to write."""
    with new_database() as name, django_db_blocker.unblock(), django_on(name):
        yield


def later_migrations() -> list[tuple[str, str]]:
    """(app, name) of ours that run while the old service does."""
    initial = {(app, "0001_initial") for app in OLD_APPS}
    return sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in OUR_APPS and key not in initial)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("empty")
def test_squawk_finds_no_long_lock_in_later_migrations(tmp_path: Path) -> None:
    files = []
    for app, migration in later_migrations():
        written = StringIO()
        call_command("sqlmigrate", app, migration, stdout=written)
        files.append(tmp_path / f"{app}.{migration}")
        files[-1].write_text(written.getvalue())
    done = subprocess.run(
        [SQUAWK, "--reporter=json", f"--pg-version={POSTGRESQL}", f"--exclude={','.join(EXCLUDED)}", *files],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    found = {(Path(problem["file"]).name, problem["rule_name"]) for problem in json.loads(done.stdout)}
    assert found == {(migration, rule) for migration, rules in ACCEPTED.items() for rule in rules}


@pytest.mark.usefixtures("empty")
def test_the_migration_linter_finds_nothing_that_breaks_a_running_service() -> None:
    linter = MigrationLinter(
        str(settings.BASE_DIR), include_apps=OUR_APPS, ignore_name=NEW_COLUMN_ONLY, no_cache=True, no_output=True
    )
    linter.lint_all_migrations()
    assert (linter.nb_erroneous, linter.nb_warnings) == (0, 0)
    assert linter.nb_valid >= len(later_migrations()) - len(NEW_COLUMN_ONLY)


@pytest.mark.django_db
def test_every_pointer_at_the_old_tables_lets_their_rows_go() -> None:
    """A new foreign key to one of them needs DatabaseOnDelete, and again after each AlterField of it."""
    connection.ensure_connection()
    assert catalog.keys_that_stop_deletes(connection.connection) == []
    assert catalog.keys_without_index(connection.connection) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("definition", "named"),
    [
        ('writer integer REFERENCES "user"', "notes.writer > user: ON DELETE NO ACTION"),
        ('writer integer REFERENCES "user" ON DELETE RESTRICT', "notes.writer > user: ON DELETE RESTRICT"),
        (
            "writer integer NOT NULL REFERENCES activities ON DELETE SET NULL",
            "notes.writer (NOT NULL) > activities: ON DELETE SET NULL",
        ),
        (
            "token bigint REFERENCES token_blacklist_outstandingtoken",
            "notes.token > token_blacklist_outstandingtoken: ON DELETE NO ACTION",
        ),
    ],
)
def test_a_pointer_that_would_stop_a_delete_is_named(definition: str, named: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE notes ({definition})")
    assert named in catalog.keys_that_stop_deletes(connection.connection)


def test_an_index_whose_building_was_cut_off_is_built_again(flask: str) -> None:
    with connect(flask) as old:
        # A unique index over doubles fails half-way, and leaves what any failure leaves.
        with pytest.raises(psycopg.errors.UniqueViolation):
            old.execute("CREATE UNIQUE INDEX CONCURRENTLY subcategories_category_idx ON subcategories (category_id)")
        assert catalog.indexes(old)["subcategories_category_idx"][1:] == (True, False)

        call_command("migrate", fake_initial=True, verbosity=0)

        assert catalog.indexes(old)["subcategories_category_idx"][1:] == (False, True)


def test_a_migration_that_cannot_have_its_lock_gives_up_and_can_be_run_again(flask: str) -> None:
    with connect(flask) as old:
        with old.transaction():
            old.execute('SELECT FROM "user"')
            with pytest.raises(OperationalError, match=r"(lock|statement) timeout"):
                call_command("migrate", fake_initial=True, verbosity=0)
            assert ("user", "is_active") not in catalog.columns(old)
        call_command("migrate", fake_initial=True, verbosity=0)
        assert ("user", "is_active") in catalog.columns(old)


def test_the_later_migrations_can_be_taken_back(flask: str) -> None:
    with connect(flask) as old:
        columns = catalog.columns(old)
        before = [columns, catalog.constraints(old), catalog.indexes(old), catalog.sequences(old)]
        names = {table: [column for owner, column in columns if owner == table] for table in catalog.OLD_TABLES}
        rows = {table: catalog.rows(old, table, names[table]) for table in catalog.OLD_TABLES}
        call_command("migrate", fake_initial=True, verbosity=0)
        call_command("migrate", "openai_integration", "zero", verbosity=0)
        for app in reversed(OLD_APPS):
            call_command("migrate", app, "0001", verbosity=0)

        after = [catalog.columns(old), catalog.constraints(old), catalog.indexes(old), catalog.sequences(old)]
        assert after == before
        assert {table: catalog.rows(old, table, names[table]) for table in catalog.OLD_TABLES} == rows


def test_accounts_that_were_locked_before_are_locked_for_the_old_service_too_and_back(flask: str) -> None:
    with connect(flask) as old:
        hashes = old.execute('SELECT id, password FROM "user" ORDER BY id').fetchall()
        call_command("migrate", fake_initial=True, verbosity=0)
        call_command("migrate", "users", "0012", verbosity=0)
        old.execute('UPDATE "user" SET is_active = false WHERE id IN (1, 3)')
        told = StringIO()
        with pytest.raises(SystemExit):
            call_command("adopt_flask", i_have_a_backup=True, stdout=told)
        assert "locked_before (2)" in told.getvalue()

        call_command("migrate", verbosity=0)

        locked = old.execute('SELECT id, password_while_locked FROM "user" WHERE password = %s ORDER BY id', [LOCKED])
        assert locked.fetchall() == [row for row in hashes if row[0] in (1, 3)]
        call_command("migrate", "users", "0012", verbosity=0)
        assert old.execute('SELECT id, password FROM "user" ORDER BY id').fetchall() == hashes
