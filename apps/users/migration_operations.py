"""What PostgreSQL does for accounts by itself."""

from typing import Any

from django.db.migrations.operations.base import Operation

from apps.users.hashers import LOCKED

# Each begins with its verb: the adoption sends those of a migration together.
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
# After the trigger has gone.
MOVE_BACK = 'UPDATE "user" SET password = password_while_locked WHERE password_while_locked IS NOT NULL'


class TriggerOperation(Operation):
    """A trigger of PostgreSQL's on "user" and its function, both called `name`.

    Other databases have no such trigger, nor the other service beside them.
    """

    name: str
    # Those that make them, and what follows; then those that follow when they have been dropped.
    forwards: tuple[str, ...]
    backwards: tuple[str, ...] = ()
    reduces_to_sql = True
    reversible = True
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are the same before and after."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for statement in self.forwards:
            # No parameters: the body is a literal.
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
    """Have PostgreSQL note in freed_emails what email an account had, when that changes or the account is deleted.

    Whoever does it: the admin site, a command, another service, psql. So it runs with the rights of its owner, since
    others may have none on our table.
    """

    name = "note_freed_email"
    forwards = (_NOTE_FUNCTION, _NOTE_TRIGGER)


class KeepPasswordsWhileLocked(TriggerOperation):
    """Have PostgreSQL keep the hash of a locked account in password_while_locked, and a marker in its place.

    The other service knows no locks, but compares hashes. Whoever locks, unlocks or sets a password: the API, the admin
    site, a bulk update, psql. Updates of the column by others do nothing; and the marker is no password, so a row that
    is saved as it was read while it was locked loses none. For the same reason a locked row of a dump that is put over
    one that is there (loaddata, ON CONFLICT DO UPDATE) leaves it the password that it has; only a new row gets the
    dump's.
    """

    name = "keep_password_while_locked"
    forwards = (_KEEP_FUNCTION, _KEEP_TRIGGER, _MOVE_AWAY)
    backwards = (MOVE_BACK,)


# What of ours sits on an old table and is neither column nor index.
TRIGGERS = (NoteFreedEmails.name, KeepPasswordsWhileLocked.name)
