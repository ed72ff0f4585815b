"""The index at /, where the students' page is off."""

import json

import pytest
from django.test import RequestFactory

from config.index import index

PATHS = {"/api/docs", "/admin/", "/health/ready"}


def test_it_has_links_as_json_without_a_sign_in() -> None:
    answer = index(RequestFactory().get("/"))
    assert {link.removeprefix("http://testserver") for link in json.loads(answer.content).values()} == PATHS


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(PATHS))
def test_all_links_work(client, path: str) -> None:
    assert client.get(path).status_code in {200, 302}


def test_it_is_only_read() -> None:
    assert index(RequestFactory().post("/")).status_code == 405
