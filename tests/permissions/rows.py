"""The tables read line by line, and a way to ask what a line says."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.urls import resolve

from tests.annotations import APIResponse
from tests.permissions import table_old, table_v2
from tests.permissions.world import UNAPPROVED, World
from tests.test_open_views import METHODS, everything

COLUMNS = ("nobody", "student", "owner", "other", "unapproved", "instructor", "admin")
NOT_ASKED = "-"


@dataclass(frozen=True)
class Row:
    """A line of a table: `answers` has the status of each column that is asked."""

    method: str
    path: str
    prefix: str
    answers: Mapping[str, str]
    bodies: Callable[[World, str], dict[str, Any]]

    @property
    def name(self) -> str:
        """The key of its body."""
        return f"{self.method} {self.path}"

    @property
    def route(self) -> tuple[str, str]:
        """The line as the URL map has it: 9 for each id."""
        path = re.sub(r"{\w+}", "9", self.prefix + self.path.partition("?")[0])
        return self.method, f"{path.rstrip('/')}/"

    def ask(self, world: World, who: str, **query: Any) -> APIResponse:
        """The answer to one of `PEOPLE`, or to nobody. What it changed stays."""
        address = self.prefix + world.address(self.path)
        client = world.client(who)
        if self.method == "GET":
            return client.get(address, query)
        body = None if self.method == "DELETE" else self.bodies(world, who)[self.name]
        kind = {"content_type": "image/png"} if isinstance(body, bytes) else {}
        return getattr(client, self.method.lower())(address, body, **kind)

    def askers(self) -> Iterator[tuple[str, str]]:
        """Everyone of PEOPLE that the line is about, and the status that each is to get."""
        for column, status in self.answers.items():
            for who in UNAPPROVED if column == "unapproved" else (column,):
                yield who, status


def read(text: str, prefix: str, bodies: Callable[[World, str], dict[str, Any]]) -> list[Row]:
    """The lines of a table, the first of which names the columns."""
    words = text.split()
    header, cells = words[: len(COLUMNS)], words[len(COLUMNS) :]
    assert header == list(COLUMNS)
    width = 2 + len(COLUMNS)
    assert len(cells) % width == 0, f"a line of {prefix} has a cell too many or too few"
    lines = [cells[start : start + width] for start in range(0, len(cells), width)]
    return [
        Row(method, path, prefix, {c: s for c, s in zip(COLUMNS, said, strict=True) if s != NOT_ASKED}, bodies)
        for method, path, *said in lines
    ]


V2 = {name: read(text, "/api/v2/", table_v2.bodies) for name, text in table_v2.TABLE.items()}
OPERATIONS = {"operations": read(table_v2.OPERATIONS, "", table_v2.bodies)}
OLD = {name: read(text, "/api/", table_old.bodies) for name, text in table_old.TABLE.items()}


def rows_of(sections: Mapping[str, list[Row]]) -> list[Row]:
    return [row for rows in sections.values() for row in rows]


def routes() -> set[tuple[str, str]]:
    """Each method of each address below /api/ and /health/ that a view answers, OPTIONS left out."""
    paths = [path for path in everything() if path.startswith(("/api/", "/health/"))]
    return {(method, path) for path in paths for method in _methods(resolve(path).func)}


def _methods(view: Any) -> set[str]:
    made_by = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if actions := getattr(view, "actions", None):
        names = set(actions)
    elif made_by:
        names = {name for name in made_by.http_method_names if hasattr(made_by, name)}
    else:  # a plain function, which looks at no method
        names = {"get"}
    return {name.upper() for name in names} & set(METHODS)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def contents() -> dict[str, str]:
    """Table > a hash of all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(_hashes())
        return dict(cursor.fetchall())


@cache
def _hashes() -> str:
    names = sorted(connection.introspection.django_table_names(only_existing=True))
    return " UNION ALL ".join(
        f"SELECT '{name}', coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM \"{name}\" t"
        for name in names
    )
