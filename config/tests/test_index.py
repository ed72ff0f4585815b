"""The page at /."""

import re

import pytest

PATHS = {"/api/docs", "/admin/", "/health/ready"}


def test_a_browser_gets_a_page_of_links_without_external_resources(client) -> None:
    answer = client.get("/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert {link.removeprefix("http://testserver") for link in re.findall('href="(.*?)"', page)} == PATHS
    assert "src=" not in page
    assert "<link" not in page


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_others_get_the_same_in_json(client, accept: str) -> None:
    answer = client.get("/", headers={"accept": accept})
    assert {link.removeprefix("http://testserver") for link in answer.json().values()} == PATHS


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(PATHS))
def test_all_links_work(client, path: str) -> None:
    assert client.get(path).status_code in {200, 302}


def test_it_is_only_read(client) -> None:
    assert client.post("/").status_code == 405
