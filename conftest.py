"""People and clients that the tests of every app share."""

import gc
import os
from collections.abc import Callable, Generator, Iterator

import pytest
from django.apps import apps
from hypothesis import HealthCheck, settings
from rest_framework.test import APIClient

from apps.core.api.throttling import COUNTS
from apps.llm import client as model_client
from apps.openai_integration.conversation.events.streams import EVENTS
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.tokens import access_token

pytest_plugins = ["tests.mocks.openai_mock", "tests.stack", "tests.gateway", "tests.browsers", "tests.legacy.together"]

# How long an example takes is the machine's affair, and what fixtures make is the same for all examples of a test.
UNCHECKED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("any machine", deadline=None, suppress_health_check=UNCHECKED)
settings.load_profile("any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of the old addresses go with the app that answers them."""
    if not apps.is_installed("apps.flask_compat"):
        gone = [item for item in items if item.get_closest_marker("old_api")]
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """What has been loaded stays, so the collector of garbage need not go through it with every test."""
    gc.freeze()


# What `client_for` calls people by > the fixture that makes them.
PEOPLE = {
    "student": "student",
    "other_student": "other_student",
    "instructor": "instructor",
    "admin": "admin_user",
    "unapproved": "unapproved",
}


@pytest.fixture(autouse=True)
def _redis_is_asked() -> None:
    """Also where a test before has found it gone, after which it is left alone for some seconds."""
    for client in (COUNTS, EVENTS):
        client.forget_failures()


@pytest.fixture(scope="session", autouse=True)
def _model_connections() -> Iterator[None]:
    """The model client's connections are kept from test to test and closed at the end."""
    yield
    model_client.close()


@pytest.fixture
def student(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def other_student(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def instructor(db: None) -> User:
    return UserFactory.create(instructor=True)


@pytest.fixture
def admin_user(db: None) -> User:
    return UserFactory.create(admin=True)


@pytest.fixture
def unapproved(db: None) -> User:
    """An account as the old sign-up dialog made them all: it calls itself admin, and nobody has confirmed it."""
    return UserFactory.create(role="admin", approved_role=None)


@pytest.fixture
def client_for(request: pytest.FixtureRequest) -> Callable[[str | User | None], APIClient]:
    """A client signed in as a user, or as the one of a role in `PEOPLE`; None or "anonymous" is not signed in."""

    def client(who: str | User | None) -> APIClient:
        made = APIClient()
        if who is None or who == "anonymous":
            return made
        user = request.getfixturevalue(PEOPLE[who]) if isinstance(who, str) else who
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
        return made

    return client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is there to run with, a test that skips itself has failed."""
    report = yield
    if os.environ.get("CI") and report.skipped:
        report.outcome = "failed"
    return report
