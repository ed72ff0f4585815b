"""Common behaviour of all old addresses: permissions, format of errors, and headers."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from django.conf import settings
from django.urls import get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from apps.activities.tests.factories import ActivityFactory
from apps.assessments.tests.factories import CategoryFactory, RubricQuestionFactory, SubCategoryFactory
from apps.flask_compat.urls import urlpatterns
from apps.scenarios.models import AssistantScenario
from apps.scenarios.tests.factories import AssistantScenarioFactory, TagFactory
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.test_open_views import an_address

pytestmark = pytest.mark.django_db

PATHS = [an_address(f"api/{pattern.pattern.regex.pattern.lstrip('^')}") for pattern in urlpatterns]
# Requests for instructors and admins only. No sequence reaches the id 90000.
TEACHING = [
    ("get", "all_users"), ("get", "context/preview"), ("post", "scenarios"), ("put", "scenarios/90000"),
    ("delete", "scenarios/90000"), ("put", "scenarios/90000/enable"), ("put", "scenarios/90000/disable"),
    ("post", "scenarios/90000/rubric_questions"), ("put", "rubric_questions/90000"),
    ("delete", "rubric_questions/90000"), ("post", "categories"), ("delete", "categories/90000"), ("post", "rubrics"),
    ("delete", "rubrics/90000"), ("post", "activities"), ("delete", "activities/90000"),
]  # fmt: skip
READING = ["scenarios", "scenarios/90000/rubric_questions", "categories", "categories/90000/rubrics", "activities"]


@pytest.fixture
def anyone() -> APIClient:
    return APIClient(raise_request_exception=False)


def test_every_address_works_with_and_without_a_trailing_slash(client_for):
    client = client_for("admin")
    assert len(PATHS) == 24
    for path in PATHS:
        bare, slashed = (client.post(address, {}) for address in (path.rstrip("/"), f"{path.rstrip('/')}/"))
        assert bare.status_code == slashed.status_code, path
        assert bare.json().keys() == slashed.json().keys(), path
        assert not 300 <= bare.status_code < 400


@pytest.mark.parametrize(("who", "allowed"), [("student", 0), ("unapproved", 0), ("instructor", 1), ("admin", 1)])
def test_only_approved_instructors_and_admins_change_teaching_content_and_list_users(who, allowed, client_for):
    AssistantScenarioFactory(pk=90000)
    client = client_for(who)
    for method, path in TEACHING:
        answer = getattr(client, method)(f"/api/{path}", {})
        assert (answer.status_code != 403) == bool(allowed), (method, path)
        if not allowed:
            assert list(answer.json()) == ["message"]
    assert AssistantScenario.objects.exists() == (not allowed)


@pytest.mark.parametrize("who", ["student", "unapproved", "instructor", "admin"])
def test_everybody_who_is_signed_in_reads(who, client_for):
    RubricQuestionFactory(scenario=AssistantScenarioFactory(pk=90000))
    SubCategoryFactory(category=CategoryFactory(pk=90000))
    client = client_for(who)
    assert [client.get(f"/api/{path}").status_code for path in READING] == [200] * len(READING)


@pytest.mark.parametrize(
    ("who", "status"), [("anonymous", 401), ("student", 403), ("unapproved", 403), ("instructor", 403), ("admin", 200)]
)
def test_only_an_approved_admin_deletes_everything(who, status, client_for):
    AssistantScenarioFactory()
    assert client_for(who).delete("/api/delete_all").status_code == status
    assert AssistantScenario.objects.exists() == (status != 200)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer abc", "bearer {}", "Basic {}", "{}", "Bearer {} x", "Bearer é"]
)
def test_without_a_good_bearer_token_the_answer_is_unauthorised(header, anyone, client_for, student):
    token = client_for(student)._credentials["HTTP_AUTHORIZATION"].split()[1]
    anyone.credentials(HTTP_AUTHORIZATION=header.format(token))
    for path in ("/api/scenarios", "/api/threads", "/api/all_users"):
        answer = anyone.get(path)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorised"})


def test_tokens_of_deleted_or_locked_accounts_are_unauthorised(client_for, student, other_student):
    gone, locked = client_for(student), client_for(other_student)
    student.delete()
    other_student.is_active = False
    other_student.save()
    for client in (gone, locked):
        assert client.get("/api/scenarios").json() == {"message": "Unauthorised"}


def test_an_expired_token_of_either_service_is_reported_as_expired(anyone, client_for, student):
    ours = client_for(student)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        answer = ours.get("/api/scenarios")
        assert (answer.status_code, answer.json()) == (401, {"message": "Token has expired"})
    past = timezone.now() - timedelta(minutes=1)
    theirs = jwt.encode({"email": student.email, "exp": past}, settings.JWT_SIGNING_KEY, algorithm="HS256")
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {theirs}")
    answer = anyone.get("/api/scenarios")
    assert (answer.status_code, answer.json()) == (401, {"message": "Token has expired"})


def test_a_token_of_the_flask_service_is_accepted(anyone, instructor):
    claims = {"email": instructor.email, "exp": timezone.now() + timedelta(hours=1)}
    token = jwt.encode(claims, settings.JWT_SIGNING_KEY, algorithm="HS256")
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert anyone.get("/api/all_users").json() == [instructor.username]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nope", 404), ("POST", "/api/", 404), ("GET", "/api/v3/threads", 404),
        ("PUT", "/api/scenarios/x", 404), ("DELETE", "/api/scenarios/-1", 404),
        ("PUT", "/api/scenarios/" + "9" * 5000, 404),
        ("DELETE", "/api/categories/1.5", 404), ("GET", "/api/scenarios//rubric_questions", 404),
        ("POST", "/api/all_users", 405), ("GET", "/api/login", 405), ("PATCH", "/api/scenarios/9", 405),
        ("GET", "/api/rubrics", 405), ("DELETE", "/api/scenarios", 405), ("GET", "/api/scenarios?x=%00", 400),
        ("PUT", "/api/scenarios/9", 404), ("DELETE", "/api/rubrics/9", 404),
    ],
)  # fmt: skip
def test_errors_are_json_with_a_message_and_deprecation_headers(method, path, status, client_for):
    answer = client_for("admin").generic(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert list(answer.json()) == ["message"]
    assert isinstance(answer.json()["message"], str)
    assert (answer["Deprecation"], answer["Sunset"]) == ("@1795305600", "Mon, 31 May 2027 00:00:00 GMT")


def test_an_unhandled_error_is_a_500_without_details(client_for, monkeypatch):
    def broken(user: object) -> None:
        raise RuntimeError("SELECT password FROM people")

    monkeypatch.setattr("apps.flask_compat.projections.scenarios", broken)
    client = client_for("student")
    client.raise_request_exception = False
    answer = client.get("/api/scenarios")
    assert (answer.status_code, list(answer.json())) == (500, ["message"])
    assert "SELECT" not in answer.json()["message"]
    assert answer["Sunset"]


def test_only_responses_at_old_addresses_have_deprecation_headers(client_for):
    client = client_for("admin")
    for path in ("/api/scenarios", "/api/activities/", "/api/all_users"):
        assert (client.get(path)["Deprecation"], client.get(path)["Sunset"]) == (
            "@1795305600", "Mon, 31 May 2027 00:00:00 GMT",
        )  # fmt: skip
    for path in ("/api/v2/scenarios/", "/api/v2/nope", "/health/live", "/api/schema"):
        answer = client.get(path)
        assert not answer.has_header("Sunset"), path
    assert client.get("/api/v2/nope").json()["code"] == "not_found"


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "image/png", "nonsense"])
def test_the_response_is_json_whatever_the_accept_header(accept, client_for):
    answer = client_for("student").get("/api/scenarios?format=xml", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"], answer.json()) == (200, "application/json", [])


def test_another_content_type_is_refused_with_a_message(client_for):
    client = client_for("instructor")
    for path in ("scenarios", "categories", "rubrics", "activities"):
        for answer in (
            client.generic("POST", f"/api/{path}", "a=1", content_type="application/x-www-form-urlencoded"),
            client.generic("POST", f"/api/{path}", ""),
        ):
            assert answer.status_code in {400, 415}
            assert list(answer.json()) == ["message"]


ORIGIN = "http://frontend.example.org:3000"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_browser_on_an_allowed_origin_may_send_tokens_and_json(method, anyone, settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    asked = {
        "HTTP_ORIGIN": ORIGIN,
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": method,
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "authorization,content-type",
    }
    answer = anyone.options("/api/scenarios/9", **asked)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert method in answer["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type"} <= set(answer["Access-Control-Allow-Headers"].split(", "))
    stranger = anyone.options("/api/scenarios/9", **asked | {"HTTP_ORIGIN": "http://elsewhere.example.org"})
    assert not stranger.has_header("Access-Control-Allow-Origin")


def test_a_browser_on_an_allowed_origin_may_read_errors_too(anyone, settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    for path, status in (("/api/scenarios", 401), ("/api/nope", 404), ("/api/login", 405)):
        answer = anyone.get(path, HTTP_ORIGIN=ORIGIN)
        assert (answer.status_code, list(answer.json())) == (status, ["message"])
        assert answer["Access-Control-Allow-Origin"] == ORIGIN
        assert answer["Content-Length"] == str(len(answer.content))


def test_lists_are_ordered_by_id_whatever_was_written_last(client_for):
    rows = {
        "scenarios": [row.pk for row in AssistantScenarioFactory.create_batch(3)],
        "categories": [row.pk for row in CategoryFactory.create_batch(3)],
    }
    rows["activities"] = [ActivityFactory(character_id=rows["scenarios"][0]).pk for _ in range(3)]
    client = client_for("instructor")
    client.put(f"/api/scenarios/{rows['scenarios'][0]}/disable")
    client.post("/api/categories", {"id": rows["categories"][0], "name": "x", "total_required_to_pass": 1})
    body = {"id": rows["activities"][0], "pre_brief": "x", "character_id": rows["scenarios"][0]}
    client.post("/api/activities", body)
    for path, ids in rows.items():
        found = [row["id"] for row in client.get(f"/api/{path}").json()]
        assert found == sorted(found)
        assert set(ids) <= set(found)


@pytest.mark.parametrize(
    ("path", "queries"),
    [("scenarios", 4), ("scenarios/90000/rubric_questions", 3), ("categories", 3), ("categories/90000/rubrics", 3),
     ("activities", 3), ("all_users", 2)],
)  # fmt: skip
def test_the_number_of_queries_of_a_list_does_not_depend_on_its_length(
    path, queries, client_for, django_assert_num_queries
):
    client = client_for("instructor")
    scenario, category = AssistantScenarioFactory(pk=90000), CategoryFactory(pk=90000)
    for _ in range(2):
        for _ in range(3):
            TagFactory(scenario=scenario)
            RubricQuestionFactory(scenario=scenario)
            SubCategoryFactory(category=category)
            ActivityFactory(categories=[category, CategoryFactory()])
            UserFactory()
        with django_assert_num_queries(queries):
            assert client.get(f"/api/{path}").status_code == 200


def test_the_old_addresses_are_not_in_the_schema(anyone):
    assert all(path.startswith("/api/v2/") for path in anyone.get("/api/schema?format=json").json()["paths"])


def test_v2s_addresses_are_answered_by_v2(anyone, student):
    answer = anyone.post("/api/v2/auth/login/", {"email": student.email, "password": PASSWORD})
    assert set(answer.json()) == {"access", "refresh", "user"}
    assert get_resolver().resolve("/api/v2/scenarios").func.__module__ == "apps.scenarios.views"
