"""Every error of the API has one shape."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from apps.core.api.exceptions import Conflict, error_response


class Inner(serializers.Serializer):
    number = serializers.IntegerField()


class Outer(serializers.Serializer):
    rows = Inner(many=True)


def raised(error: Exception) -> Response:
    return error_response(error, {"request": None, "view": None})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.PermissionDenied(), 403, "permission_denied"),
        (PermissionDenied(), 403, "permission_denied"),
        (Http404("/etc/passwd"), 404, "not_found"),
        (exceptions.MethodNotAllowed("PATCH"), 405, "method_not_allowed"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
        (exceptions.ParseError(), 400, "parse_error"),
        (Conflict(), 409, "conflict"),
        (OperationalError("the password is passwd"), 503, "database_unavailable"),
        (InterfaceError(), 503, "database_unavailable"),
    ],
)
def test_an_error_has_code_and_detail(error: Exception, status: int, code: str) -> None:
    answer = raised(error)
    assert (answer.status_code, answer.data["code"]) == (status, code)
    assert answer.data["detail"]
    assert "passwd" not in str(answer.data)


def test_a_conflict_has_extra_fields() -> None:
    assert raised(Conflict("Busy.", run_id="7")).data == {"code": "conflict", "detail": "Busy.", "run_id": "7"}


def test_a_wrong_field_is_named_in_words_and_in_fields() -> None:
    data = Outer(data={"rows": [{"number": 1}, {"number": "x"}]})
    assert not data.is_valid()
    answer = raised(exceptions.ValidationError(data.errors))
    assert answer.data["code"] == "invalid"
    assert answer.data["detail"] == "rows.1.number: A valid integer is required."
    assert answer.data["fields"] == {"rows.1.number": ["A valid integer is required."]}


def test_a_message_about_no_field_stands_alone() -> None:
    assert raised(exceptions.ValidationError("No.")).data == {
        "code": "invalid", "detail": "No.", "fields": {"non_field_errors": ["No."]},
    }  # fmt: skip


def test_an_error_of_ours_is_not_rendered_as_the_clients() -> None:
    assert raised(ZeroDivisionError()) is None
    # A wrong query stays a server error, however often it is repeated.
    assert raised(ProgrammingError()) is None


def test_a_database_that_is_away_says_when_to_come_again() -> None:
    assert int(raised(OperationalError())["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/nowhere", "/api/v2/nowhere/"])
def test_an_unknown_address_is_json_too(path: str) -> None:
    answer = APIClient().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_fault_of_ours_is_json_and_tells_nothing(client, monkeypatch, db, client_for) -> None:
    client = client_for("student")
    client.raise_request_exception = False

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("apps.openai_integration.views.threads.ThreadViewSet.list", broken)
    answer = client.get("/api/v2/threads/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "error"
    assert "swordfish" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v2/auth/login/", "application/json"),
        pytest.param("/api/login", "application/json", marks=pytest.mark.old_api),
        ("/admin/login/", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_too_large_is_named_as_such_and_makes_no_traceback(
    settings, caplog, path: str, kind: str
) -> None:
    body = b'"' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"'
    with caplog.at_level("INFO"):
        answer = APIClient().post(path, body, content_type=kind)
    assert answer.status_code == 413
    assert answer.json().get("code", "body_too_large") == "body_too_large"
    assert [record for record in caplog.records if record.exc_info] == []
    assert "request_finished" in caplog.text


def test_json_nested_too_deeply_is_refused() -> None:
    class Echo(APIView):
        authentication_classes = ()
        permission_classes = ()

        def post(self, request):
            return Response(request.data)

    deep = APIRequestFactory().post("/", b"[" * 200_000 + b"]" * 200_000, content_type="application/json")
    answer = Echo.as_view()(deep)
    assert (answer.status_code, answer.data["code"]) == (400, "parse_error")
