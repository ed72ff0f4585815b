"""Pictures of scenarios: what is taken, who reads it, and how."""

import struct

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.scenarios.models import AssistantScenario, ScenarioChange, ScenarioPicture
from apps.scenarios.pictures import MAX_BYTES, PictureError, facts_of
from apps.scenarios.tests.factories import AssistantScenarioFactory
from apps.scenarios.tests.samples import picture
from tests.annotations import APIResponse, ClientFor

pytestmark = pytest.mark.django_db
PNG = picture("png", 3, 2)


@pytest.fixture
def scenario(db: None) -> AssistantScenario:
    return AssistantScenarioFactory.create()


def address(scenario: AssistantScenario) -> str:
    return f"/api/v2/scenarios/{scenario.pk}/picture/"


def put(client: APIClient, scenario: AssistantScenario, content: bytes, kind: str = "image/png") -> APIResponse:
    return client.put(address(scenario), content, content_type=kind)


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (PNG, "image/png", (3, 2)),
        (picture("png", 2048, 1), "image/png", (2048, 1)),
        (picture("jpeg"), "image/jpeg", (1, 1)),
        (picture("webp"), "image/webp", (1, 1)),
        (picture("lossy webp"), "image/webp", (1, 1)),
        (b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x07\0\x01\0\0", "image/webp", (2048, 2)),
    ],
)
def test_a_picture_is_what_its_bytes_are(content: bytes, kind: str, size: tuple[int, int]) -> None:
    facts = facts_of(content)
    assert (facts.content_type, facts.width, facts.height) == (kind, *size)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00",
        b"\x89PNG\r\n\x1a\n<html>",
        picture("png", 2049, 1),
        picture("png", 1, 2049),
        PNG + bytes(MAX_BYTES),
        PNG.replace(struct.pack(">II", 3, 2), struct.pack(">II", 0, 2)),
        *(picture(kind)[:-1] for kind in ("png", "jpeg", "webp")),
        *(picture(kind)[:20] for kind in ("png", "jpeg", "webp")),
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\xff\xd8\xff",
    ],
)
def test_nothing_else_is_taken(content: bytes) -> None:
    with pytest.raises(PictureError):
        facts_of(content)


def test_everybody_who_sees_the_scenario_sees_its_picture(scenario: AssistantScenario, client_for: ClientFor) -> None:
    student, instructor = client_for("student"), client_for("instructor")

    def urls() -> set[str | None]:
        place = f"/api/v2/scenarios/{scenario.pk}/"
        return {client.get(place).json()["picture_url"] for client in (student, instructor)}

    assert urls() == {None}
    told = put(instructor, scenario, PNG, "image/jpeg")  # the bytes say what it is
    assert told.json() == {**told.json(), "content_type": "image/png", "width": 3, "height": 2}
    (url,) = urls()
    assert url == told.json()["picture_url"]
    answer = student.get(str(url))
    assert (answer.content, answer.headers["Content-Type"]) == (PNG, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    again = student.get(str(url), headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    put(instructor, scenario, picture("webp"))
    assert student.get(str(url), headers={"if-none-match": answer.headers["ETag"]}).content == picture("webp")
    assert urls() not in ({url}, {None})
    assert client_for("anonymous").get(str(url)).status_code == 401
    AssistantScenario.objects.update(enable=False)
    assert (student.get(str(url)).status_code, instructor.get(str(url)).status_code) == (404, 200)
    assert instructor.delete(address(scenario)).status_code == 204
    assert instructor.get(address(scenario)).status_code == instructor.delete(address(scenario)).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 400, "invalid"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 400, "invalid"),
        (b"", "image/png", 400, "invalid"),
        (PNG + bytes(MAX_BYTES), "image/png", 413, "body_too_large"),
        (b'{"picture": "iVBORw0KGgo="}', "application/json", 415, "unsupported_media_type"),
    ],
)
def test_a_refused_picture_leaves_the_one_that_is_there(
    content: bytes, kind: str, status: int, code: str, scenario: AssistantScenario, client_for: ClientFor
) -> None:
    instructor = client_for("instructor")
    put(instructor, scenario, PNG)
    answer = put(instructor, scenario, content, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert bytes(ScenarioPicture.objects.get().content) == PNG


def test_there_is_no_picture_without_a_scenario(client_for: ClientFor) -> None:
    assert put(client_for("instructor"), AssistantScenario(pk=999), PNG).status_code == 404
    assert not ScenarioPicture.objects.exists()


def test_a_picture_makes_no_version_and_has_a_history_without_its_bytes(
    scenario: AssistantScenario, client_for: ClientFor
) -> None:
    instructor = client_for("instructor")
    put(instructor, scenario, PNG)
    put(instructor, scenario, picture("webp"))
    instructor.delete(address(scenario))
    assert scenario.versions.count() == 1
    entries = ScenarioChange.objects.filter(kind="scenariopicture", parent_id=scenario.pk).order_by("pk")
    assert [entry.action for entry in entries] == ["created", "changed", "deleted"]
    assert {name for entry in entries for name in entry.after} == {
        "scenario_id", "content_type", "digest", "width", "height",
    }  # fmt: skip


def test_a_picture_goes_with_a_scenario_that_another_service_deletes(
    scenario: AssistantScenario, client_for: ClientFor
) -> None:
    put(client_for("instructor"), scenario, PNG)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assistant_scenarios WHERE id = %s", [scenario.pk])
    assert not ScenarioPicture.objects.exists()
