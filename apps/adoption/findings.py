"""What the check found: differences in shape, and rows that will need a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from apps.adoption import expected_schema
from apps.adoption.expected_schema import EXPECTED, Connection, Table, lines, quoted
from apps.users.hashers import PasslibPBKDF2Hasher, TooManyRoundsError
from apps.users.migration_operations import TRIGGERS

NUMBERS = ("smallint", "integer", "bigint")


@dataclass(frozen=True)
class Finding:
    """One kind of thing. What `blocks` must be mended before the database is adopted; the rest is to be known."""

    code: str
    blocks: bool
    text: str
    items: list[str]


@dataclass(frozen=True)
class RowSearch:
    """A SELECT of one text column, a line each; it reads columns of an old table."""

    code: str
    text: str
    table: str
    columns: tuple[str, ...]
    statement: str


SEARCHES = [
    RowSearch(
        "claimed_roles",
        "Stored roles that claim power. They give none here until approve_roles approves them.",
        "user",
        ("role",),
        "SELECT role || ': ' || count(*) || ' accounts' FROM \"user\" WHERE role IN ('admin', 'instructor')"
        " GROUP BY role ORDER BY role",
    ),
    RowSearch(
        "emails_by_case",
        "Emails that differ only in case or in blanks around them. They stay separate accounts, each signed in to with "
        "its email as typed.",
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
        "Categories with a pass mark below 0. They pass always.",
        "categories",
        ("total_required_to_pass",),
        "SELECT 'category ' || id || ': ' || total_required_to_pass FROM categories WHERE total_required_to_pass < 0"
        " ORDER BY id",
    ),
]


def in_shape(actual: dict[str, Table]) -> list[str]:
    """How the tables, all of which are there, differ from what they should be; each a sentence."""
    found: list[str] = []
    for name, expected in EXPECTED.items():
        table = actual[name]
        found += _in_columns(name, expected, table)
        if table.primary_key != expected.primary_key:
            found.append(f"{name}: the primary key is {_key(table.primary_key)}, not {_key(expected.primary_key)}")
        found += [f"{name}: {_key(key)} is not unique" for key in sorted(expected.unique - table.unique)]
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


def _in_columns(name: str, expected: Table, actual: Table) -> Iterator[str]:
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


def _key(columns: tuple[str, ...]) -> str:
    return f"({', '.join(columns)})" if columns else "missing"


def extra_columns(actual: dict[str, Table], recorded: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """The columns that neither service's records account for: (those that are in the way, those that are not).

    `recorded`: table > the columns that it has by the migrations that the database says it had.
    """
    in_the_way, harmless = [], []
    for name, table in actual.items():
        for column, found in table.columns.items():
            if column in EXPECTED[name].columns or column in recorded.get(name, ()):
                continue
            if column in expected_schema.added_columns(name):
                in_the_way.append(f"{name}.{column}: the adoption adds a column of this name, and it is there already")
            elif found.not_null and found.default is None and not found.counted:
                in_the_way.append(f"{name}.{column}: a column of your own that is NOT NULL and has no default")
            else:
                harmless.append(f"{name}.{column}: a column of your own, {found.type}")
    return in_the_way, harmless


def own_rules(connection: Connection, actual: dict[str, Table]) -> list[str]:
    """Checks, unique keys, keys that vouch for new rows only, and triggers that the old service did not make."""
    found = [
        f"{name}: {_key(key)} is unique"
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
    with expected_schema.rows(connection, statement, [list(actual), list(TRIGGERS), list(actual)]) as cursor:
        return found + [line for (line,) in cursor]


def not_owned(connection: Connection) -> list[str]:
    """The old tables that this role may not alter."""
    statement = """
        SELECT name FROM unnest(%s::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
        WHERE NOT pg_has_role(relowner, 'USAGE')
    """
    with expected_schema.rows(connection, statement, [list(EXPECTED)]) as cursor:
        return [f"{name} belongs to another role" for (name,) in cursor]


def locked_before(connection: Connection, actual: dict[str, Table]) -> list[str]:
    """The accounts whose hashes a migration still has to move: a value of an old column, which no adoption changes."""
    columns = actual["user"].columns
    if "is_active" not in columns or "password_while_locked" in columns:
        return []
    return lines(connection, "SELECT 'account ' || id FROM \"user\" WHERE NOT is_active ORDER BY id")


def in_rows(connection: Connection, actual: dict[str, Table]) -> list[Finding]:
    """What the rows hold that will need a person. Columns that are missing or of another kind are not searched."""
    found = [
        Finding("orphans", True, "Rows that point at nothing.", _orphans(connection, actual)),
        Finding(
            "sequences_behind",
            True,
            "Sequences whose next number a row has already: the next insert fails.",
            [
                f"{sequence.table}.{sequence.column}: next is {sequence.next_value}, the highest is {sequence.highest}"
                for sequence in expected_schema.sequences(connection)
                if sequence.is_behind
            ],
        ),
    ]
    for search in SEARCHES:
        if all(_can_read(actual, search.table, column) for column in (*search.columns, "id")):
            found.append(Finding(search.code, False, search.text, lines(connection, search.statement)))
    if all(_can_read(actual, "user", column) for column in ("id", "email", "password")):
        found += _hashes(connection)
    found.append(_dead_assistants(connection, actual))
    return [finding for finding in found if finding.items]


def _orphans(connection: Connection, actual: dict[str, Table]) -> list[str]:
    found = []
    for name, table in EXPECTED.items():
        for column, key in table.foreign_keys.items():
            if not (_can_read(actual, name, column) and _can_read(actual, key.table, key.column)):
                continue
            row = " || ',' || ".join(quoted(part) for part in table.primary_key if part in actual[name].columns)
            found += lines(
                connection,
                f"SELECT '{name} ' || {row or 'ctid'} || ': {column} ' || {column}"  # noqa: S608
                f" FROM {quoted(name)} AS pointing WHERE {column} IS NOT NULL AND NOT EXISTS"
                f" (SELECT FROM {quoted(key.table)} WHERE {key.column} = pointing.{column}) ORDER BY {column}, 1",
            )
    return found


def _hashes(connection: Connection) -> list[Finding]:
    """The hashes that no password can be compared with, by the rule of the sign-in itself. None is ever shown."""
    hasher = PasslibPBKDF2Hasher()
    unknown, heavy = [], []
    with expected_schema.rows(connection, 'SELECT id, email, password FROM "user" ORDER BY id') as cursor:
        for account, email, encoded in cursor:
            try:
                hasher.decode(encoded or "")
            except TooManyRoundsError as error:
                heavy.append(f"account {account}: {error.rounds} rounds")
            except ValueError:
                unknown.append(f"account {account}: {email}")
    return [
        Finding(
            "unknown_hashes",
            False,
            "Accounts whose stored password is no hash that either service can read. Nobody can sign in to them.",
            unknown,
        ),
        Finding(
            "heavy_hashes",
            False,
            f"Accounts whose hash has more than {settings.PASSWORD_MAX_ROUNDS} rounds. They can sign in at Flask and "
            "not here, until they have a new password (manage.py changepassword EMAIL).",
            heavy,
        ),
    ]


def _dead_assistants(connection: Connection, actual: dict[str, Table]) -> Finding:
    text = "Scenarios whose assistant at OpenAI is gone. They are played here as their rows stand."
    if not _can_read(actual, "assistant_scenarios", "openid"):
        return Finding("dead_assistants", False, text, [])
    versions = "SELECT to_regclass('scenario_versions') IS NOT NULL"
    with expected_schema.rows(connection, versions) as cursor:
        known = " AND openid NOT IN (SELECT openid FROM scenario_versions)" if cursor.fetchone()[0] else ""
    statement = (
        f"SELECT 'scenario ' || id || ': ' || openid FROM assistant_scenarios WHERE btrim(openid) <> ''{known}"  # noqa: S608
        " ORDER BY id"
    )
    return Finding("dead_assistants", False, text, lines(connection, statement))


def _can_read(actual: dict[str, Table], table: str, column: str) -> bool:
    found = actual[table].columns.get(column)
    return found is not None and _kind(found.type) == _kind(EXPECTED[table].columns[column].type)


def _kind(type_: str) -> str:
    if type_ in NUMBERS:
        return "number"
    return "text" if type_ == "text" or type_.startswith("character") else type_
