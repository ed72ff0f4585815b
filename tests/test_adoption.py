"""`migrate --fake-initial` on the old service's database keeps every row, and both services go on working."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.contrib.auth import authenticate
from django.db import connection as django_connection
from psycopg.rows import dict_row
from pytest_django import DjangoDbBlocker

from apps.activities.models import Activity
from apps.assessments.models import Category
from apps.scenarios.models import AssistantScenario
from apps.users.models import User
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database, migrate, new_database

TIMES = {"created_at", "updated_at", "date_joined", "last_login"}
# The old service names all of its columns but the id.
INSERTS = {
    "user": """INSERT INTO "user" (username, email, password, role) VALUES ('New', 'new@example.org', 'x', NULL)""",
    "assistant_scenarios": "INSERT INTO assistant_scenarios (scenario_text, additional_instructions, enable, role,"
    " openid, communication_preferences) VALUES ('New', '', true, '', '', NULL)",
    "assistant_tags": "INSERT INTO assistant_tags (tag, scenario_id) VALUES ('new', 1)",
    "rubric_questions": "INSERT INTO rubric_questions (question, scenario_id) VALUES ('New?', 1)",
    "categories": "INSERT INTO categories (name, total_required_to_pass) VALUES ('New', -1)",
    "subcategories": "INSERT INTO subcategories (name, marking_instructions, category_id) VALUES ('New', '', 1)",
    "activities": "INSERT INTO activities (pre_brief, character_id) VALUES ('New', 1)",
    "activity_categories": "INSERT INTO activity_categories (activity_id, category_id) VALUES (6, 3)",
}
PASSWORDS = {
    "ines@example.org": "battery staple",
    "Tom.OHara@Example.ORG": "correct horse",
    "tom.ohara@example.org": "pässwörd ü 1",
    "not an email": "  spaces kept  ",
    " spaced@example.org ": "x" * 60,
}


@dataclass(frozen=True)
class Facts:
    """What there is to compare; rows by their old columns only."""

    columns: dict[tuple[str, str], catalog.Column]
    constraints: dict[tuple[str, str], str]
    indexes: dict[str, tuple[str, bool, bool]]
    sequences: list[tuple[Any, ...]]
    files: dict[str, int]
    rows: dict[str, list[tuple[Any, ...]]]
    alembic: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Adopted:
    name: str
    before: Facts
    after: Facts


def facts(connection: psycopg.Connection, old: dict[tuple[str, str], catalog.Column] | None = None) -> Facts:
    columns = catalog.columns(connection)
    names = {table: [column for owner, column in old or columns if owner == table] for table in catalog.OLD_TABLES}
    return Facts(
        columns=columns,
        constraints=catalog.constraints(connection),
        indexes=catalog.indexes(connection),
        sequences=catalog.sequences(connection),
        files=catalog.files(connection),
        rows={table: catalog.rows(connection, table, names[table]) for table in catalog.OLD_TABLES},
        alembic=connection.execute("SELECT xmin::text, * FROM alembic_version").fetchall(),
    )


@pytest.fixture(scope="module")
def adopted() -> Iterator[Adopted]:
    """An adopted database; tests that write take a copy of it."""
    with flask_database() as name:
        with connect(name) as connection:
            before = facts(connection)
        migrate(name, "--fake-initial")
        with connect(name) as connection:
            after = facts(connection, before.columns)
        yield Adopted(name, before, after)


@pytest.fixture
def copy(adopted: Adopted) -> Iterator[str]:
    with new_database(like=adopted.name) as name:
        yield name


@pytest.fixture
def django_on_copy(copy: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), django_on(copy):
        yield


@pytest.fixture
def django_on_adopted(adopted: Adopted, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For what only reads."""
    with django_db_blocker.unblock(), django_on(adopted.name):
        yield


def test_every_table_of_the_old_service_has_rows(adopted: Adopted) -> None:
    assert all(adopted.before.rows.values())


def test_old_columns_keys_indexes_and_sequences_are_as_before(adopted: Adopted) -> None:
    before, after = adopted.before, adopted.after
    assert {name: after.columns.get(name) for name in before.columns} == before.columns
    assert after.constraints == before.constraints
    assert {name: after.indexes.get(name) for name in before.indexes} == before.indexes
    assert after.sequences == before.sequences


def test_old_rows_are_as_before_and_were_not_written_again(adopted: Adopted) -> None:
    assert adopted.after.rows == adopted.before.rows
    assert adopted.after.files == adopted.before.files
    assert adopted.after.alembic == adopted.before.alembic


def test_the_times_of_adopted_rows_are_unknown(adopted: Adopted) -> None:
    times = [name for name in adopted.after.columns if name[1] in TIMES]
    assert len(times) == 2 * (len(catalog.OLD_TABLES) - 1)
    with connect(adopted.name) as connection:
        filled = [
            (table, column)
            for table, column in times
            if connection.execute(f'SELECT 1 FROM "{table}" WHERE {column} IS NOT NULL').fetchone()
        ]
    assert filled == []


def test_adopted_accounts_are_active_and_have_no_power(adopted: Adopted) -> None:
    with connect(adopted.name) as connection:
        accounts = connection.execute(
            "SELECT DISTINCT is_active, is_superuser, approved_role, first_name, last_name, token_version,"
            ' access_ended_at FROM "user"'
        ).fetchall()
    assert accounts == [(True, False, None, "", "", 0, None)]


def test_every_new_column_is_nullable_or_filled_by_the_database(adopted: Adopted) -> None:
    new = {name: column for name, column in adopted.after.columns.items() if name not in adopted.before.columns}
    assert [name for name, column in new.items() if column.not_null and column.default is None] == []
    assert {name for name, column in new.items() if column.not_null} == {
        ("assistant_scenarios", "setting"),
        ("assistant_scenarios", "content_warning"),
        ("assistant_scenarios", "case_notes"),
        ("assistant_scenarios", "language"),
        ("assistant_scenarios", "diagnosis"),
        ("assistant_scenarios", "title"),
        ("assistant_scenarios", "name"),
        ("activities", "title"),
        ("activities", "position"),
        ("subcategories", "lowest_score"),
        ("subcategories", "highest_score"),
        ("subcategories", "levels"),
        ("subcategories", "anchors"),
        ("subcategories", "position"),
        ("subcategories", "scope"),
        ("user", "first_name"),
        ("user", "last_name"),
        ("user", "is_active"),
        ("user", "is_superuser"),
        ("user", "token_version"),
    }


def test_new_indexes_are_valid_forbid_nothing_and_serve_every_foreign_key(adopted: Adopted) -> None:
    new = {name: index for name, index in adopted.after.indexes.items() if name not in adopted.before.indexes}
    assert {name: (unique, valid) for name, (_, unique, valid) in new.items()} == {
        "assistant_tags_scenario_idx": (False, True),
        "rubric_questions_scenario_idx": (False, True),
        "subcategories_category_idx": (False, True),
        "activities_character_idx": (False, True),
        "activity_categories_cat_idx": (False, True),
        "user_folded_email_idx": (False, True),
    }
    with connect(adopted.name) as connection:
        assert catalog.keys_without_index(connection) == []


@pytest.mark.parametrize("table", catalog.OLD_TABLES)
def test_an_insert_that_names_only_the_old_columns_works(table: str, copy: str, adopted: Adopted) -> None:
    with connect(copy) as connection:
        row = connection.cursor(row_factory=dict_row).execute(INSERTS[table] + " RETURNING *").fetchone()
        assert row
        if "id" in row:
            assert row["id"] > max(old[1] for old in adopted.before.rows[table])
        assert all(row[time] is not None for time in ("created_at", "date_joined") if time in row)


def test_a_second_migrate_does_nothing(copy: str, adopted: Adopted) -> None:
    assert "No migrations to apply." in migrate(copy, "--fake-initial")
    with connect(copy) as connection:
        assert facts(connection, adopted.before.columns) == adopted.after


@pytest.mark.usefixtures("django_on_adopted")
@pytest.mark.parametrize("email", PASSWORDS)
def test_an_adopted_account_signs_in_with_its_old_password(email: str) -> None:
    signed_in = authenticate(username=email, password=PASSWORDS[email])
    assert signed_in
    assert signed_in.email == email
    assert authenticate(username=email, password=PASSWORDS[email].strip() + "?") is None
    assert authenticate(username=email.swapcase(), password=PASSWORDS[email], as_typed=True) is None


@pytest.mark.usefixtures("django_on_adopted")
def test_signing_in_leaves_the_stored_hash_as_the_old_service_wrote_it(adopted: Adopted) -> None:
    authenticate(username="ines@example.org", password=PASSWORDS["ines@example.org"])
    with django_connection.cursor() as cursor:
        cursor.execute('SELECT password FROM "user" WHERE id = 1')
        assert cursor.fetchone()[0].startswith("$pbkdf2-sha256$29000$l1JK6X3vnRPifG.tldKaEw$")


@pytest.mark.usefixtures("django_on_adopted")
def test_an_account_with_a_damaged_hash_is_refused_without_an_error() -> None:
    assert authenticate(username="damaged@example.org", password="not a hash") is None


@pytest.mark.usefixtures("django_on_copy")
@pytest.mark.parametrize("model", [User, AssistantScenario, Category, Activity])
def test_every_adopted_row_can_be_saved_as_it_is(model: type[Any]) -> None:
    for row in model.objects.all():
        row.save()
        again = model.objects.get(pk=row.pk)
        old = {field.attname for field in model._meta.concrete_fields} - TIMES - {"openid"}
        assert {name: getattr(again, name) for name in old} == {name: getattr(row, name) for name in old}


@pytest.mark.usefixtures("django_on_copy")
def test_an_edited_scenario_gets_a_version_and_an_untouched_one_keeps_its_openid() -> None:
    edited = AssistantScenario.objects.get(pk=1)
    edited.communication_preferences = "Long sentences."
    edited.save()

    edited.refresh_from_db()
    version = edited.versions.get()
    assert (version.number, version.openid) == (1, edited.openid)
    assert version.content["communication_preferences"] == "Long sentences."
    assert edited.openid != "asst_abc123"
    assert (edited.created_at, edited.updated_at is None) == (None, False)
    untouched = AssistantScenario.objects.get(pk=4)
    assert (untouched.openid, untouched.versions.count(), untouched.updated_at) == ("asst_abc123", 0, None)


@pytest.mark.usefixtures("django_on_copy")
def test_two_callers_can_set_the_categories_of_an_activity_at_once() -> None:
    together = threading.Barrier(2)

    def set_categories(ids: set[int]) -> None:
        try:
            activity, categories = Activity.objects.get(pk=2), list(Category.objects.filter(pk__in=ids))
            together.wait(timeout=30)
            activity.set_categories(categories)
        finally:
            django_connection.close()

    # Each round both callers add a category that is not there, and each wants another one beside it.
    for wanted in [({2, 3}, {2, 10}), ({1, 3}, {1, 10})] * 10:
        with ThreadPoolExecutor(2) as callers:
            calls = [callers.submit(set_categories, ids) for ids in wanted]
        assert [call.exception() for call in calls] == [None, None]
        assert set(Activity.objects.get(pk=2).categories.values_list("pk", flat=True)) in wanted
