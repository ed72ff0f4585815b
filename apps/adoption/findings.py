"""Findings of the check: differences in schema, and rows that need attention."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from apps.adoption import expected_schema
from apps.adoption.expected_schema import EXPECTED, SQLConnection, Table, quoted, text_column
from apps.users.hashers import PasslibPBKDF2Hasher, TooManyRoundsError
from apps.users.migration_operations import TRIGGERS

NUMBERS = ("smallint", "integer", "bigint")


@dataclass(frozen=True)
class CheckFinding:
    """Findings of one kind. Those with `blocks` must be resolved before adoption; the others are for information."""

    code: str
    blocks: bool
    text: str
    items: list[str]


@dataclass(frozen=True)
class RowSearch:
    """A SELECT of one text column, one line for each finding, and the columns of an old table that it reads."""

    code: str
    text: str
    table: str
    columns: tuple[str, ...]
    statement: str


SEARCHES = [
    RowSearch(
        "claimed_roles",
        "Stored roles that claim rights. They give none here until approve_roles approves them.",
        "user",
        ("role",),
        "SELECT role || ': ' || count(*) || ' accounts' FROM \"user\" WHERE role IN ('admin', 'instructor')"
        " GROUP BY role ORDER BY role",
    ),
    RowSearch(
        "emails_by_case",
        "Emails that differ only in case or in surrounding blanks. They stay separate accounts; sign-ins use the "
        "email exactly as stored.",
        "user",
        ("email",),
        "SELECT string_agg(email, ', ' ORDER BY id) FROM \"user\""
        " GROUP BY lower(btrim(email, E' \\t\\r\\n')) HAVING count(*) > 1 ORDER BY 1",
    ),
    RowSearch(
        "blank_emails",
        "Accounts with a blank email.",
        "user",
        ("email",),
        "SELECT 'account ' || id FROM \"user\" WHERE btrim(email, E' \\t\\r\\n') = '' ORDER BY id",
    ),
    RowSearch(
        "negative_pass_marks",
        "Categories with a negative pass mark. Everybody passes them.",
        "categories",
        ("total_required_to_pass",),
        "SELECT 'category ' || id || ': ' || total_required_to_pass FROM categories WHERE total_required_to_pass < 0"
        " ORDER BY id",
    ),
]


def schema_differences(actual: dict[str, Table]) -> list[str]:
    """How the tables differ from the expected ones, as sentences. All tables must exist."""
    found: list[str] = []
    for name, expected in EXPECTED.items():
        table = actual[name]
        found += _column_differences(name, expected, table)
        if table.primary_key != expected.primary_key:
            found.append(
                f"{name}: the primary key is {_key_text(table.primary_key)}, not {_key_text(expected.primary_key)}"
            )
        found += [f"{name}: {_key_text(key)} is not unique" for key in sorted(expected.unique - table.unique)]
        for column, wanted in expected.foreign_keys.items():
            is_there = table.foreign_keys.get(column)
            target = f"{wanted.table}.{wanted.column}"
            if is_there is None:
                found.append(f"{name}.{column}: no foreign key to {target}")
            elif (is_there.table, is_there.column) != (wanted.table, wanted.column):
                found.append(f"{name}.{column}: the foreign key is to {is_there.table}.{is_there.column}, not {target}")
            elif is_there.action != wanted.action:
                found.append(f"{name}.{column}: ON DELETE is {is_there.action}, not {wanted.action}")
    return found


def _column_differences(name: str, expected: Table, actual: Table) -> Iterator[str]:
    for column, wanted in expected.columns.items():
        found = actual.columns.get(column)
        if found is None:
            yield f"{name}.{column}: the column is missing"
            continue
        if found.type != wanted.type:
            yield f"{name}.{column}: the type is {found.type}, not {wanted.type}"
        if found.not_null != wanted.not_null:
            yield f"{name}.{column}: {'NOT NULL' if found.not_null else 'may be NULL'}, unlike the old service's"
        if wanted.counted and not found.counted:
            yield f"{name}.{column}: no sequence gives its numbers"


def _key_text(columns: tuple[str, ...]) -> str:
    return f"({', '.join(columns)})" if columns else "missing"


def extra_columns(actual: dict[str, Table], recorded: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """The columns that neither service made: (those that block the adoption, those that do not).

    `recorded`: table > its columns according to the applied migrations.
    """
    in_the_way, harmless = [], []
    for name, table in actual.items():
        for column, found in table.columns.items():
            if column in EXPECTED[name].columns or column in recorded.get(name, ()):
                continue
            if column in expected_schema.added_columns(name):
                in_the_way.append(f"{name}.{column}: the adoption adds a column of this name, but it exists already")
            elif found.not_null and found.default is None and not found.counted:
                in_the_way.append(f"{name}.{column}: a column of your own that is NOT NULL and has no default")
            else:
                harmless.append(f"{name}.{column}: a column of your own, {found.type}")
    return in_the_way, harmless


def extra_constraints(connection: SQLConnection, actual: dict[str, Table]) -> list[str]:
    """Check constraints, unique keys, NOT VALID foreign keys and triggers that the Flask service did not make."""
    found = [
        f"{name}: {_key_text(key)} is unique"
        for name, table in actual.items()
        for key in sorted(table.unique - EXPECTED[name].unique - {table.primary_key})
    ]
    found += [
        f"{name}.{column}: the foreign key is NOT VALID"
        for name, table in actual.items()
        for column, key in table.foreign_keys.items()
        if not key.validated
    ]
    statement = """
        SELECT name || ': trigger ' || tgname FROM unnest(%s::text[]) AS name
        JOIN pg_trigger ON tgrelid = to_regclass(quote_ident(name)) WHERE NOT tgisinternal AND tgname <> ALL(%s)
        UNION ALL
        SELECT name || ': ' || pg_get_constraintdef(pg_constraint.oid) FROM unnest(%s::text[]) AS name
        JOIN pg_constraint ON conrelid = to_regclass(quote_ident(name)) WHERE contype IN ('c', 'x')
        ORDER BY 1
    """
    with expected_schema.execute(connection, statement, [list(actual), list(TRIGGERS), list(actual)]) as cursor:
        return found + [line for (line,) in cursor]


def not_owned(connection: SQLConnection) -> list[str]:
    """The old tables that this role does not own and cannot alter."""
    statement = """
        SELECT name FROM unnest(%s::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
        WHERE NOT pg_has_role(relowner, 'USAGE')
    """
    with expected_schema.execute(connection, statement, [list(EXPECTED)]) as cursor:
        return [f"{name} belongs to another role" for (name,) in cursor]


def locked_before(connection: SQLConnection, actual: dict[str, Table]) -> list[str]:
    """Locked accounts whose hashes a migration still has to move. Adoption never changes values of old columns."""
    columns = actual["user"].columns
    if "is_active" not in columns or "password_while_locked" in columns:
        return []
    return text_column(connection, "SELECT 'account ' || id FROM \"user\" WHERE NOT is_active ORDER BY id")


def row_findings(connection: SQLConnection, actual: dict[str, Table]) -> list[CheckFinding]:
    """Findings in the rows. Columns that are missing or have another type are not searched."""
    found = [
        CheckFinding("orphans", True, "Rows whose foreign key points to a missing row.", _orphans(connection, actual)),
        CheckFinding(
            "sequences_behind",
            True,
            "Sequences whose next number is taken already: the next insert fails.",
            [
                f"{sequence.table}.{sequence.column}: next is {sequence.next_value}, the highest is {sequence.highest}"
                for sequence in expected_schema.read_sequences(connection)
                if sequence.is_behind
            ],
        ),
    ]
    for search in SEARCHES:
        if all(_can_read(actual, search.table, column) for column in (*search.columns, "id")):
            found.append(CheckFinding(search.code, False, search.text, text_column(connection, search.statement)))
    if all(_can_read(actual, "user", column) for column in ("id", "email", "password")):
        found += _unreadable_hashes(connection)
    found.append(_dead_assistants(connection, actual))
    return [finding for finding in found if finding.items]


def _orphans(connection: SQLConnection, actual: dict[str, Table]) -> list[str]:
    found = []
    for name, table in EXPECTED.items():
        for column, key in table.foreign_keys.items():
            if not (_can_read(actual, name, column) and _can_read(actual, key.table, key.column)):
                continue
            row = " || ',' || ".join(quoted(part) for part in table.primary_key if part in actual[name].columns)
            found += text_column(
                connection,
                f"SELECT '{name} ' || {row or 'ctid'} || ': {column} ' || {column}"  # noqa: S608
                f" FROM {quoted(name)} AS pointing WHERE {column} IS NOT NULL AND NOT EXISTS"
                f" (SELECT FROM {quoted(key.table)} WHERE {key.column} = pointing.{column}) ORDER BY {column}, 1",
            )
    return found


def _unreadable_hashes(connection: SQLConnection) -> list[CheckFinding]:
    """Accounts with hashes that the sign-in cannot check. The hashes are never shown."""
    hasher = PasslibPBKDF2Hasher()
    unknown, heavy = [], []
    with expected_schema.execute(connection, 'SELECT id, email, password FROM "user" ORDER BY id') as cursor:
        for account, email, encoded in cursor:
            try:
                hasher.decode(encoded or "")
            except TooManyRoundsError as error:
                heavy.append(f"account {account}: {error.rounds} rounds")
            except ValueError:
                unknown.append(f"account {account}: {email}")
    return [
        CheckFinding(
            "unknown_hashes",
            False,
            "Accounts whose stored password neither service can read as a hash. Nobody can sign in to them.",
            unknown,
        ),
        CheckFinding(
            "heavy_hashes",
            False,
            f"Accounts whose hash has more than {settings.PASSWORD_MAX_ROUNDS} rounds. They can sign in at Flask but "
            "not here, until they have a new password (manage.py changepassword EMAIL).",
            heavy,
        ),
    ]


def _dead_assistants(connection: SQLConnection, actual: dict[str, Table]) -> CheckFinding:
    text = "Scenarios whose assistant at OpenAI is gone. Here they are played by their stored texts."
    if not _can_read(actual, "assistant_scenarios", "openid"):
        return CheckFinding("dead_assistants", False, text, [])
    versions = "SELECT to_regclass('scenario_versions') IS NOT NULL"
    with expected_schema.execute(connection, versions) as cursor:
        known = " AND openid NOT IN (SELECT openid FROM scenario_versions)" if cursor.fetchone()[0] else ""
    statement = (
        f"SELECT 'scenario ' || id || ': ' || openid FROM assistant_scenarios WHERE btrim(openid) <> ''{known}"  # noqa: S608
        " ORDER BY id"
    )
    return CheckFinding("dead_assistants", False, text, text_column(connection, statement))


def _can_read(actual: dict[str, Table], table: str, column: str) -> bool:
    found = actual[table].columns.get(column)
    return found is not None and _type_family(found.type) == _type_family(EXPECTED[table].columns[column].type)


def _type_family(type_: str) -> str:
    if type_ in NUMBERS:
        return "number"
    return "text" if type_ == "text" or type_.startswith("character") else type_
