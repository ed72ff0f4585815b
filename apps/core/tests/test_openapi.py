"""The committed OpenAPI schema matches the code, has valid examples, and loads nothing from other hosts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from tests.conformance import PATH, schema, validator_at

SCRIPT = "/api/docs/?script="


def test_the_committed_schema_matches_the_generated_one(tmp_path: Path) -> None:
    call_command("spectacular", "--file", str(tmp_path / "openapi.yaml"))
    generated = (tmp_path / "openapi.yaml").read_text(encoding="utf-8")
    how = "manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"
    assert generated == PATH.read_text(encoding="utf-8"), f"write it again: {how}"


def examples() -> Iterator[tuple[list[str], Any]]:
    """The path to each example in the schema, and its value."""
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            places = [["requestBody"], *(["responses", status] for status in operation["responses"])]
            for place in places:
                described = operation.get(place[0], {}) if len(place) == 1 else operation[place[0]][place[1]]
                content = described.get("content", {}).get("application/json", {})
                for example in content.get("examples", {}).values():
                    yield ["paths", path, method, *place, "content", "application/json", "schema"], example["value"]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation, with its method and path."""
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_has_a_name_a_summary_and_an_audience() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names)) >= 70
    wrong = [
        where
        for where, operation in operations()
        if not re.fullmatch("[a-z]+(_[a-z]+)+", operation["operationId"])
        or not re.fullmatch(r"[A-Z][^.]{5,60}", operation.get("summary", ""))
        or len(operation["tags"]) != 1
    ]
    assert wrong == []
    assert {operation["tags"][0] for _, operation in operations()} == {tag["name"] for tag in schema()["tags"]}


def test_what_answers_403_to_students_is_not_among_their_operations() -> None:
    theirs = {where: operation for where, operation in operations() if operation["tags"] == ["students"]}
    own = {
        "post /api/v2/threads/",  # a preview alone
        "post /api/v2/threads/{id}/forks/",
        "post /api/v2/threads/{id}/runs/",
        "post /api/v2/runs/{id}/cancel/",
        "put /api/v2/messages/{id}/report/",
        "delete /api/v2/messages/{id}/report/",
    }
    refusing = {where for where, operation in theirs.items() if "403" in operation["responses"]}
    # Whom the others refuse does not depend on a role.
    assert {where for where in refusing if "/auth/" not in where} == own


def test_every_field_that_is_always_sent_is_required() -> None:
    optional = {
        name: sorted(left)
        for name, component in schema()["components"]["schemas"].items()
        if not name.endswith("Request")
        and (left := component.get("properties", {}).keys() - set(component.get("required", ())))
    }
    # A refresh token may be in a cookie instead.
    assert optional == {"Error": ["fields", "run_id"], "SignedIn": ["refresh"], "Tokens": ["refresh"]}


def test_every_example_is_of_the_shape_that_is_described() -> None:
    wrong = [
        f"{' '.join(steps[1:4])}: {error.message}"
        for steps, value in examples()
        for error in validator_at(*steps).iter_errors(value)
    ]
    assert wrong == []
    assert len(list(examples())) >= 90


def test_every_body_that_is_sent_or_answered_has_an_example() -> None:
    bodies, without = 0, []
    for path, operations in schema()["paths"].items():
        for method, operation in operations.items():
            answers = {code: one for code, one in operation["responses"].items() if code.startswith("2")}
            for place, described in {"request": operation.get("requestBody", {}), **answers}.items():
                if (body := described.get("content", {}).get("application/json")) is not None:
                    bodies += 1
                    without += [] if body.get("examples") else [f"{method} {path} {place}"]
    assert without == []
    assert bodies >= 85


def test_an_example_of_a_list_is_a_whole_page_that_leads_nowhere_else() -> None:
    pages = [value for _, value in examples() if isinstance(value, dict) and "results" in value]
    assert len(pages) >= 4
    for page in pages:
        around = {name: value for name, value in page.items() if name != "results"}
        assert len(page["results"]) == 1
        assert around in ({"count": 1, "next": None, "previous": None}, {"next": None, "previous": None})
    assert "api.example.org" not in PATH.read_text(encoding="utf-8")


def test_every_refusal_that_is_described_has_an_example() -> None:
    refusals = schema()["components"]["responses"]
    assert len(refusals) >= 8
    for steps in (["components", "responses", name, "content", "application/json"] for name in refusals):
        content = refusals[steps[2]]["content"]["application/json"]
        assert list(validator_at(*steps, "schema").iter_errors(content["example"])) == []


@pytest.mark.django_db
def test_the_page_of_the_description_asks_for_nothing_from_elsewhere(client) -> None:
    page = client.get("/api/docs/").content.decode()
    asked = re.findall(r"""(?:src|href)=["'](.*?)["']""", page)
    assert len(asked) >= 4
    # Its script has a URL of its own: the policy blocks inline scripts.
    assert [one for one in asked if not finders.find(one.removeprefix("/static/").lstrip("/"))] == [SCRIPT]
    script = client.get(SCRIPT).content.decode()
    assert 'url: "/api/schema"' in script
    # Swagger UI would ask an internet service whether the schema is valid.
    assert 'layout: "BaseLayout"' in script
    assert "://" not in page + script


def test_the_description_stands_alone_and_names_no_other_service() -> None:
    assert not schema().keys() & {"servers", "externalDocs"}
    pointers = re.findall(r"\$ref: '?([^'\n]+)", PATH.read_text(encoding="utf-8"))
    assert len(pointers) > 100
    assert [pointer for pointer in pointers if not pointer.startswith("#/components/")] == []
