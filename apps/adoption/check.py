"""Checks whether a database is the Flask service's and ready for adoption. Read-only."""

from dataclasses import asdict, dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from apps.adoption import expected_schema, findings, server_findings, sessions
from apps.adoption.expected_schema import EXPECTED, OLD_TABLES, Table, quoted
from apps.adoption.findings import CheckFinding

FLASK, PARTLY_ADOPTED, ADOPTED, NOT_FLASK = "flask", "partly_adopted", "adopted", "not_flask"
STATES = {
    FLASK: "A database of the Flask service, not adopted.",
    PARTLY_ADOPTED: "A database of the Flask service, adopted in part.",
    ADOPTED: "An adopted database.",
    NOT_FLASK: "Not a database of the Flask service.",
}


@dataclass(frozen=True)
class Report:
    state: str
    # Old table > its rows.
    rows: dict[str, int]
    findings: list[CheckFinding]
    # Unapplied migrations, as app.name.
    pending: list[str]

    @property
    def ready(self) -> bool:
        return self.state != NOT_FLASK and not any(finding.blocks for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0 ready, 1 not ready, 2 not a Flask database."""
        if self.state == NOT_FLASK:
            return 2
        return 0 if self.ready else 1

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "ready": self.ready,
            "rows": self.rows,
            "findings": [asdict(finding) | {"count": len(finding.items)} for finding in self.findings],
            "pending_migrations": self.pending,
        }


def check(connection: BaseDatabaseWrapper) -> Report:
    """Check the database in one read-only transaction and snapshot."""
    if connection.vendor != "postgresql":
        problem = f"The Flask service's database is on PostgreSQL; this one is {connection.display_name}."
        return _not_flask([problem])
    with transaction.atomic(using=connection.alias):
        with expected_schema.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            pass
        sessions.lift_time_limits(connection, in_transaction=True)
        return _check(connection)


def _not_flask(problems: list[str]) -> Report:
    return Report(NOT_FLASK, {}, [CheckFinding("not_flask", True, STATES[NOT_FLASK], problems)], [])


def _check(connection: BaseDatabaseWrapper) -> Report:
    actual = expected_schema.read_schema(connection)
    if missing := [name for name in OLD_TABLES if name not in actual]:
        elsewhere = server_findings.hints_for_missing(connection, missing)
        return _not_flask([f"{name}: the table is missing{elsewhere.get(name, '')}" for name in missing])
    loader = MigrationLoader(connection)
    recorded = _columns_by_migrations(loader)
    blocking, own_columns = findings.extra_columns(actual, recorded)
    of_server = server_findings.server_findings(connection)
    readable = not any(server_findings.hides_rows(finding) for finding in of_server)
    found = [
        *of_server,
        CheckFinding("not_owner", True, "The adoption alters these tables.", findings.not_owned(connection)),
        CheckFinding(
            "shape",
            True,
            "Differences from the old service's tables.",
            findings.schema_differences(actual) + blocking + _missing_objects(connection, recorded, actual),
        ),
        CheckFinding(
            "name_taken",
            True,
            "The adoption creates tables with these names, but they exist already.",
            _taken_names(connection, recorded),
        ),
        CheckFinding(
            "locked_before",
            True,
            "Accounts that an earlier release has locked. Run `manage.py migrate` here, which moves their hashes.",
            findings.locked_before(connection, actual) if readable else [],
        ),
        *(findings.row_findings(connection, actual) if readable else ()),
        CheckFinding("own_columns", False, "Additional columns. They stay as they are.", own_columns),
        CheckFinding(
            "own_rules", False, "Additional constraints and triggers.", findings.extra_constraints(connection, actual)
        ),
    ]
    pending = [f"{app}.{name}" for app, name in _pending_migrations(loader)]
    return Report(
        state=_state(loader, pending),
        rows={name: _row_count(connection, name) for name in OLD_TABLES} if readable else {},
        findings=sorted((finding for finding in found if finding.items), key=lambda finding: not finding.blocks),
        pending=pending,
    )


def _pending_migrations(loader: MigrationLoader) -> list[tuple[str, str]]:
    wanted = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    return [key for key in dict.fromkeys(wanted) if key not in loader.applied_migrations]


def _state(loader: MigrationLoader, pending: list[str]) -> str:
    if not pending:
        return ADOPTED
    return PARTLY_ADOPTED if loader.applied_migrations else FLASK


def _columns_by_migrations(loader: MigrationLoader) -> dict[str, set[str]]:
    """Table > columns, of all tables that the applied migrations created or adopted."""
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    if not applied:
        return {}
    models = loader.project_state(applied).apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields if field.column}
        for model in models
        if model._meta.managed
    }


def _missing_objects(
    connection: BaseDatabaseWrapper, recorded: dict[str, set[str]], actual: dict[str, Table]
) -> list[str]:
    """Tables and columns of recorded migrations that the database lacks: dropped, or the migrations were faked."""
    there = _existing_tables(connection, sorted(recorded))
    return [f"{table}: the table is missing, though its migration is recorded" for table in recorded.keys() - there] + [
        f"{table}.{column}: the column is missing, though its migration is recorded"
        for table in recorded.keys() & actual.keys()
        for column in sorted(recorded[table] - actual[table].columns.keys() - EXPECTED[table].columns.keys())
    ]


def _taken_names(connection: BaseDatabaseWrapper, recorded: dict[str, set[str]]) -> list[str]:
    models = apps.get_models(include_auto_created=True)
    new = {model._meta.db_table for model in models if model._meta.managed} - recorded.keys() - set(OLD_TABLES)
    return sorted(_existing_tables(connection, sorted(new)))


def _existing_tables(connection: BaseDatabaseWrapper, names: list[str]) -> set[str]:
    statement = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL"
    with expected_schema.execute(connection, statement, [names]) as cursor:
        return {name for (name,) in cursor}


def _row_count(connection: BaseDatabaseWrapper, table: str) -> int:
    with expected_schema.execute(connection, f"SELECT count(*) FROM {quoted(table)}") as cursor:  # noqa: S608
        return cursor.fetchone()[0]
