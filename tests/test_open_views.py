"""The addresses that answer without a sign-in."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Everything else asks who is there first.
OPEN = {
    "/",
    "/admin",
    "/admin/login/",
    "/admin/logout/",
    "/api/docs/",
    "/api/schema/",
    "/api/v2/auth/login/",
    "/api/v2/auth/options/",
    "/api/v2/auth/password-reset/",
    "/api/v2/auth/password-reset/confirm/",
    "/api/v2/auth/refresh/",
    "/api/v2/auth/register/",
    "/health/live/",
    "/health/ready/",
}
# The same of the old API, while it is there.
OPEN_OF_OLD = {"/api/create_users/", "/api/login/"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every pattern as one regular expression."""
    for pattern in patterns:
        expression = before + pattern.pattern.regex.pattern.lstrip("^").replace("\\Z", "$")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, expression)
        else:
            yield expression


def an_address(expression: str) -> str:
    """A path that the pattern matches, with ids of things that are not there."""
    return re.sub(r"<\w+>", "9", simplify_regex(expression))


def everything() -> list[str]:
    return sorted({an_address(expression) for expression in addresses(get_resolver().url_patterns)})


def answers_a_stranger(client: Client, path: str) -> bool:
    """Whether any method gets something other than "who are you" and "not in this way"."""
    for method in METHODS:
        answer = client.generic(method, path, "{}", content_type="application/json")
        asked = answer.status_code == 401 or (
            answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
        )
        if not asked and answer.status_code != 405:
            return True
    return False


@pytest.mark.django_db
def test_only_the_views_of_the_list_answer_somebody_who_has_not_signed_in() -> None:
    client = Client(raise_request_exception=False)
    paths = set(everything())
    assert {path for path in paths if answers_a_stranger(client, path)} == OPEN | (OPEN_OF_OLD & paths)


def test_the_walk_meets_what_there_is() -> None:
    paths = everything()
    assert len(paths) > 60
    assert set(paths) > OPEN | {
        "/api/v2/scenarios/9/enable/",
        "/api/v2/users/me/",
        "/api/v2/activities/",
        "/admin/users/user/9/change/",
    }
