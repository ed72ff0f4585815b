"""Migration operations that Django lacks: short waits for locks, indexes without one, ON DELETE in the database."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex
from django.db.migrations.operations.base import Operation


class LimitLockWait(Operation):
    """Make the rest of this migration fail, to be run again, rather than wait long for a lock.

    Whoever waits for a table's lock makes all who come later wait too, so a migration behind one forgotten transaction
    would stop the service that is running. It comes first in every migration that is a transaction.

    `tables` are those of the running service that the migration alters or points at. They are locked here, all or none.
    Several at once get less time: while one is held and another is waited for, there can be a deadlock, and then this
    migration has to give up before PostgreSQL looks for it (deadlock_timeout, 1 s) and sends the service away.
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
        """The models are the same before and after."""

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
        # Not what the account has for requests: with the locks in hand, the rest is to be done and not begun again.
        schema_editor.execute("SET LOCAL statement_timeout = 0")
        # What else it needs is its own. If it is not, that must be let go of before it is a deadlock.
        schema_editor.execute(f"SET LOCAL lock_timeout = '{self.several_locks_ms}ms'")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """It is undone last, when every lock has been had."""

    def describe(self) -> str:
        locks = f", those of {', '.join(self.tables)} first" if self.tables else ""
        return f"Wait at most {self.lock_ms} ms for a lock{locks}"


class AddIndexWithoutLock(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY on PostgreSQL, a plain one elsewhere. Its migration has `atomic = False`.

    A build that was cut off leaves an invalid index of that name behind; it is dropped first, so a second run mends it.
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
    """Make PostgreSQL itself act when the row that a foreign key points at is deleted, by whichever service.

    Django carries out on_delete in Python only, so a key of ours would make the other service's DELETE fail. The
    constraint is found by its table and column, dropped and made again with ON DELETE; other databases keep theirs.
    Both tables are locked while every row is checked again, so it belongs beside the table's creation, not years later.
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
        """The models are the same before and after."""

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
    """Have PostgreSQL refuse every change of a table's status but those named, as {from: [to, ...]}.

    The refusal is a check_violation named after the guard; other databases have none.
    """

    reduces_to_sql = True
    reversible = True
    elidable = False

    def __init__(self, table: str, transitions: dict[str, list[str]]) -> None:
        self.table = table
        self.transitions = transitions

    @staticmethod
    def name_for(table: str) -> str:
        """Of the trigger and of its function."""
        return f"{table}_status_guard"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.transitions], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are the same before and after."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        name, pairs = (
            self.name_for(self.table),
            [(old, new) for old, all_new in self.transitions.items() for new in all_new],
        )
        allowed = ", ".join(f"('{old}', '{new}')" for old, new in pairs)
        # No parameters: the body is a literal, so whatever it holds is written into it.
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
