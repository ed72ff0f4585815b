"""What PostgreSQL does for accounts by itself."""

from typing import Any

from django.db.migrations.operations.base import Operation

# Each begins with its verb: the adoption sends those of a migration together.
_FUNCTION = """CREATE FUNCTION note_freed_email() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $note$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.email <> NEW.email THEN
            INSERT INTO freed_emails (email, account_id, freed_at) VALUES (OLD.email, OLD.id, clock_timestamp());
        END IF;
        RETURN NULL;
    END $note$
"""
_TRIGGER = """CREATE TRIGGER note_freed_email AFTER UPDATE OF email OR DELETE ON "user"
    FOR EACH ROW EXECUTE FUNCTION note_freed_email()
"""


class NoteFreedEmails(Operation):
    """Have PostgreSQL note in freed_emails what email an account had, when that changes or the account is deleted.

    Whoever does it: the admin site, a command, another service, psql. So it runs with the rights of its owner, since
    others may have none on our table. Other databases have no such trigger, nor the other service beside them.
    """

    # Of the trigger and of its function.
    name = "note_freed_email"
    reduces_to_sql = True
    reversible = True
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models are the same before and after."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        # No parameters: the body is a literal.
        schema_editor.execute(_FUNCTION, params=None)
        schema_editor.execute(_TRIGGER)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER {self.name} ON "user"')
            schema_editor.execute(f"DROP FUNCTION {self.name}()")

    def describe(self) -> str:
        return "Note the emails that accounts give up"
