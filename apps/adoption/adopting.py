"""Adopts a database: runs the migrations between two fingerprints, and compares the old rows."""

import time
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import fingerprint, migrating
from apps.adoption.expected_schema import ReportProgress
from apps.adoption.fingerprint import Fingerprint, FingerprintComparison
from apps.adoption.own_transactions import OwnWrites
from apps.adoption.sessions import without_time_limits


@dataclass(frozen=True)
class Adoption:
    seconds: float
    migrations: list[str]
    before: Fingerprint
    after: Fingerprint
    comparison: FingerprintComparison

    @property
    def ok(self) -> bool:
        return not self.comparison.differences

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "seconds": round(self.seconds, 2),
            "migrations": self.migrations,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "differences": self.comparison.differences,
            "live": self.comparison.live,
        }


def take_fingerprint(connection: BaseDatabaseWrapper) -> Fingerprint:
    """The fingerprint of the old tables, taken without time limits."""
    with without_time_limits(connection):
        return fingerprint.take(connection)


def adopt(connection: BaseDatabaseWrapper, say: ReportProgress) -> Adoption:
    """Migrate, and compare the old rows before and after. After a TablesAreBusyError it can be run again."""
    started = time.monotonic()
    before = take_fingerprint(connection)
    say(f"fingerprint of {sum(len(table.rows) for table in before.tables.values())} rows taken")
    own = OwnWrites()
    migrations = migrating.run_migrations(connection, say, own)
    after = take_fingerprint(connection)
    comparison = fingerprint.compare(before, after, ours=own.transactions, wrote=own.tables)
    say(f"fingerprint compared: {len(comparison.differences)} differences, {len(comparison.live)} rows written live")
    return Adoption(time.monotonic() - started, migrations, before, after, comparison)
