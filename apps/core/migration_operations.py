"""Migration operations that Django lacks: lock timeouts, concurrent indexes, ON DELETE and status guards."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation


class LimitLockWait(Operation):
    """Make the rest of this migration fail, so that it can be run again, rather than wait long for a lock.

    A session that waits for a table lock also blocks every later session, so one forgotten transaction plus a migration
    would stop the running service. This operation comes first in every transactional migration.

    `tables` are those of the running service that the migration alters or refers to. They are locked here, all or none.
    Several tables get a shorter timeout: holding one lock while waiting for another can deadlock. The migration must
    then give up before PostgreSQL's detector (deadlock_timeout, 1 s) cancels the service's transaction instead.
    """

    reversible = True
    elidable = False
    lock_ms = 1500
    several_locks_ms = 400

    def __init__(self, *tables: str) -> None:
        self.tables = tables

    def deconstruct(self) -> tuple[str, list[str], dict[str, Any]]:
        return type(self).__name__, list(self.tables), {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models are unaffected."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute(f"SET LOCAL lock_timeout = '{self.lock_ms}ms'")
        if not self.tables:
            return
        names = ", ".join(schema_editor.quote_name(table) for table in self.tables)
        if len(self.tables) > 1:
            schema_editor.execute(f"SET LOCAL statement_timeout = '{self.several_locks_ms}ms'")
        schema_editor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        # Lift the account's statement timeout: once the locks are held, the rest should finish rather than start over.
        schema_editor.execute("SET LOCAL statement_timeout = 0")
        # Other locks should be on new tables. If one is not, give up before it becomes a deadlock.
        schema_editor.execute(f"SET LOCAL lock_timeout = '{self.several_locks_ms}ms'")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing: this is undone last, when all locks have been taken."""

    def describe(self) -> str:
        locks = f", those of {', '.join(self.tables)} first" if self.tables else ""
        return f"Wait at most {self.lock_ms} ms for a lock{locks}"


class AddIndexWithoutLock(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY on PostgreSQL, a plain index elsewhere. Needs `atomic = False`.

    An interrupted build leaves an invalid index of the same name; it is dropped first, so a second run repairs it.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
                [schema_editor.quote_name(self.index.name)],
            )
            found = cursor.fetchone()
        if found and found[0]:
            return
        if found:
            schema_editor.execute(f'DROP INDEX CONCURRENTLY "{self.index.name}"')
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class DatabaseOnDelete(Operation):
    """Have PostgreSQL apply ON DELETE when the row that a foreign key points at is deleted by any service.

    Django applies on_delete only in Python, so our foreign key would make the other service's DELETE fail. The
    constraint is found by table and column, dropped, and created again with ON DELETE; other databases keep theirs.
    Both tables are locked while every row is validated, so use it where the table is created.
    """

    reduces_to_sql = False
    reversible = True
    elidable = False

    def __init__(self, table: str, column: str, action: str) -> None:
        if action not in {"CASCADE", "SET NULL", "NO ACTION"}:
            raise ValueError(f"{action!r} is no ON DELETE action.")
        self.table = table
        self.column = column
        self.action = action

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return type(self).__name__, [self.table, self.column, self.action], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models are unaffected."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._recreate(schema_editor, self.action)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._recreate(schema_editor, "NO ACTION")

    def describe(self) -> str:
        return f"{self.action} on {self.table}.{self.column} when what it points at is deleted"

    def _recreate(self, schema_editor: Any, action: str) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT con.conname, con.confrelid::regclass::text, ref.attname
                FROM pg_constraint con
                JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
                JOIN pg_attribute ref ON ref.attrelid = con.confrelid AND ref.attnum = con.confkey[1]
                WHERE con.contype = 'f' AND con.conrelid = %s::regclass AND att.attname = %s
                """,
                [f'"{self.table}"', self.column],
            )
            name, target, target_column = cursor.fetchone()
        schema_editor.execute(f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{name}"')
        schema_editor.execute(
            f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{name}" FOREIGN KEY ("{self.column}") '
            f'REFERENCES {target} ("{target_column}") ON DELETE {action} DEFERRABLE INITIALLY DEFERRED'
        )


class GuardStatus(Operation):
    """Have PostgreSQL reject every status change of a table except those listed as {from: [to, ...]}.

    A rejected change raises check_violation with the guard's name; other databases have no guard.
    """

    reduces_to_sql = True
    reversible = True
    elidable = False

    def __init__(self, table: str, transitions: dict[str, list[str]]) -> None:
        self.table = table
        self.transitions = transitions

    @staticmethod
    def name_for(table: str) -> str:
        """The name of the trigger and of its function."""
        return f"{table}_status_guard"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.transitions], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models are unaffected."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        name, pairs = (
            self.name_for(self.table),
            [(old, new) for old, all_new in self.transitions.items() for new in all_new],
        )
        allowed = ", ".join(f"('{old}', '{new}')" for old, new in pairs)
        # Not parametrised: the function's body is a literal.
        schema_editor.execute(
            f"""
            CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$
            BEGIN
                IF (OLD.status, NEW.status) NOT IN ({allowed}) THEN
                    RAISE EXCEPTION 'the status of % cannot change from % to %', TG_TABLE_NAME, OLD.status, NEW.status
                        USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = TG_TABLE_NAME;
                END IF;
                RETURN NEW;
            END $guard$
            """,
            params=None,
        )
        schema_editor.execute(
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OF status ON "{self.table}" FOR EACH ROW '
            f'WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "{name}"()'
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        name = self.name_for(self.table)
        schema_editor.execute(f'DROP TRIGGER "{name}" ON "{self.table}"')
        schema_editor.execute(f'DROP FUNCTION "{name}"()')

    def describe(self) -> str:
        return f"Let the status of {self.table} change only as it may"
