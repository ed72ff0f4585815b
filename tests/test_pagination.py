"""Pages of lists that only grow."""

from base64 import b64encode

import pytest

from apps.openai_integration.tests.factories import MessageFactory, RunFactory, ThreadFactory
from apps.users.models import User
from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

POSITIONS = ["abc", "", "-1", "9999-99-99", "2026-01-01", "2026-01-01 00:00:00", "0001-01-01T00:00:00+23:59", "%00"]


@pytest.mark.parametrize("tail", ["messages", "runs"])
@pytest.mark.parametrize("position", POSITIONS)
def test_a_cursor_that_points_at_no_time_is_not_found(
    tail: str, position: str, client_for: ClientFor, student: User
) -> None:
    thread = ThreadFactory.create(student=student)
    cursor = b64encode(f"p={position}".encode()).decode()
    answer = client_for(student).get(f"/api/v2/threads/{thread.pk}/{tail}/", {"cursor": cursor})
    assert answer.status_code == 404
    assert answer.json() == {"code": "not_found", "detail": "Invalid cursor"}


@pytest.mark.parametrize("tail", ["messages", "runs"])
def test_the_cursors_that_are_handed_out_lead_through_all_pages_and_back(
    tail: str, client_for: ClientFor, student: User
) -> None:
    thread = ThreadFactory.create(student=student)
    create = MessageFactory.create if tail == "messages" else RunFactory.create
    extra = {} if tail == "messages" else {"status": "completed"}
    rows = {str(create(thread=thread, **extra).pk) for _ in range(5)}
    client, seen = client_for(student), []
    address = first = f"/api/v2/threads/{thread.pk}/{tail}/?page_size=2"
    while address:
        page, last = client.get(address).json(), address
        seen += [str(row["id"]) for row in page["results"]]
        address = page["next"]
    assert len(seen) == 5
    assert set(seen) == rows
    back = client.get(client.get(last).json()["previous"]).json()
    assert [str(row["id"]) for row in back["results"]] == seen[2:4]
    assert client.get(first).json()["previous"] is None
