"""Triggers that maintain accounts in PostgreSQL."""

from typing import Any

from django.db.migrations.operations.base import Operation

from apps.users.hashers import LOCKED

# Each statement begins with its verb: the adoption batches those of a migration.
_NOTE_FUNCTION = """CREATE FUNCTION note_freed_email() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $note$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.email <> NEW.email THEN
            INSERT INTO freed_emails (email, account_id, freed_at) VALUES (OLD.email, OLD.id, clock_timestamp());
        END IF;
        RETURN NULL;
    END $note$
"""
_NOTE_TRIGGER = """CREATE TRIGGER note_freed_email AFTER UPDATE OF email OR DELETE ON "user"
    FOR EACH ROW EXECUTE FUNCTION note_freed_email()
"""
_KEEP_FUNCTION = f"""CREATE FUNCTION keep_password_while_locked() RETURNS trigger LANGUAGE plpgsql AS $keep$
    DECLARE
        hash text := NEW.password;
    BEGIN
        IF hash = '{LOCKED}' THEN
            IF TG_OP = 'UPDATE' THEN
                hash := coalesce(OLD.password_while_locked, OLD.password);
            ELSE
                hash := coalesce(NEW.password_while_locked, hash);
            END IF;
        END IF;
        IF NEW.is_active THEN
            NEW.password := hash;
            NEW.password_while_locked := NULL;
        ELSE
            NEW.password := '{LOCKED}';
            NEW.password_while_locked := hash;
        END IF;
        RETURN NEW;
    END $keep$
"""
_KEEP_TRIGGER = """CREATE TRIGGER keep_password_while_locked
    BEFORE INSERT OR UPDATE OF is_active, password, password_while_locked ON "user"
    FOR EACH ROW EXECUTE FUNCTION keep_password_while_locked()
"""
_MOVE_AWAY = 'UPDATE "user" SET is_active = is_active WHERE NOT is_active'
# Runs after the trigger has been dropped.
MOVE_BACK = 'UPDATE "user" SET password = password_while_locked WHERE password_while_locked IS NOT NULL'


class TriggerOperation(Operation):
    """A PostgreSQL trigger on "user" and its function, both called `name`.

    Other databases get no trigger, since no other service shares them.
    """

    name: str
    # Statements that create the trigger and what follows; then those that run after it has been dropped.
    forwards: tuple[str, ...]
    backwards: tuple[str, ...] = ()
    reduces_to_sql = True
    reversible = True
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models are unaffected."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for statement in self.forwards:
            # Not parametrised: the function's body is a literal.
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        drops = (f'DROP TRIGGER {self.name} ON "user"', f"DROP FUNCTION {self.name}()")
        for statement in (*drops, *self.backwards):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return (self.__doc__ or "").partition("\n")[0]


class NoteFreedEmails(TriggerOperation):
    """Have PostgreSQL record an account's email in freed_emails when it changes or the account is deleted.

    That covers the admin site, commands, other services and psql. The function runs with its owner's rights, since
    others may have none on the table.
    """

    name = "note_freed_email"
    forwards = (_NOTE_FUNCTION, _NOTE_TRIGGER)


class KeepPasswordsWhileLocked(TriggerOperation):
    """Have PostgreSQL move a locked account's hash to password_while_locked and put a marker in its place.

    The other service knows no locks but compares hashes, so a locked account cannot sign in there. The trigger covers
    every change: the API, the admin site, bulk updates and psql. Others cannot update password_while_locked, and the
    marker never counts as a password, so saving a row that was read while locked loses nothing. For the same reason,
    loading a dump over a locked row (loaddata, ON CONFLICT DO UPDATE) keeps the row's password; only a new row gets the
    dump's.
    """

    name = "keep_password_while_locked"
    forwards = (_KEEP_FUNCTION, _KEEP_TRIGGER, _MOVE_AWAY)
    backwards = (MOVE_BACK,)


# What this service adds to an old table besides columns and indexes.
TRIGGERS = (NoteFreedEmails.name, KeepPasswordsWhileLocked.name)
