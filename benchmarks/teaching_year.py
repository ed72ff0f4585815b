"""The database of a teaching year with web alone, for measuring lists and routes.

As a program it measures the admin's pages and the downloads: benchmarks/year_of_work.py.
"""

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jwt
import psycopg

from deploy.common import PYTHON
from dev.consultation import STUDENT
from dev.paths import temporary_folder
from dev.processes import Command, Process, Supervisor
from dev.servers import free_port, port_is_free, start_data_servers
from dev.system import manage, production_environment

ADMIN = "person-1@example.org"
# All accounts have the password hash of the demo's student.
FILL = """
    DELETE FROM activity_categories; DELETE FROM activities; DELETE FROM subcategories; DELETE FROM categories;
    DELETE FROM assistant_tags; DELETE FROM rubric_questions; DELETE FROM scenario_versions;
    DELETE FROM assistant_scenarios;
    DELETE FROM scenario_changes; DELETE FROM rubric_changes; DELETE FROM activity_changes;
    INSERT INTO "user" (username, email, password, role, approved_role)
    SELECT 'Person ' || n, 'person-' || n || '@example.org', demo.password,
           CASE n WHEN 1 THEN 'admin' ELSE 'student' END, CASE n WHEN 1 THEN 'admin' END
    FROM generate_series(1, 2000) n, "user" demo WHERE demo.email = %(demo)s ORDER BY n;
    DELETE FROM "user" WHERE email NOT LIKE 'person-%%';
    INSERT INTO assistant_scenarios (id, scenario_text, additional_instructions, enable, role, openid,
                                     communication_preferences)
    SELECT n, 'Patient ' || n || E'\\n' || repeat('Comes with a pain that began two days ago. ', 14),
           repeat(E'- pain, ache: It is dull and worse after meals.\\n', 24), n %% 5 <> 0, 'Adult Woman',
           'asst_' || md5(n::text), repeat('Speaks in short sentences. ', 6) FROM generate_series(1, 200) n;
    INSERT INTO assistant_tags (tag, scenario_id)
    SELECT (ARRAY['cardiology', 'first year', 'elderly', 'anxious', 'chest pain'])[1 + (s + t) %% 5], s
    FROM generate_series(1, 200) s, generate_series(1, 3) t ORDER BY s, t;
    INSERT INTO rubric_questions (question, scenario_id)
    SELECT 'Question ' || q || ': did the student ask what makes it better or worse?', s
    FROM generate_series(1, 200) s, generate_series(1, 4) q ORDER BY s, q;
    INSERT INTO categories (id, name, total_required_to_pass)
    SELECT n, 'Category ' || n, n %% 8 FROM generate_series(1, 30) n;
    INSERT INTO subcategories (name, marking_instructions, category_id)
    SELECT 'Criterion ' || c, repeat('2: asked in an open way and followed up. 1: asked. 0: did not ask. ', 4), k
    FROM generate_series(1, 30) k, generate_series(1, 6) c ORDER BY k, c;
    INSERT INTO activities (id, pre_brief, character_id)
    SELECT n, 'Exercise ' || n || E'\\n' || repeat('You are a third-year student on the ward. ', 9), 1 + n %% 200
    FROM generate_series(1, 300) n;
    INSERT INTO activity_categories (activity_id, category_id)
    SELECT a, 1 + (a + k * 7) %% 30 FROM generate_series(1, 300) a, generate_series(1, 4) k;
    SELECT setval(pg_get_serial_sequence(name, 'id'), 1000)
    FROM unnest(ARRAY['assistant_scenarios', 'categories', 'activities']) AS name;
"""
# A benchmark sends a whole school's requests as one person from one address.
NO_LIMITS = ",".join(f"{name}=1000000/s" for name in ("reads", "writes", "polls", "login_address", "register"))


@dataclass(frozen=True)
class Year:
    """A filled database, the environment for using it, and the supervisor for starting processes."""

    supervisor: Supervisor
    folder: Path
    settings: Mapping[str, str]

    def gunicorn(self, name: str, app: str, *options: str, workers: int = 2) -> int:
        """Serve an app with sync workers; return its port once it listens."""
        port = free_port()
        bind = ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--no-control-socket", *options]
        command: Command = [PYTHON, "-m", "gunicorn", *bind, app]
        self.supervisor.start(Process(name, command, self.folder / f"{name}.log", self.settings))
        self.supervisor.wait_for(name, lambda: not port_is_free(port))
        return port

    def web(self) -> int:
        """Serve our web, as deploy/gunicorn configures it; return its port."""
        return self.gunicorn("web", "config.wsgi:application", "--config", "deploy/gunicorn/web.py")

    def token(self, email: str = ADMIN) -> str:
        """Return an access token like the service's own, valid for four hours."""
        with psycopg.connect(self.settings["DATABASE_URL"]) as connection:
            found = connection.execute('SELECT id FROM "user" WHERE email = %s', [email]).fetchone()
        claims = {
            "token_type": "access", "exp": int(time.time()) + 4 * 3600, "jti": "0" * 32, "email": email,
            "user_id": str(found and found[0]),
        }  # fmt: skip
        return jwt.encode(claims, self.settings["JWT_SIGNING_KEY"], algorithm="HS256")


@contextlib.contextmanager
def teaching_year() -> Iterator[Year]:
    """Yield 2,000 people, 200 scenarios, 30 categories and 300 activities on their own PostgreSQL and Redis."""
    with temporary_folder() as folder, Supervisor() as supervisor:
        data = start_data_servers(supervisor, folder)
        limits = {"THROTTLE_RATES": NO_LIMITS, "THREADS_MAX_A_DAY": "1000000"}
        settings = production_environment(folder, data, {"emulator": free_port()}, proxies=0) | limits
        manage(settings, "migrate", "--verbosity=0")
        manage(settings, "load_samples", "--demo-accounts")
        fill(data["DATABASE_URL"])
        yield Year(supervisor, folder, settings)


def fill(database_url: str) -> None:
    """Replace the samples with the teaching year."""
    with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILL, {"demo": STUDENT[0]})
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    from benchmarks.year_of_work import main

    sys.exit(main())
