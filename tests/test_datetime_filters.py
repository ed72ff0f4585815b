"""Times in the query string of a list."""

import pytest

from tests.annotations import ClientFor

pytestmark = pytest.mark.django_db

LISTS = ("threads/", "evaluations/", "usage/totals/")


@pytest.mark.parametrize("path", LISTS)
def test_a_moment_whose_offset_is_nobodys_is_taken(path: str, client_for: ClientFor) -> None:
    # PostgreSQL has no offsets beyond 15:59:59.
    answer = client_for("instructor").get(f"/api/v2/{path}", {"since": "2026-01-01T00:00:00-23:50"})
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_has_no_year_for_is_refused(moment: str, path: str, client_for: ClientFor) -> None:
    answer = client_for("instructor").get(f"/api/v2/{path}", {"until": moment})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["until"])
