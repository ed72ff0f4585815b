"""Query strings that are refused."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

PAGES = [
    "/admin/openai_integration/run/?error_code=",
    "/admin/scenarios/assistantscenario/?role=",
    "/admin/scenarios/assistantscenario/?q=",
    "/admin/users/user/?approved_role=",
    "/api/v2/scenarios/?role=",
    "/api/v2/tags/?tag=",
    "/api/v2/users/?search=",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_nul_in_the_query_string_is_refused(
    page: str, client: Client, admin_user: User, client_for: ClientFor
) -> None:
    client.force_login(admin_user)
    client.raise_request_exception = False
    asking = client_for(admin_user) if page.startswith("/api/") else client
    answer = asking.get(f"{page}a%00b")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_the_characters_of_a_nul_written_out_are_no_nul(client_for: ClientFor) -> None:
    assert client_for("admin").get("/api/v2/tags/?tag=%2500").json()["results"] == []


def test_a_nul_is_refused_by_the_asynchronous_server_too() -> None:
    ask = async_to_sync(AsyncClient().get)
    assert ask("/health/live?x=%00").status_code == 400
    assert ask("/health/live?x=%2500").status_code == 200
