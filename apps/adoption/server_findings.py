"""What of the server, the database and the account would fail the adoption, or the service after it."""

from django.db.backends.base.base import BaseDatabaseWrapper

from apps.adoption import sessions
from apps.adoption.expected_schema import OLD_TABLES, lines, rows
from apps.adoption.findings import Finding

# Setting > what its value begins with where this service works.
_SETTINGS = {
    # Two requests on one row would be errors in place of one waiting for the other.
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    # The driver reads times in this style alone.
    "DateStyle": "ISO",
    # This command compares the names of types.
    "quote_all_identifiers": "off",
    # Keys and triggers are not looked at.
    "session_replication_role": "origin",
    # A backslash in a pattern would be taken away.
    "standard_conforming_strings": "on",
}
# What the processes of the guide hold together.
CONNECTIONS = 52
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
# Policies that are not forced are not for a table's owner, which the account is or has to become.
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
# The check has lifted them for itself by now.
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
# New in 15. PostgreSQL itself only warns, and goes on with an order that the indexes were not built by.
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
    """In PostgreSQL's words, such as UTF8. SQL_ASCII is none: the bytes may be anything."""
    return lines(connection, _ENCODING_SQL)[0]


def in_server(connection: BaseDatabaseWrapper) -> list[Finding]:
    """What there is, by the catalog alone; no row is read. The old tables must be there."""
    tables = [list(OLD_TABLES)]
    found = [
        *_in_the_way(connection),
        Finding(
            "encoding",
            True,
            f"The encoding is not UTF8, so most of what people write in another script is an error. {_NEW_DATABASE}",
            [name for name in [encoding(connection)] if name != "UTF8"],
        ),
        Finding(
            "settings",
            True,
            "Settings under which this service fails. The account can set them; what DATABASE_URL asks for goes first.",
            lines(connection, _SETTINGS_SQL, [list(_SETTINGS), list(_SETTINGS.values())]),
        ),
        Finding(
            "schema",
            True,
            "All tables belong into one schema, the first of search_path: ALTER ROLE ... SET search_path, or "
            "ALTER TABLE ... SET SCHEMA.",
            lines(connection, _SCHEMA_SQL, tables),
        ),
        Finding("rights", True, "Rights that the account does not have.", lines(connection, _RIGHTS_SQL, tables)),
        Finding(
            "row_security",
            True,
            "Policies hide rows from this account. They go on for accounts that do not own the table.",
            lines(connection, _ROW_SECURITY_SQL, tables),
        ),
        *_to_be_known(connection, tables),
    ]
    return [finding for finding in found if finding.items]


def elsewhere(connection: BaseDatabaseWrapper, names: list[str]) -> dict[str, str]:
    """Name > what to add where a table of that name is in schemas that are not searched, or may not be."""
    with rows(connection, _ELSEWHERE_SQL, [names]) as found:
        return {name: "".join(filter(None, ways_out)) for name, *ways_out in found}


def hides_rows(finding: Finding) -> bool:
    """Whether rows cannot be read for this reason: without the right to, or as bytes without a meaning."""
    if finding.code == "encoding":
        return "SQL_ASCII" in finding.items
    return finding.code == "rights" and any("SELECT" in item for item in finding.items)


def _in_the_way(connection: BaseDatabaseWrapper) -> list[Finding]:
    connection.ensure_connection()
    session = connection.connection
    at = f"{session.info.host} port {session.info.port}"
    with connection.wrap_database_errors:
        is_pooled = sessions.is_pooled(session)
    return [
        Finding(
            "pooler",
            True,
            "A connection pooler shares sessions out. Give the address of PostgreSQL itself for this command.",
            [at] if is_pooled else [],
        ),
        Finding(
            "replica",
            True,
            "The server is a standby, which takes no writes. Give the address of the primary.",
            [at] if lines(connection, "SELECT 'yes' WHERE pg_is_in_recovery()") else [],
        ),
    ]


def _to_be_known(connection: BaseDatabaseWrapper, tables: list[list[str]]) -> list[Finding]:
    return [
        Finding(
            "time_limits",
            False,
            "Time limits of the account. The adoption lifts them for itself; requests that need longer fail.",
            lines(connection, _LIMITS_SQL, [list(sessions.TIME_LIMITS)]),
        ),
        Finding(
            "connections",
            False,
            f"Connections that are allowed. This service's processes hold up to {CONNECTIONS}, beside Flask's.",
            lines(connection, _CONNECTIONS_SQL, [CONNECTIONS]),
        ),
        Finding(
            "case",
            False,
            "Letters whose case the database's locale does not fold: emails and searches that differ in it alone are "
            f"two. {_NEW_DATABASE}",
            _unfolded(connection),
        ),
        Finding(
            "collation_version",
            False,
            "The operating system's order of letters has changed. Unique keys may let one email in twice.",
            lines(connection, _COLLATION_SQL, []) if connection.pg_version >= 150000 else [],  # type: ignore[attr-defined]
        ),
        Finding(
            "published",
            False,
            "Tables that are replicated by publications. Add the new columns to the subscribers' tables first.",
            lines(connection, _PUBLISHED_SQL, tables),
        ),
    ]


def _unfolded(connection: BaseDatabaseWrapper) -> list[str]:
    if encoding(connection) != "UTF8":
        return []
    statement = "SELECT small || ' ' || large FROM unnest(%s::text[], %s::text[]) AS pair (small, large)"
    return lines(connection, f"{statement} WHERE upper(small) <> large", [["i", "é", "ж"], ["I", "É", "Ж"]])
