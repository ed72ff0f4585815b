"""Findings about the server, the database and the account that would break the adoption or the service."""

from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import sessions
from apps.adoption.expected_schema import OLD_TABLES, execute, text_column
from apps.adoption.findings import CheckFinding

# Setting > what its value must begin with.
_SETTINGS = {
    # Otherwise concurrent requests for one row would fail instead of waiting.
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    # The driver parses times in this style only.
    "DateStyle": "ISO",
    # This command compares the names of types.
    "quote_all_identifiers": "off",
    # Otherwise foreign keys and triggers are ignored.
    "session_replication_role": "origin",
    # Otherwise backslashes in patterns are removed.
    "standard_conforming_strings": "on",
}
# The connections of all processes in the guide.
MAX_CONNECTIONS = 52
_ENCODING_SQL = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
_SETTINGS_SQL = """
    SELECT format('%%s is %%s: ALTER ROLE %%I IN DATABASE %%I SET %%s = %%L',
                  name, setting, current_user, current_database(), name, wanted)
    FROM unnest(%s::text[], %s::text[]) AS asked (name, wanted) JOIN pg_settings USING (name)
    WHERE NOT starts_with(setting, wanted) ORDER BY name
"""
_SCHEMA_SQL = """
    SELECT format('%%s has %%s; new tables would be made in %%s', nspname, string_agg(relname, ', ' ORDER BY relname),
                  coalesce(current_schema(), 'none'))
    FROM unnest(%s::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname IS DISTINCT FROM current_schema() GROUP BY nspname ORDER BY 1
"""
_ELSEWHERE_SQL = """
    SELECT relname,
           '; search_path leaves out that of ' || string_agg(nspname, ', ' ORDER BY nspname) FILTER (WHERE is_open),
           '; the account may not look for it: ' || string_agg(
               format('GRANT USAGE ON SCHEMA %%I TO %%I', nspname, current_user), ', ' ORDER BY nspname
           ) FILTER (WHERE NOT is_open)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
         LATERAL has_schema_privilege(pg_namespace.oid, 'USAGE') AS is_open
    WHERE relname = ANY(%s) AND relkind IN ('r', 'p') GROUP BY relname
"""
_RIGHTS_SQL = """
    SELECT format('GRANT CREATE ON SCHEMA %%I TO %%I', current_schema(), current_user)
    WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
    UNION ALL
    SELECT format('GRANT %%s ON %%I TO %%I', string_agg(right_, ', '), name, current_user)
    FROM unnest(%s::text[]) AS name,
         unnest('{SELECT,INSERT,UPDATE,DELETE,REFERENCES,TRIGGER}'::text[]) AS right_
    WHERE NOT has_table_privilege(to_regclass(quote_ident(name)), right_) GROUP BY name
    UNION ALL
    SELECT format('GRANT USAGE ON LANGUAGE plpgsql TO %%I', current_user)
    FROM pg_language WHERE lanname = 'plpgsql' AND NOT has_language_privilege(oid, 'USAGE')
    UNION ALL
    SELECT 'CREATE EXTENSION plpgsql' WHERE NOT EXISTS (SELECT FROM pg_language WHERE lanname = 'plpgsql')
"""
# Policies that are not forced do not apply to the owner, which the account must be.
_ROW_SECURITY_SQL = """
    SELECT format('ALTER TABLE %%I NO FORCE ROW LEVEL SECURITY', name)
    FROM unnest(%s::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
    WHERE relforcerowsecurity AND row_security_active(pg_class.oid)
"""
_PUBLISHED_SQL = """
    SELECT format('%%s: %%s', name, string_agg(pubname, ', ' ORDER BY pubname))
    FROM unnest(%s::text[]) AS name JOIN pg_class ON pg_class.oid = to_regclass(quote_ident(name))
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_publication_tables ON schemaname = nspname AND tablename = relname
    GROUP BY name ORDER BY 1
"""
# reset_val, because the check has lifted its own limits.
_LIMITS_SQL = """
    SELECT name || ': ' || reset_val || ' ms' FROM pg_settings WHERE name = ANY(%s) AND reset_val <> '0' ORDER BY 1
"""
_CONNECTIONS_SQL = """
    SELECT what || ': ' || most FROM (
        SELECT format('account %%s', rolname), rolconnlimit FROM pg_roles WHERE rolname = current_user
        UNION ALL
        SELECT format('database %%s', datname), datconnlimit FROM pg_database WHERE datname = current_database()
        UNION ALL
        SELECT 'server', sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END) FROM pg_settings
        WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
    ) AS limits (what, most) WHERE most BETWEEN 0 AND %s
"""
# New in 15. PostgreSQL only warns, and then uses another order than the indexes were built with.
_COLLATION_SQL = """
    SELECT format('%%s is the version of its locale, and indexes are sorted by %%s: REINDEX DATABASE %%I, then '
                  'ALTER DATABASE %%I REFRESH COLLATION VERSION',
                  pg_database_collation_actual_version(oid), datcollversion, datname, datname)
    FROM pg_database WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
"""
_NEW_DATABASE = (
    "The way out is a dump, restored into a new database (MIGRATION_GUIDE.md, When the database is no good)."
)


def encoding(connection: BaseDatabaseWrapper) -> str:
    """PostgreSQL's name of the encoding, such as UTF8. With SQL_ASCII there is none: bytes may be anything."""
    return text_column(connection, _ENCODING_SQL)[0]


def server_findings(connection: BaseDatabaseWrapper) -> list[CheckFinding]:
    """All findings, from the catalog alone; no row is read. The old tables must exist."""
    tables = [list(OLD_TABLES)]
    found = [
        *_blocking_findings(connection),
        CheckFinding(
            "encoding",
            True,
            f"The encoding is not UTF8, so text in most other scripts is an error. {_NEW_DATABASE}",
            [name for name in [encoding(connection)] if name != "UTF8"],
        ),
        CheckFinding(
            "settings",
            True,
            "Settings under which this service fails. The account can change them; DATABASE_URL takes precedence.",
            text_column(connection, _SETTINGS_SQL, [list(_SETTINGS), list(_SETTINGS.values())]),
        ),
        CheckFinding(
            "schema",
            True,
            "All tables belong in one schema, the first of search_path: ALTER ROLE ... SET search_path, or "
            "ALTER TABLE ... SET SCHEMA.",
            text_column(connection, _SCHEMA_SQL, tables),
        ),
        CheckFinding("rights", True, "Rights that the account lacks.", text_column(connection, _RIGHTS_SQL, tables)),
        CheckFinding(
            "row_security",
            True,
            "Policies hide rows from this account. They keep applying to accounts that do not own the table.",
            text_column(connection, _ROW_SECURITY_SQL, tables),
        ),
        *_informative_findings(connection, tables),
    ]
    return [finding for finding in found if finding.items]


def hints_for_missing(connection: BaseDatabaseWrapper, names: list[str]) -> dict[str, str]:
    """Table > a hint, if a table of that name is in schemas that are not searched or not accessible."""
    with execute(connection, _ELSEWHERE_SQL, [names]) as found:
        return {name: "".join(filter(None, ways_out)) for name, *ways_out in found}


def hides_rows(finding: CheckFinding) -> bool:
    """Whether the finding prevents reading rows: a missing right, or text without an encoding."""
    if finding.code == "encoding":
        return "SQL_ASCII" in finding.items
    return finding.code == "rights" and any("SELECT" in item for item in finding.items)


def _blocking_findings(connection: BaseDatabaseWrapper) -> list[CheckFinding]:
    connection.ensure_connection()
    session = connection.connection
    at = f"{session.info.host} port {session.info.port}"
    with connection.wrap_database_errors:
        is_pooled = sessions.is_pooled(session)
    return [
        CheckFinding(
            "pooler",
            True,
            "A connection pooler shares sessions. Give the address of PostgreSQL itself for this command.",
            [at] if is_pooled else [],
        ),
        CheckFinding(
            "replica",
            True,
            "The server is a standby, which takes no writes. Give the address of the primary.",
            [at] if text_column(connection, "SELECT 'yes' WHERE pg_is_in_recovery()") else [],
        ),
    ]


def _informative_findings(connection: BaseDatabaseWrapper, tables: list[list[str]]) -> list[CheckFinding]:
    return [
        CheckFinding(
            "time_limits",
            False,
            "Time limits of the account. The adoption lifts them for itself; longer requests fail.",
            text_column(connection, _LIMITS_SQL, [list(sessions.TIME_LIMITS)]),
        ),
        CheckFinding(
            "connections",
            False,
            f"Allowed connections. This service's processes hold up to {MAX_CONNECTIONS}, in addition to Flask's.",
            text_column(connection, _CONNECTIONS_SQL, [MAX_CONNECTIONS]),
        ),
        CheckFinding(
            "case",
            False,
            "Letters whose case the database's locale does not fold: emails and searches that differ only in case "
            f"are different. {_NEW_DATABASE}",
            _unfolded_letters(connection),
        ),
        CheckFinding(
            "collation_version",
            False,
            "The operating system's collation has changed. Unique keys may accept an email twice.",
            text_column(connection, _COLLATION_SQL, []) if connection.pg_version >= 150000 else [],  # type: ignore[attr-defined]
        ),
        CheckFinding(
            "published",
            False,
            "Tables in publications. Add the new columns to the subscribers' tables first.",
            text_column(connection, _PUBLISHED_SQL, tables),
        ),
    ]


def _unfolded_letters(connection: BaseDatabaseWrapper) -> list[str]:
    if encoding(connection) != "UTF8":
        return []
    statement = "SELECT small || ' ' || large FROM unnest(%s::text[], %s::text[]) AS pair (small, large)"
    return text_column(connection, f"{statement} WHERE upper(small) <> large", [["i", "é", "ж"], ["I", "É", "Ж"]])
