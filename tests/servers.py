"""A pytest plugin: PostgreSQL and Redis for the tests, unless DATABASE_URL names servers that run already.

pytest.ini loads it with `-p tests.servers`.
"""

import contextlib
import os
from collections.abc import Generator

import pytest

from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.servers import start_data_servers


# A wrapper, since it has to run before pytest-django's own hook, which reads the settings.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    os.environ["DJANGO_ENV"] = "test"
    options = early_config.known_args_namespace
    # Workers of xdist inherit the addresses from the process that started them, but for their own Redis databases.
    if "DATABASE_URL" not in os.environ and not (options.help or options.version):
        running = contextlib.ExitStack()
        early_config.add_cleanup(running.close)
        folder = running.enter_context(temporary_folder())
        supervisor = running.enter_context(Supervisor())
        os.environ.update(start_data_servers(supervisor, folder))
    os.environ.update(redis_databases())
    yield


def redis_databases(pair: int = 0) -> dict[str, str]:
    """Return REDIS_URL and CELERY_BROKER_URL with databases that no other worker of xdist uses.

    Pair 0 is for the tests themselves; 1 to 3 are for processes that they start.
    """
    server = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0").rsplit("/", 1)[0]
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    number = 8 * worker + 2 * pair
    return {"REDIS_URL": f"{server}/{number}", "CELERY_BROKER_URL": f"{server}/{number + 1}"}
