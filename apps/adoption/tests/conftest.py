"""One adopted database for the tests of this app; whoever changes something takes a copy."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker

from apps.adoption.tests.databases import adopt_and_use, schema, school_database


@dataclass(frozen=True)
class Adopted:
    """Its name, and what pg_dump said of its schema before the adoption and after it."""

    name: str
    before: str
    after: str


@pytest.fixture(scope="session")
def adopted(django_db_blocker: DjangoDbBlocker) -> Iterator[Adopted]:
    """A school's database in which people have worked since its adoption."""
    with school_database() as name, django_db_blocker.unblock():
        before = schema(name)
        adopt_and_use(name)
        yield Adopted(name, before, schema(name))
