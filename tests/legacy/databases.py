"""Databases for the tests of adoption, beside Django's own test database and on the same server."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from psycopg import sql

FOLDER = Path(__file__).parent


def connect(name: str) -> psycopg.Connection:
    """A connection in which every statement is its own transaction, unless `transaction()` is used."""
    server = connections["default"].settings_dict
    return psycopg.connect(
        host=server["HOST"],
        port=server["PORT"],
        user=server["USER"],
        password=server["PASSWORD"],
        dbname=name,
        autocommit=True,
    )


@contextmanager
def new_database(*, like: str | None = None) -> Iterator[str]:
    """The name of a database that exists inside the block: empty, or a copy of `like`, which nobody may be using."""
    name = f"adoption_{uuid.uuid4().hex[:12]}"
    quoted, template = sql.Identifier(name), sql.Identifier(like or "template0")
    with connect("postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(quoted, template))
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


@contextmanager
def flask_database(*, rows: bool = True) -> Iterator[str]:
    """A database as the old service leaves it."""
    with new_database() as name:
        with connect(name) as connection:
            connection.execute((FOLDER / "schema.sql").read_bytes())
            if rows:
                connection.execute((FOLDER / "rows.sql").read_bytes())
        yield name


def url_of(name: str) -> str:
    """What DATABASE_URL is for that database."""
    server = connections["default"].settings_dict
    login = f"{quote(server['USER'], safe='')}:{quote(server['PASSWORD'], safe='')}"
    return f"postgres://{login}@{server['HOST']}:{server['PORT']}/{name}"


def migrate(name: str, *arguments: str) -> str:
    """What `manage.py migrate` prints, run as an operator does."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_ENV": "test", "DATABASE_URL": url_of(name)},
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def django_on(name: str) -> Iterator[None]:
    """Point Django of this process, all its threads included, at the database `name`."""
    server = connections["default"].settings_dict
    usual = server["NAME"]
    connections.close_all()
    ContentType.objects.clear_cache()  # its ids are those of one database
    server["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        ContentType.objects.clear_cache()
        server["NAME"] = usual
