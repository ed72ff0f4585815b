"""One adopted database for the tests of this app. Tests that change it use a copy."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker

from apps.adoption.tests.databases import adopt_and_use, schema, school_database


@dataclass(frozen=True)
class Adopted:
    """The database's name, and pg_dump's schema before and after the adoption."""

    name: str
    before: str
    after: str


@pytest.fixture(scope="session")
def adopted(django_db_blocker: DjangoDbBlocker) -> Iterator[Adopted]:
    """An adopted database that people have used since."""
    with school_database() as name, django_db_blocker.unblock():
        before = schema(name)
        adopt_and_use(name)
        yield Adopted(name, before, schema(name))
