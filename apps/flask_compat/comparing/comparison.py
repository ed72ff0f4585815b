"""Compares the responses of the Flask service and of this one to the same GET requests."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.flask_compat.comparing.json_differences import (
    FieldDifference,
    compare_json,
    is_list_of_rows,
    out_of_order,
)
from apps.flask_compat.comparing.services import CannotCompareError, Service, ServiceResponse

# An id that no row has; the column's integers end a little above it.
NO_ROW = 2_000_000_000
LISTS = ("/scenarios", "/categories", "/activities")
PREVIEW = "/context/preview"
USERS = "/all_users"
NO_TOKEN, BAD_TOKEN = ", no token", ", a bad token"

# Patterns of route and field > why the difference is intended.
MEANT = {
    (f"{PREVIEW}.*", r".*\.(context|length)"): "the patient is no longer told the rubric and the criteria",
    (f"{USERS}, .*", ".*"): "anyone could read the names of all users",
}


@dataclass
class RouteReport:
    """The findings on one route. Only `differing` counts: intended differences and changes in Flask itself do not."""

    compared: int = 0
    differing: list[FieldDifference] = field(default_factory=list)
    meant: list[tuple[FieldDifference, str]] = field(default_factory=list)
    noise: list[FieldDifference] = field(default_factory=list)
    flask_s: list[float] = field(default_factory=list)
    django_s: list[float] = field(default_factory=list)

    def median_ms(self) -> tuple[float, float]:
        """The median response times of Flask and Django."""
        flask, django = (round(1000 * statistics.median(seconds), 1) for seconds in (self.flask_s, self.django_s))
        return flask, django

    def as_json(self) -> dict[str, Any]:
        flask_ms, django_ms = self.median_ms()
        return {
            "compared": self.compared,
            "differences": [vars(found) for found in self.differing],
            "meant": [{**vars(found), "why": why} for found, why in self.meant],
            "noise": [vars(found) for found in self.noise],
            "median_ms": {"flask": flask_ms, "django": django_ms},
        }


class Comparison:
    """Compares all lists, a sample of their rows, and responses to missing rows and invalid tokens.

    The findings are in `routes`. Flask is asked before and after this service, so that concurrent writes do not count
    as differences.
    """

    def __init__(self, flask: Service, django: Service, *, sample: int) -> None:
        self.flask = flask
        self.django = django
        self.sample = sample
        self.routes: dict[str, RouteReport] = defaultdict(RouteReport)

    @property
    def is_ready(self) -> bool:
        return not any(report.differing for report in self.routes.values())

    def run(self) -> None:
        """Compare everything; CannotCompareError if the account may not read it, or a service does not respond."""
        if self.django.get(USERS, self.django.token).status == 403:
            raise CannotCompareError(
                f"{self.django.name} hides things from this account: it needs one whose role has been approved"
                " (manage.py approve_roles)."
            )
        ids = {route: self._ids(route, self._compare(route)) for route in LISTS}
        self._compare(USERS)
        for pk in ids["/scenarios"]:
            self._compare("/scenarios/{id}/rubric_questions", f"/scenarios/{pk}/rubric_questions")
        for pk in ids["/categories"]:
            self._compare("/categories/{id}/rubrics", f"/categories/{pk}/rubrics")
        for pk in ids["/activities"]:
            self._compare(PREVIEW, f"{PREVIEW}?activity_id={pk}")
        self._compare(PREVIEW)
        self._compare_refusals()

    def _compare_refusals(self) -> None:
        for route in (f"/scenarios/{NO_ROW}/rubric_questions", f"/categories/{NO_ROW}/rubrics"):
            self._compare(route.replace(str(NO_ROW), "{no such id}"), route)
        for route in (*LISTS, USERS, PREVIEW):
            self._compare(route + NO_TOKEN, route, tokens=(None, None))
            self._compare(route + BAD_TOKEN, route, tokens=("bad", "bad"))
        if self.flask.token != self.django.token:
            crossed = (self.django.token, self.flask.token)
            self._compare(f"{PREVIEW}, the other's token", PREVIEW, tokens=crossed)

    def _ids(self, route: str, rows: ServiceResponse) -> list[int]:
        """At most `sample` ids, spread over the list."""
        if rows.status != 200:
            raise CannotCompareError(f"{self.flask.name} answers {rows.status} to GET {route}: is the token its own?")
        if not is_list_of_rows(rows.body):
            raise CannotCompareError(f"{self.flask.name} answers GET {route} with no list of rows: is that Flask?")
        ids = sorted(row["id"] for row in rows.body)
        return ids[:: -(-len(ids) // self.sample)] if ids else []

    def _compare(
        self, route: str, path: str | None = None, *, tokens: tuple[str | None, str | None] | None = None
    ) -> ServiceResponse:
        """Compare one address, and return Flask's first response."""
        path = path or route
        flask_token, django_token = tokens or (self.flask.token, self.django.token)
        before = self.flask.get(path, flask_token)
        new = self.django.get(path, django_token)
        after = self.flask.get(path, flask_token)

        report = self.routes[route]
        report.compared += 1
        report.flask_s += [before.seconds, after.seconds]
        report.django_s.append(new.seconds)
        name = path.removeprefix("/")
        noise = list(_of_answers(before, after, name))
        still = {found.field for found in _of_answers(after, new, name)} - {found.field for found in noise}
        self._note(report, route, [found for found in _of_answers(before, new, name) if found.field in still])
        self._note(report, route, list(out_of_order(new.body, name)))
        report.noise += noise
        return before

    def _note(self, report: RouteReport, route: str, found: list[FieldDifference]) -> None:
        for difference in found:
            if why := _meant(route, difference):
                report.meant.append((difference, why))
            else:
                report.differing.append(difference)


def _of_answers(old: ServiceResponse, new: ServiceResponse, name: str) -> Iterator[FieldDifference]:
    if old.status != new.status:
        yield FieldDifference(name, f"status {old.status} became {new.status}")
    elif old.content_type != new.content_type:
        yield FieldDifference(name, f"{old.content_type} became {new.content_type}")
    else:
        yield from compare_json(old.body, new.body, name)


def _meant(route: str, difference: FieldDifference) -> str:
    """Why the difference is intended; "" if it is not."""
    for (routes, fields), why in MEANT.items():
        if re.fullmatch(routes, route) and re.fullmatch(fields, difference.field):
            return why
    return ""
