"""What an undo takes away, as JSON lines: one file for each kind, one object a line, UTF-8."""

import os
from pathlib import Path

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import owned_objects
from apps.adoption.expected_schema import Say
from apps.adoption.owned_objects import Ours


class ExportError(Exception):
    """There is no complete export; the text is what the operator is told."""


# File > the tables that it needs, and a SELECT of whole rows. No file has a password or a hash of one.
_FILES = {
    "threads": (
        ("threads", "messages", "runs"),
        """
        SELECT threads.*,
               (SELECT coalesce(jsonb_agg(messages ORDER BY messages.created_at, messages.id), '[]')
                FROM messages WHERE messages.thread_id = threads.id) AS messages,
               (SELECT coalesce(jsonb_agg(runs ORDER BY runs.created_at, runs.id), '[]')
                FROM runs WHERE runs.thread_id = threads.id) AS runs
        FROM threads ORDER BY threads.created_at, threads.id
        """,
    ),
    "evaluations": (
        ("evaluations", "marks"),
        """
        SELECT evaluations.*,
               (SELECT coalesce(jsonb_agg(marks ORDER BY marks.position, marks.id), '[]')
                FROM marks WHERE marks.evaluation_id = evaluations.id) AS marks
        FROM evaluations ORDER BY evaluations.created_at, evaluations.id
        """,
    ),
    "role_approvals": (("role_approvals",), "SELECT * FROM role_approvals ORDER BY id"),
    "vettings": (("vettings",), "SELECT * FROM vettings ORDER BY id"),
    "usage": (("usage_records",), "SELECT * FROM usage_records ORDER BY id"),
    "scenario_versions": (("scenario_versions",), "SELECT * FROM scenario_versions ORDER BY id"),
    "scenario_changes": (("scenario_changes",), "SELECT * FROM scenario_changes ORDER BY id"),
    "rubric_changes": (("rubric_changes",), "SELECT * FROM rubric_changes ORDER BY id"),
    "activity_changes": (("activity_changes",), "SELECT * FROM activity_changes ORDER BY id"),
}
# The columns beside the old ones that say what somebody decided.
_ACCOUNTS = 'SELECT id, email, approved_role, is_active, is_superuser, date_joined, last_login FROM "user" ORDER BY id'


def export(connection: BaseDatabaseWrapper, folder: Path, say: Say) -> list[Path]:
    """Write the files and return them; all show the same moment. `folder` is made, or is there and empty.

    threads.jsonl has each talk with its messages and runs, evaluations.jsonl each marking with its marks;
    role_approvals, vettings, usage, scenario_versions, the three of changes and accounts (what this service knows of
    each) are rows as they are. What a database adopted in part does not have is left out. Only the caller's account can
    read them.
    """
    try:
        _make(folder)
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            selects = _selects(owned_objects.find(connection))
            written = [_write(connection, folder / f"{name}.jsonl", query, say) for name, query in selects.items()]
    except OSError as error:
        raise ExportError(f"The export could not be written: {error}") from error
    except (Error, owned_objects.UnknownMigrationsError) as error:
        raise ExportError(f"The database could not be read: {error}") from error
    return written


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ExportError(f"{folder} is not empty. Name another folder.")
    folder.chmod(0o700)


def _selects(found: Ours) -> dict[str, str]:
    """File > query, of what is there."""
    selects = {name: query for name, (tables, query) in _FILES.items() if set(tables) <= set(found.tables)}
    if "approved_role" in found.columns.get("user", []):
        selects["accounts"] = _ACCOUNTS
    return selects


def _write(connection: BaseDatabaseWrapper, file: Path, query: str, say: Say) -> Path:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    # A cursor in the server: years of talks do not fit into memory.
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as output, connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(whole)::text FROM ({query}) AS whole")  # noqa: S608
        count = 0
        for (line,) in cursor:
            output.write(line + "\n")
            count += 1
        output.flush()
        os.fsync(output.fileno())
    say(f"{file}: {count:,} lines.")
    return file
