"""Exports what an undo deletes, as JSON lines: one UTF-8 file for each kind, one object on each line."""

import os
from pathlib import Path

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import owned_objects
from apps.adoption.expected_schema import ReportProgress
from apps.adoption.owned_objects import OwnedObjects


class ExportError(Exception):
    """The export is incomplete; the message tells the operator why."""


# File > the tables that it needs, and a SELECT of whole rows. No file contains passwords or their hashes.
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
    "settled_doubts": (("settled_doubts",), "SELECT * FROM settled_doubts ORDER BY id"),
    "frozen_rubrics": (("frozen_rubrics",), "SELECT * FROM frozen_rubrics ORDER BY created_at, hash"),
    "reply_reports": (("reply_reports",), "SELECT * FROM reply_reports ORDER BY id"),
    "told_facts": (("told_facts",), "SELECT * FROM told_facts ORDER BY id"),
    "role_approvals": (("role_approvals",), "SELECT * FROM role_approvals ORDER BY id"),
    "vettings": (("vettings",), "SELECT * FROM vettings ORDER BY id"),
    "welfare_flags": (("welfare_flags",), "SELECT * FROM welfare_flags ORDER BY id"),
    "welfare_looks": (("welfare_looks",), "SELECT * FROM welfare_looks ORDER BY id"),
    "usage": (("usage_records",), "SELECT * FROM usage_records ORDER BY id"),
    "scenario_versions": (("scenario_versions",), "SELECT * FROM scenario_versions ORDER BY id"),
    "scenario_pictures": (("scenario_pictures",), "SELECT * FROM scenario_pictures ORDER BY scenario_id"),
    "scenario_changes": (("scenario_changes",), "SELECT * FROM scenario_changes ORDER BY id"),
    "rubric_changes": (("rubric_changes",), "SELECT * FROM rubric_changes ORDER BY id"),
    "activity_changes": (("activity_changes",), "SELECT * FROM activity_changes ORDER BY id"),
}
# Of the added columns, those that hold somebody's decision.
_ACCOUNTS = 'SELECT id, email, approved_role, is_active, is_superuser, date_joined, last_login FROM "user" ORDER BY id'


def export(connection: BaseDatabaseWrapper, folder: Path, say: ReportProgress) -> list[Path]:
    """Write the files, all from one snapshot, and return them. `folder` is created, or must be empty.

    threads.jsonl has each thread with its messages and runs, evaluations.jsonl each evaluation with its marks. The
    other files have plain rows; accounts.jsonl has only what this service added. Tables that a partly adopted database
    lacks are left out. Only the caller's account can read the files. ExportError if the export is incomplete.
    """
    try:
        _create_folder(folder)
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            selects = _selects(owned_objects.find_owned_objects(connection))
            written = [_write(connection, folder / f"{name}.jsonl", query, say) for name, query in selects.items()]
    except OSError as error:
        raise ExportError(f"The export could not be written: {error}") from error
    except (Error, owned_objects.UnknownMigrationsError) as error:
        raise ExportError(f"The database could not be read: {error}") from error
    return written


def _create_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ExportError(f"{folder} is not empty. Name another folder.")
    folder.chmod(0o700)


def _selects(found: OwnedObjects) -> dict[str, str]:
    """File > query, for the tables that exist."""
    selects = {name: query for name, (tables, query) in _FILES.items() if set(tables) <= set(found.tables)}
    if "approved_role" in found.columns.get("user", []):
        selects["accounts"] = _ACCOUNTS
    return selects


def _write(connection: BaseDatabaseWrapper, file: Path, query: str, say: ReportProgress) -> Path:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    # A server-side cursor, because years of messages do not fit into memory.
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
