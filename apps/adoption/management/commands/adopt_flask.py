"""Adopts the Flask service's database in place, while that service keeps running."""

import json
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError, NotSupportedError, OperationalError, connection

from apps.adoption import adopting, backup, check, export, migrating, sessions, undo
from apps.adoption.check import Report
from apps.adoption.findings import CheckFinding
from apps.adoption.own_transactions import OwnWrites

DESCRIPTION = """\
Adopt the Flask service's PostgreSQL database in place, while that service keeps running.

  adopt_flask --check                 only check: exit 0 ready, 1 not ready, 2 not a Flask database
  adopt_flask --prove-backup FILE     write a backup, restore it into a scratch database, and compare
  adopt_flask --fingerprint           print the number of rows and a checksum of each column, as JSON
  adopt_flask --backup FILE           check, prove a backup, adopt, and compare the old rows before and after
  adopt_flask --undo                  list what would be lost; with --yes: export it and remove what adoption added

To complete an interrupted adoption or undo, run the command again."""
MAX_ITEMS = 10
_REFUSALS = (
    backup.BackupError,
    export.ExportError,
    migrating.TablesAreBusyError,
    sessions.PoolerError,
    undo.UndoError,
)


class Command(BaseCommand):
    help = DESCRIPTION
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--check", action="store_true", help="only check whether the database is ready")
        step.add_argument("--fingerprint", action="store_true", help="only print the fingerprint, as JSON")
        step.add_argument("--prove-backup", metavar="FILE", type=Path, help="only make and prove a backup")
        step.add_argument("--undo", action="store_true", help="remove everything that the adoption added")
        step.add_argument("--backup", metavar="FILE", type=Path, help="adopt, after a proved backup into this new file")
        step.add_argument("--i-have-a-backup", action="store_true", help="adopt without making a backup")
        parser.add_argument("--json", action="store_true", help="one JSON document on stdout, progress on stderr")
        parser.add_argument("--yes", action="store_true", help="with --undo: do it")
        parser.add_argument(
            "--export", metavar="FOLDER", type=Path, help="with --undo: where to export what would be lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._as_json: bool = options["json"] or options["fingerprint"]
        self._started = time.monotonic()
        try:
            if connection.vendor == "postgresql":
                connection.ensure_connection()
        except (OperationalError, NotSupportedError) as error:
            self._refuse(f"The database cannot be reached: {_message_without_detail(error)}")
        try:
            code = self._run_step(options)
        except _REFUSALS as error:
            self._refuse(str(error))
        except DatabaseError as error:
            self._refuse(f"The database refused: {_message_without_detail(error)}")
        if code:
            raise SystemExit(code)

    def _run_step(self, options: dict[str, Any]) -> int:
        report = check.check(connection)
        if options["check"] or report.state == check.NOT_FLASK:
            self._show(report.as_json(), _as_text(report))
            return report.exit_code
        if options["fingerprint"]:
            self._show(adopting.take_fingerprint(connection).as_json(), "")
            return 0
        if options["prove_backup"]:
            backup.prove(connection.settings_dict, options["prove_backup"], self._say)
            self._show({"backup": str(options["prove_backup"])}, f"Backup proved: {options['prove_backup']}")
            return 0
        if options["undo"]:
            with sessions.own_session(connection):
                return self._undo(options["export"], confirmed=options["yes"])
        return self._adopt(report, options["backup"], trusted=options["i_have_a_backup"])

    def _adopt(self, report: Report, file: Path | None, *, trusted: bool) -> int:
        document: dict[str, Any] = {"check": report.as_json(), "backup": file and str(file), "adoption": None}
        if report.state == check.ADOPTED:
            migrating.run_migrations(connection, self._say, OwnWrites())
            self._show(document, "The database is adopted already. There was nothing to do.")
            return 0
        if not report.ready:
            self._show(document, [*_as_text(report), "Nothing was changed."])
            return 1
        if file:
            backup.prove(connection.settings_dict, file, self._say)
        elif not trusted:
            self._refuse("Nothing was changed. Give --backup FILE, or --i-have-a-backup if you have tested one.")
        adoption = adopting.adopt(connection, self._say)
        document["adoption"] = adoption.as_json()
        lines = [f"Adopted in {adoption.seconds:.1f} s."]
        if adoption.comparison.live:
            lines += ["Rows that others wrote meanwhile:", *_indented(adoption.comparison.live)]
        if not adoption.ok:
            lines += [
                "FAILED. Old rows have changed, and no other session wrote them:",
                *_indented(adoption.comparison.differences),
                "Nothing was rolled back. Check these rows. --undo removes what was added; a backup has the rows.",
            ]
        self._show(document, lines)
        return 0 if adoption.ok else 1

    def _undo(self, folder: Path | None, *, confirmed: bool) -> int:
        lost, locked = undo.what_would_be_lost(connection), undo.locked_accounts(connection)
        notes = [f"{table}: {count} rows would be lost" for table, count in lost.items()]
        notes += [f"{locked} locked accounts could sign in at the Flask service again"] if locked else []
        document = {"undone": False, "lost": lost, "locked_accounts": locked, "exported": []}
        if not confirmed:
            self._show(document, [*notes, "Nothing was changed. Give --yes."])
            return 1
        folder = folder or Path(f"adoption-undo-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        exported = export.export(connection, folder, self._say) if locked or any(lost.values()) else []
        undo.undo(connection, self._say, known=lost)
        document |= {"undone": True, "exported": [str(file) for file in exported]}
        self._show(document, [f"exported: {file}" for file in exported] + ["Undone."])
        return 0

    def _say(self, line: str) -> None:
        stream = self.stderr if self._as_json else self.stdout
        stream.write(f"{time.monotonic() - self._started:7.1f} s  {line}", str)

    def _show(self, document: dict[str, Any], text: str | list[str]) -> None:
        if self._as_json:
            text = json.dumps(document, indent=2, ensure_ascii=False)
        self.stdout.write(text if isinstance(text, str) else "\n".join(text))

    def _refuse(self, sentence: str) -> NoReturn:
        if self._as_json:
            self.stdout.write(json.dumps({"error": sentence}))
        self.stderr.write(sentence)
        raise SystemExit(1)


def _message_without_detail(error: DatabaseError) -> str:
    """The server's message without its DETAIL, which may contain values."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.message_primary) or " ".join(str(error).split())


def _as_text(report: Report) -> list[str]:
    lines = [check.STATES[report.state]]
    if report.rows:
        lines.append("Rows: " + ", ".join(f"{table} {count}" for table, count in report.rows.items()))
    for blocks, heading in ((True, "To resolve before the adoption:"), (False, "For information:")):
        found = [finding for finding in report.findings if finding.blocks is blocks]
        lines += [heading] if found else []
        lines += [line for finding in found for line in _finding(finding)]
    return [*lines, "Ready." if report.ready else "NOT READY."]


def _finding(finding: CheckFinding) -> list[str]:
    return [f"  {finding.code} ({len(finding.items)}): {finding.text}", *_indented(finding.items, indent=4)]


def _indented(items: list[str], *, indent: int = 2) -> list[str]:
    more = [f"and {len(items) - MAX_ITEMS} more (--json has all)"] if len(items) > MAX_ITEMS else []
    return [" " * indent + item for item in (*items[:MAX_ITEMS], *more)]
