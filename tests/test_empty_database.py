"""The migrations build a new database with tables equivalent to those of the old service."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.legacy import catalog
from tests.legacy.databases import connect, django_on, flask_database

# Without a test that is marked so, the database is not built.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """Django has built the database of all the other tests by the migrations and nothing else."""
    with connect(connections["default"].settings_dict["NAME"]) as connection:
        yield connection


@pytest.fixture(scope="module")
def flask() -> Iterator[psycopg.Connection]:
    with flask_database(rows=False) as name, connect(name) as connection:
        yield connection


@pytest.fixture(scope="module")
def adopted(django_db_blocker: DjangoDbBlocker) -> Iterator[psycopg.Connection]:
    with flask_database(rows=False) as name:
        with django_db_blocker.unblock(), django_on(name):
            call_command("migrate", fake_initial=True, verbosity=0)
        with connect(name) as connection:
            yield connection


def test_old_columns_have_the_types_that_they_had(built: psycopg.Connection, flask: psycopg.Connection) -> None:
    old, new = catalog.columns(flask), catalog.columns(built)
    assert {name: (new[name].type, new[name].not_null, new[name].collation) for name in old} == {
        name: (column.type, column.not_null, column.collation) for name, column in old.items()
    }


def test_the_database_fills_ids_and_no_other_old_column(built: psycopg.Connection, flask: psycopg.Connection) -> None:
    old, new = catalog.columns(flask), catalog.columns(built)
    filled = {name for name in old if new[name].identity or new[name].default is not None}
    assert filled == {name for name in old if old[name].default is not None}
    assert {column for _, column in filled} == {"id"}


def test_keys_and_rules_mean_what_they_meant(built: psycopg.Connection, flask: psycopg.Connection) -> None:
    def meaning(connection: psycopg.Connection) -> Counter[tuple[str, str]]:
        return Counter(
            (table, definition.removesuffix(" DEFERRABLE INITIALLY DEFERRED"))
            for (table, _), definition in catalog.constraints(connection).items()
        )

    assert meaning(built) == meaning(flask)


def test_nothing_else_is_unique(built: psycopg.Connection, flask: psycopg.Connection) -> None:
    def unique(connection: psycopg.Connection) -> Counter[str]:
        found = catalog.indexes(connection).values()
        return Counter(definition.split(" ON ")[1] for definition, is_unique, _ in found if is_unique)

    assert unique(built) == unique(flask)


def test_an_empty_and_an_adopted_database_end_up_with_the_same_columns(
    built: psycopg.Connection, adopted: psycopg.Connection
) -> None:
    def described(connection: psycopg.Connection) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
        return {
            name: (column.type, column.not_null, column.default)
            for name, column in catalog.columns(connection).items()
            if name[1] != "id"
        }

    assert described(built) == described(adopted)


def test_an_empty_and_an_adopted_database_end_up_with_the_same_pointers_at_old_rows(
    built: psycopg.Connection, adopted: psycopg.Connection
) -> None:
    assert catalog.keys(built) == catalog.keys(adopted)
    assert catalog.keys_that_stop_deletes(built) == []
    assert catalog.keys_without_index(built) == []
