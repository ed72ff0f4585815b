"""Fingerprints of the old tables: a hash for each row and column, computed in the server.

Two fingerprints show which columns of which rows differ. xmin holds the transaction that wrote a row, so changes by
other sessions can be distinguished from our own.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from apps.adoption import expected_schema
from apps.adoption.expected_schema import EXPECTED, OLD_TABLES, SQLConnection, quoted

_MODULUS = 2**64
# Old column > the column that holds its value instead: an account's hash while it is locked.
_KEPT_ELSEWHERE = {("user", "password"): "password_while_locked"}


@dataclass(frozen=True)
class RowFingerprint:
    xmin: int
    # One for each column, in the order of the table's columns.
    sums: tuple[int, ...]


@dataclass(frozen=True)
class TableFingerprint:
    columns: tuple[str, ...]
    # Key > row. The key is the id, or both ids in a table without one.
    rows: dict[str, RowFingerprint]

    @property
    def checksums(self) -> dict[str, str]:
        """Column > a checksum of its values that does not depend on the order of the rows."""
        totals = [sum(row.sums[index] for row in self.rows.values()) % _MODULUS for index in range(len(self.columns))]
        return {column: f"{total:016x}" for column, total in zip(self.columns, totals, strict=True)}


@dataclass(frozen=True)
class Fingerprint:
    tables: dict[str, TableFingerprint]

    def as_json(self) -> dict[str, Any]:
        """Row counts and checksums, with stable keys."""
        return {
            name: {"rows": len(table.rows), "columns": table.checksums} for name, table in sorted(self.tables.items())
        }


@dataclass(frozen=True)
class FingerprintComparison:
    # Changes that nobody else explains; each names table, row and column.
    differences: list[str]
    # Changes by other sessions.
    live: list[str]


def take(connection: SQLConnection) -> Fingerprint:
    """Fingerprint the old tables in one statement, so in one snapshot, or in that of the open transaction.

    It covers all columns except those that adoption adds.
    """
    found = expected_schema.read_schema(connection)
    columns = {
        name: tuple(column for column in table.columns if column not in expected_schema.added_columns(name))
        for name, table in found.items()
    }
    rows: dict[str, dict[str, RowFingerprint]] = {name: {} for name in found}
    if found:
        statement = " UNION ALL ".join(_select(name, columns[name], table.columns) for name, table in found.items())
        with expected_schema.execute(connection, statement) as cursor:
            for name, key, xmin, sums in cursor:
                rows[name][key] = RowFingerprint(xmin, tuple(sums))
    return Fingerprint({name: TableFingerprint(columns[name], rows[name]) for name in found})


def compare(
    before: Fingerprint, after: Fingerprint, *, ours: Collection[int] | None, wrote: Collection[str] = ()
) -> FingerprintComparison:
    """Compare two fingerprints. The result has sentences without values.

    `ours` are the transactions (32 bits, as in xmin) of the session that worked in between; their changes count as
    differences, and those of other sessions as live. With None, for two databases at rest, every change is a
    difference. `wrote` are the tables into which that session wrote rows: in them every change is a difference,
    because a deleted row does not show who deleted it.
    """
    differences: list[str] = []
    live: list[str] = []
    for name in OLD_TABLES:
        old, new = before.tables.get(name), after.tables.get(name)
        if old is None or new is None:
            if old is not new:
                differences.append(f"{name}: the table is {'missing' if old else 'new'}")
            continue
        if lost := [column for column in old.columns if column not in new.columns]:
            differences.append(f"{name}: missing columns: {', '.join(lost)}")
        for change in _changes(old, new):
            excused = ours is not None and name not in wrote and change.by_others(ours)
            (live if excused else differences).append(f"{name} {change.key}: {change.what}")
        if ours is not None:
            differences += [
                f"{name} {key}: written again by this session, with the same values"
                for key, row in new.rows.items()
                if row.xmin in ours and key in old.rows and not _differing(old, new, key)
            ]
    return FingerprintComparison(differences, live)


@dataclass(frozen=True)
class _Change:
    key: str
    what: str
    xmin_before: int | None
    xmin_after: int | None

    def by_others(self, ours: Collection[int]) -> bool:
        """Whether another session made the change. A deleted row does not show who deleted it, so it counts."""
        return self.xmin_after is None or (self.xmin_after != self.xmin_before and self.xmin_after not in ours)


def _changes(old: TableFingerprint, new: TableFingerprint) -> Iterator[_Change]:
    for key, row in old.rows.items():
        if key not in new.rows:
            yield _Change(key, "deleted", row.xmin, None)
        elif differing := _differing(old, new, key):
            yield _Change(key, f"changed in {', '.join(differing)}", row.xmin, new.rows[key].xmin)
    for key, row in new.rows.items():
        if key not in old.rows:
            yield _Change(key, "inserted", None, row.xmin)


def _differing(old: TableFingerprint, new: TableFingerprint, key: str) -> list[str]:
    before = dict(zip(old.columns, old.rows[key].sums, strict=True))
    after = dict(zip(new.columns, new.rows[key].sums, strict=True))
    return [column for column in old.columns if column in after and after[column] != before[column]]


def _select(table: str, columns: tuple[str, ...], existing: Collection[str]) -> str:
    """SELECT name, key, xmin and one hash for each column. The hashes include the key, so swapped rows differ."""

    def value(column: str) -> str:
        kept = _KEPT_ELSEWHERE.get((table, column))
        return f"coalesce({quoted(kept)}, {quoted(column)})" if kept and kept in existing else f"{quoted(column)}::text"

    key = " || ',' || ".join(f"{quoted(column)}::text" for column in EXPECTED[table].primary_key)
    # The length before the key and "=" before the value distinguish NULL, '' and values that look like keys.
    sums = ", ".join(
        f"hashtextextended(length({key}) || ':' || ({key}) || coalesce('=' || {value(column)}, ''), 0)"
        for column in columns
    )
    return f"SELECT '{table}', {key}, xmin::text::bigint, ARRAY[{sums}] FROM {quoted(table)}"  # noqa: S608
