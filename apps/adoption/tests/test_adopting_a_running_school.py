"""Adopting a database while the Flask service keeps writing, within the documented limits."""

import json
import re
import time
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from apps.adoption import fingerprint
from apps.adoption.tests.databases import url
from apps.adoption.tests.school import SlowSessions, adopt_flask, school
from tests.legacy import catalog
from tests.legacy.databases import connect, django_on
from tests.legacy.writer import Writer

pytestmark = pytest.mark.programs


def test_a_database_is_adopted_while_flask_keeps_running(
    record_property: Callable[[str, object], None], django_db_blocker: DjangoDbBlocker
) -> None:
    with school() as name:
        with django_db_blocker.unblock(), django_on(name):
            started, output = time.monotonic(), StringIO()
            call_command("adopt_flask", check=True, json=True, stdout=output)
            check_s = time.monotonic() - started
        report = json.loads(output.getvalue())
        assert (report["state"], report["rows"]["user"], report["rows"]["activities"]) == ("flask", 2000, 300)
        with connect(name) as old:
            before = fingerprint.take(old)
            statements = [catalog.columns(old), catalog.constraints(old)]
        with Writer(url(name)) as writer, SlowSessions(name) as slow:
            writer.wait_for(10)
            done = adopt_flask(name, "--i-have-a-backup", "--json")
            writer.wait_for(10)
        assert done.returncode == 0, done.stdout + done.stderr
        adoption = json.loads(done.stdout)["adoption"]
        figures = {
            "check_s": check_s,
            "adoption_s": adoption["seconds"],
            "slowest_statement_s": max(writer.slowest, *slow.seconds),
            "retries": done.stderr.count("trying again"),
            "writes": writer.writes,
            "slow_transactions": slow.transactions,
        }
        for key, value in figures.items():
            record_property(key, value)

        assert writer.errors == []
        assert (adoption["ok"], adoption["differences"]) == (True, [])
        assert_only_live_rows_are_listed(adoption["live"], writer)
        with connect(name) as old:
            changed = fingerprint.compare(before, fingerprint.take(old), ours=None).differences
            # Slow sessions write to the first 30 rows, and the writer to its own.
            assert not [line for line in changed if re.match(r"user (3[1-9]|[4-9]\d|\d{3}|1\d{3}|2000):", line)]
            assert {key: catalog.columns(old)[key] for key in statements[0]} == statements[0]
            assert catalog.constraints(old) == statements[1]
            assert catalog.keys_without_index(old) == []
            assert old.execute(
                'SELECT count(*) FROM "user" WHERE is_superuser OR approved_role IS NOT NULL'
            ).fetchone() == (0,)
            assert old.execute("SELECT count(*) FROM user_groups").fetchone() == (0,)


def assert_only_live_rows_are_listed(live: list[str], writer: Writer) -> None:
    """Every line names a row that somebody wrote: the writer, or a slow session, which stays among the first 30 ids."""
    assert live
    for line in live:
        table, key = re.match(r"(\w+) ([\d,]+): (inserted|deleted|changed in \w+)", line).group(1, 2)
        number = int(key.split(",")[0])
        by_writer = number in writer.rows["activities" if table == "activity_categories" else table]
        by_slow = number <= 30 or (table in {"activities", "assistant_tags"} and line.endswith("inserted"))
        assert by_writer or by_slow, line
