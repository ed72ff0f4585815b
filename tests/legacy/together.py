"""Both services on one adopted database: the old one as a process, Django in this one. A pytest plugin."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from apps.users.models import User
from tests.legacy.databases import django_on, flask_database, new_database, url_of
from tests.legacy.flask_process import FlaskProcess

# The instructor of rows.sql, whose role is approved here.
EMAIL, PASSWORD = "ines@example.org", "battery staple"


@dataclass(frozen=True)
class Together:
    """`database` is its name; `flask` runs on it with the key by which Django signs its tokens.

    To use Django on it as well, point it there with `django_on`.
    """

    database: str
    flask: FlaskProcess

    @contextmanager
    def flask_client(self, email: str = EMAIL, password: str = PASSWORD) -> Iterator[httpx2.Client]:
        """Somebody's client of the old service, signed in there."""
        with httpx2.Client(base_url=f"{self.flask.url}/api", timeout=30, trust_env=False) as client:
            answer = client.post("/login", json={"email": email, "password": password})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield client


@pytest.fixture(scope="session")
def adopted_database(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database of the old service's with the rows of rows.sql, adopted, whose instructor is vetted.

    To be copied (`new_database(like=...)`), which PostgreSQL does only while nobody is using it.
    """
    with django_db_blocker.unblock(), flask_database() as name:
        with django_on(name):
            call_command("migrate", fake_initial=True, verbosity=0)
            User.objects.filter(email=EMAIL).update(approved_role="instructor")
        yield name


@pytest.fixture(scope="module")
def together(adopted_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Together]:
    """Both services on a copy of the adopted database."""
    with (
        django_db_blocker.unblock(),
        new_database(like=adopted_database) as name,
        FlaskProcess(url_of(name), secret_key=settings.JWT_SIGNING_KEY) as flask,
    ):
        yield Together(name, flask)
