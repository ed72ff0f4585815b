"""An id in an address that nothing has is not found, whatever it looks like and however it is asked for."""

import re
from urllib.parse import quote

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.test import Client
from django.urls import get_resolver

from apps.users.tests.factories import UserFactory
from tests.annotations import ClientFor
from tests.test_open_views import METHODS, addresses

pytestmark = pytest.mark.django_db

IDS = {
    "two words": "null,null",
    "negative": "-1",
    "longer than Python reads": "9" * 5000,
    "digits of another script": "\u0669\u0669",
    "superscript": "\u00b2",
    "null byte": "\x00",
    "half of a pair": "\ud800",
    "UUID": "123e4567-e89b-12d3-a456-426614174000",
}
IF_MATCH: dict[str, dict[str, str]] = {"unconditional": {}, "conditional": {"if-match": '"x"'}}


def with_ids(start: str) -> list[str]:
    """The addresses under a path that have an id, as simplified by Django: `/api/v2/tags/<pk>/`."""
    found = {simplify_regex(expression) for expression in addresses(get_resolver().url_patterns)}
    return sorted(path for path in found if path.startswith(start) and "<" in path)


def quoted(identifier: str) -> str:
    return quote(identifier.encode("utf-8", "surrogatepass"), safe=",'")


def statuses(client: Client, start: str, identifier: str, headers: dict[str, str] | None = None) -> dict[str, int]:
    """What each method of each address says to an id."""
    return {
        f"{method} {path}": client.generic(
            method, re.sub(r"<\w+>", quoted(identifier), path), "{}", content_type="application/json", headers=headers
        ).status_code
        for path in with_ids(start)
        for method in METHODS
    }


@pytest.mark.parametrize("headers", IF_MATCH.values(), ids=IF_MATCH)
@pytest.mark.parametrize("identifier", IDS.values(), ids=IDS)
def test_no_id_in_an_address_of_the_api_makes_a_fault(
    identifier: str, headers: dict[str, str], client_for: ClientFor
) -> None:
    client = client_for("admin")
    client.raise_request_exception = False
    seen = statuses(client, "/api/", identifier, headers)
    assert len(seen) > 150  # also where the old addresses are gone
    assert {asked: status for asked, status in seen.items() if not 400 <= status < 500} == {}


@pytest.mark.parametrize("identifier", IDS.values(), ids=IDS)
def test_no_id_in_an_address_of_the_admin_makes_a_fault(identifier: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(role="admin"))
    seen = statuses(client, "/admin/", identifier)
    assert len(seen) > 100
    assert {asked: status for asked, status in seen.items() if status >= 500} == {}
