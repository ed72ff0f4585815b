"""A database of a school's usual size, with sessions that keep transactions open."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.conf import settings

from apps.adoption.tests.databases import url
from tests.legacy.databases import connect, flask_database
from tests.legacy.writer import HASH

SCHOOL = f"""
    INSERT INTO "user" (username, email, password, role)
    SELECT 'Student ' || n, 'student' || n || '@example.org', '{HASH}',
           (ARRAY['student', 'admin', 'instructor', NULL])[1 + n % 4]
    FROM generate_series(1, 2000) n;
    INSERT INTO assistant_scenarios
           (scenario_text, additional_instructions, enable, role, openid, communication_preferences)
    SELECT 'Patient ' || n || repeat(' comes with a cough.', 20), repeat('- fact: Detail. ', 100), n % 9 > 0,
           'Adult Man', 'asst_' || md5(n::text), CASE WHEN n % 2 = 0 THEN 'Friendly.' END
    FROM generate_series(1, 200) n;
    INSERT INTO assistant_tags (tag, scenario_id)
    SELECT 'tag ' || k, n FROM generate_series(1, 200) n, generate_series(1, 3) k;
    INSERT INTO rubric_questions (question, scenario_id)
    SELECT 'Did they ask for ' || k || '?', n FROM generate_series(1, 200) n, generate_series(1, 5) k;
    INSERT INTO categories (name, total_required_to_pass) SELECT 'Category ' || n, n % 8 FROM generate_series(1, 30) n;
    INSERT INTO subcategories (name, marking_instructions, category_id)
    SELECT 'Criterion ' || k, repeat('2 for all of it. ', 10), n FROM generate_series(1, 30) n, generate_series(1, 6) k;
    INSERT INTO activities (pre_brief, character_id)
    SELECT 'Take a history. ' || n, 1 + n % 200 FROM generate_series(1, 300) n;
    INSERT INTO activity_categories (activity_id, category_id)
    SELECT n, 1 + (n * 4 + k) % 30 FROM generate_series(1, 300) n, generate_series(0, 3) k;
"""
# Statements of the slow sessions, in turn, on rows that the writer does not touch.
SLOW_WORK = [
    [
        "UPDATE \"user\" SET username = username || '.' WHERE id = %s",
        "UPDATE categories SET name = 'Slow' WHERE id = %s",
        "INSERT INTO assistant_tags (tag, scenario_id) VALUES ('slow', %s)",
    ],
    [
        "INSERT INTO activities (pre_brief, character_id) VALUES ('slow', %s)",
        "UPDATE subcategories SET name = 'Slow' WHERE id = %s",
        'SELECT count(*) FROM "user" WHERE id > %s',
    ],
]


def process(name: str, *arguments: str) -> subprocess.Popen[str]:
    """Run the command on the database, as an operator does."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "adopt_flask", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_ENV": "test", "DATABASE_URL": name if "://" in name else url(name)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def adopt_flask(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    with process(name, *arguments) as running:
        stdout, stderr = running.communicate(timeout=150)
    return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)


@contextmanager
def school() -> Iterator[str]:
    with flask_database(rows=False) as name:
        with connect(name) as connection:
            connection.execute(SCHOOL)
        yield name


@dataclass
class SlowSessions:
    """Sessions that commit 1 to 2 s after their last statement, again and again; `seconds`: of each statement."""

    database: str
    seconds: list[float] = field(default_factory=list)
    transactions: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _sessions: list[Future[None]] = field(default_factory=list)
    _threads: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "SlowSessions":
        pool = self._threads.enter_context(ThreadPoolExecutor(len(SLOW_WORK)))
        self._sessions = [pool.submit(self._work, number) for number in range(len(SLOW_WORK))]
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        self._threads.close()
        for session in self._sessions:
            session.result()

    def _work(self, number: int) -> None:
        # At different paces, so that each kind of overlap occurs.
        open_s = itertools.cycle([1.0, 1.4 + number / 5, 1.9])
        rows = itertools.cycle(range(10 * number + 1, 10 * number + 10))
        with connect(self.database) as session:
            for first, second in itertools.cycle(itertools.permutations(SLOW_WORK[number], 2)):
                with session.transaction():
                    for statement in (first, second):
                        started = time.perf_counter()
                        session.execute(statement, [next(rows)])
                        self.seconds.append(time.perf_counter() - started)
                    self._stop.wait(next(open_s))
                self.transactions += 1
                if self._stop.wait(0.8 + number / 3):
                    return
