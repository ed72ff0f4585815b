"""Databases for the tests of backup and undo: adopted and in use, with additional objects of a school."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections

from apps.adoption import backup
from apps.users.models import User
from tests.legacy.databases import connect, django_on, flask_database
from tests.test_flask_deletes import INSTRUCTOR, STUDENT, rows_that_go_with, thread_and_evaluation

# Objects that no migration knows, some of which depend on old tables.
SCHOOL = """
    CREATE TABLE timetable (id serial PRIMARY KEY, student integer NOT NULL REFERENCES "user" (id), room text);
    INSERT INTO timetable (student, room) VALUES (1, 'B 12'), (3, NULL);
    ALTER TABLE "user" ADD COLUMN nickname varchar(20) DEFAULT 'none';
    CREATE INDEX user_by_nickname ON "user" (nickname);
    CREATE VIEW claims AS SELECT email, role FROM "user";
"""


def url(name: str) -> str:
    server = connections["default"].settings_dict
    return f"postgres://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/{name}"


def schema(name: str) -> str:
    """The output of pg_dump without the line that changes each time."""
    with connect(name) as connection:
        programs = backup.client_programs(connection)
    done = subprocess.run(
        [programs.dump, "--schema-only"], env=programs.environment, capture_output=True, text=True, check=True
    )
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


@contextmanager
def school_database() -> Iterator[str]:
    """A database as the Flask service leaves it, with the school's objects."""
    with flask_database() as name:
        with connect(name) as connection:
            connection.execute(SCHOOL)
        yield name


def adopt_and_use(name: str) -> None:
    """Adopt the database, and add the work of a student and an instructor."""
    with django_on(name):
        call_command("migrate", fake_initial=True, verbosity=0)
        student, instructor = User.objects.get(pk=STUDENT), User.objects.get(pk=INSTRUCTOR)
        thread_and_evaluation(student, instructor)
        for user in (student, instructor):
            rows_that_go_with(user)
