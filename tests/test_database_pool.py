"""DATABASE_POOL_SIZE on a real server: many threads on few connections, clear errors, and recovery."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# In a process of its own, since the pool is made from the settings at the first connection.
SCRIPT = """
import threading, time
from concurrent.futures import ThreadPoolExecutor

import django
django.setup()
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection

SIZE = settings.DATABASE_POOL_SIZE
name = connection.get_connection_params()["application_name"]


def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()[0][0]


def work(_):
    try:
        return ask("SELECT count(*) FROM pg_stat_activity, pg_sleep(0.02) WHERE application_name = %s", name)
    finally:
        connection.close()


with ThreadPoolExecutor(30) as threads:
    most = max(threads.map(work, range(60)))
print("most connections", most)

free, taken = threading.Event(), threading.Barrier(SIZE + 1)


def hold():
    ask("SELECT 1")
    taken.wait()
    free.wait()
    connection.close()


holders = [threading.Thread(target=hold) for _ in range(SIZE)]
for holder in holders:
    holder.start()
taken.wait()
connection.pool.timeout = 1.0
try:
    work(0)
except OperationalError as error:
    print("exhausted:", error)
connection.pool.timeout = 10.0
free.set()
for holder in holders:
    holder.join()

gone = ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
           " WHERE application_name = %s AND pid <> pg_backend_pid()", name)
close_old_connections()
print("lost", gone, "then", [work(0) > 0 for _ in range(SIZE + 2)])
"""


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="needs PostgreSQL")
def test_threads_share_the_pool_an_empty_one_is_an_error_and_lost_connections_are_replaced() -> None:
    name = f"pool-{secrets.token_hex(4)}"
    done = run(SCRIPT, DATABASE_URL=f"{os.environ['DATABASE_URL']}?application_name={name}", DATABASE_POOL_SIZE="3")
    assert done.returncode == 0, done.stderr
    most, exhausted, lost = done.stdout.splitlines()
    assert most == "most connections 3"
    assert exhausted.startswith("exhausted: couldn't get a connection after 1.00 sec")
    assert lost == "lost 2 then [True, True, True, True, True]"


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"DATABASE_URL": "postgres://a:b@db.invalid/c", "DATABASE_POOL_SIZE": "7"}, "7 0"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3", "DATABASE_POOL_SIZE": "7"}, "None 60"),
    ],
    ids=["PostgreSQL", "SQLite"],
)
def test_a_pool_is_made_where_it_is_asked_for_and_can_be(settings: dict[str, str], seen: str) -> None:
    code = (
        "from django.conf import settings; default = settings.DATABASES['default']; "
        "print(default['OPTIONS'].get('pool', {}).get('max_size'), default['CONN_MAX_AGE'])"
    )
    assert run(code, **settings).stdout.strip() == seen


def test_a_pool_below_nothing_does_not_start() -> None:
    done = run("from django.conf import settings; settings.DATABASES", DATABASE_POOL_SIZE="-1")
    assert "DATABASE_POOL_SIZE is -1; it must be 0 or above." in done.stderr


def run(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", code], check=False, cwd=ROOT, env={**inherited, **settings},
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
