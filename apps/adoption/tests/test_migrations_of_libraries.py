"""Migrations of libraries whose foreign keys refer to tables that the Flask service uses."""

import pytest

from apps.adoption.tests.school import process
from tests.legacy.databases import connect, flask_database, migrate
from tests.stack import wait_until

pytestmark = pytest.mark.programs

WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND relation = '"user"'::regclass AND NOT granted
"""
BEFORE = "0006_auto_20171017_2113"


def test_whoever_deletes_a_person_meanwhile_is_not_sent_away_for_a_deadlock() -> None:
    with flask_database() as name:
        for app, *upto in (["auth"], ["users", "0003"], ["token_blacklist", BEFORE], ["admin"], ["openai_integration"]):
            migrate(name, app, *upto, "--fake-initial")
        with connect(name) as session, connect(name) as onlooker, session.transaction():
            # As a DELETE of a person begins: their row first, and then what points at it.
            session.execute('LOCK TABLE "user" IN ROW EXCLUSIVE MODE')
            with process(name, "--i-have-a-backup") as adopting:
                wait_until(lambda: onlooker.execute(WAITING).fetchone() == (1,), "the adoption wants the table")
                session.execute("LOCK TABLE token_blacklist_outstandingtoken IN ROW SHARE MODE NOWAIT")
                session.execute("COMMIT")
                stdout, stderr = adopting.communicate(timeout=150)
        assert adopting.returncode == 0, stdout + stderr
        assert "token_blacklist.0007" in stdout + stderr
