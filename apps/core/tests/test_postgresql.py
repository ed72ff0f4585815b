"""Kept connections are checked before use, and errors reveal no values."""

from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.db import ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.postgresql import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A separate connection that has just been checked."""
    wrapper = connections.create_connection("default")
    wrapper.ensure_connection()
    assert wrapper.is_usable()
    yield wrapper
    wrapper.close()


def end(kept: BaseDatabaseWrapper) -> None:
    """End the session, as a restart of the server does: the socket shows it."""
    with psycopg.connect(connections["default"].connection.info.dsn, password=kept.connection.info.password) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [kept.connection.info.backend_pid])


def test_it_is_looked_at_and_not_asked_while_it_is_busy(kept, monkeypatch) -> None:
    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("it was asked"))
    assert kept.is_usable()


def test_it_is_asked_once_it_has_been_idle(kept, monkeypatch) -> None:
    monkeypatch.setattr(base, "TRUSTED_S", 0.0)
    monkeypatch.setattr(base.base.DatabaseWrapper, "is_usable", lambda self: False)
    assert not kept.is_usable()


def test_a_connection_ended_by_the_server_is_unusable(kept) -> None:
    connections["default"].ensure_connection()
    end(kept)
    assert not kept.is_usable()


def test_a_closed_connection_is_unusable_without_an_error(kept) -> None:
    kept.connection.close()
    assert not kept.is_usable()
    kept.close()
    assert not kept.is_usable()


def test_django_itself_still_asks_by_a_query(kept: BaseDatabaseWrapper) -> None:
    """If this fails, apps/core/postgresql can go. docs/adr/0005 says what it saves."""
    kept.connection.execute("SELECT 'something else'")
    assert base.base.DatabaseWrapper.is_usable(kept)
    pid, server = kept.connection.info.backend_pid, connections["default"]
    with server.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
        assert cursor.fetchone() == ("SELECT 1",)


def test_a_list_that_is_being_read_keeps_no_cursor_in_the_server() -> None:
    """Behind a connection pooler, the next rows would be fetched in another session."""
    types = iter(ContentType.objects.iterator(chunk_size=1))
    assert next(types)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        assert cursor.fetchone() == (0,)
    assert next(types)


@pytest.fixture
def without_an_encoding(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A database in SQL_ASCII, as initdb creates them on a machine without a locale."""
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = {**wrapper.settings_dict, "NAME": "bytes_only"}
    with connections["default"].cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS bytes_only")
        cursor.execute("CREATE DATABASE bytes_only TEMPLATE template0 ENCODING SQL_ASCII LC_COLLATE 'C' LC_CTYPE 'C'")
        yield wrapper
        wrapper.close()
        cursor.execute("DROP DATABASE bytes_only")


def test_a_database_of_another_encoding_is_warned_of(without_an_encoding) -> None:
    [warning] = without_an_encoding.validation.check()
    assert warning.id == "core.W001"
    assert "SQL_ASCII" in warning.msg


def test_a_database_in_utf8_is_not(kept) -> None:
    assert kept.validation.check() == []
    assert run_checks(databases=["default"]) == []


@pytest.mark.parametrize(
    "said",
    [
        'invalid input syntax for type uuid: "my secret"',
        "ungültige Eingabesyntax für Typ uuid: »my secret«",
        "syntaxe en entrée invalide pour le type uuid : « my secret »",
        "ошибочное значение для типа uuid: «my secret»",
        'uuid型に対する不正な入力構文: "my secret"',
        '"my secret" не є uuid',
        "无效的类型 uuid 输入语法: “my secret”",
    ],
)
def test_a_value_in_an_error_is_cut_off_in_whatever_language_the_server_speaks(said: str) -> None:
    left = base._without_value(said, "22P02")
    assert left
    assert "secret" not in left
    assert base._without_value(said, "23505") == said


def test_row_values_in_a_triggers_message_are_not_passed_on(kept) -> None:
    raised = "DO $$ BEGIN RAISE EXCEPTION 'bad email %', 'sam@example.org'; END $$"
    with kept.cursor() as cursor, pytest.raises(ProgrammingError) as caught:
        cursor.execute(raised)
    assert str(caught.value) == str(caught.value.__cause__) == "a function of the database refused it (P0001)"
    ours = "the status of runs cannot change from completed to queued"
    assert base._without_value(ours, "P0001") == ours
    assert "Sam" not in base._without_value(f"{ours}, says Sam", "P0001")
