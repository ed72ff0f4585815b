"""The refresh token in a cookie. tests/test_practice_sign_in.py has it in a browser, with a page of another origin."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.users.models import User
from apps.users.refresh_cookie import COOKIE
from apps.users.tests.factories import PASSWORD
from apps.users.tokens import tokens_for

pytestmark = pytest.mark.django_db
AUTH = "/api/v2/auth/"
BY_COOKIE = {"HTTP_X_REFRESH_TOKEN": "cookie", "HTTP_ORIGIN": "http://testserver"}
ELSEWHERE = {**BY_COOKIE, "HTTP_ORIGIN": "https://evil.example"}


def signed_in(student: User) -> tuple[APIClient, str]:
    """A browser with the cookie, and the access token."""
    client = APIClient()
    answer = client.post(f"{AUTH}login/", {"email": student.email, "password": PASSWORD}, **BY_COOKIE)
    assert {*answer.json()} == {"access", "user"}
    return client, answer.json()["access"]


def refreshes(token: str) -> bool:
    return bool(APIClient().post(f"{AUTH}refresh/", {"refresh": token}).status_code == 200)


@pytest.mark.parametrize("secure", [True, False])
def test_no_script_and_no_other_site_gets_the_cookie(student: User, settings: Any, secure: bool) -> None:
    settings.SESSION_COOKIE_SECURE = secure
    cookie = signed_in(student)[0].cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/v2/auth/")
    assert bool(cookie["secure"]) is secure
    assert cookie["max-age"] == 14 * 24 * 3600


def test_it_is_exchanged_and_ends_with_signing_out(student: User) -> None:
    client, _ = signed_in(student)
    first = client.cookies[COOKIE].value
    answer = client.post(f"{AUTH}refresh/", **BY_COOKIE)
    assert (answer.status_code, {*answer.json()}) == (200, {"access"})
    second = client.cookies[COOKIE].value
    assert second != first
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {answer.json()['access']}"}
    assert client.post(f"{AUTH}logout/", **BY_COOKIE, **bearer).status_code == 204
    assert client.cookies[COOKIE].value == ""
    assert not refreshes(second)
    assert client.post(f"{AUTH}refresh/", **BY_COOKIE).status_code == 401
    assert APIClient().post(f"{AUTH}refresh/", **BY_COOKIE).status_code == 401


def test_registering_and_a_new_password_give_it_too(student: User) -> None:
    client = APIClient()
    new = {"username": "New", "email": "new@example.org", "password": PASSWORD}
    answer = client.post(f"{AUTH}register/", new, **BY_COOKIE)
    assert (answer.status_code, {*answer.json()}) == (201, {"access", "user"})
    first = client.cookies[COOKIE].value
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {answer.json()['access']}"}
    change = {"old_password": PASSWORD, "new_password": "quite another pass phrase"}
    answer = client.post(f"{AUTH}password/change/", change, **BY_COOKIE, **bearer)
    assert (answer.status_code, {*answer.json()}) == (200, {"access", "user"})
    assert not refreshes(first)
    assert refreshes(client.cookies[COOKIE].value)


def test_a_form_gets_nothing_by_the_cookie(student: User) -> None:
    client, _ = signed_in(student)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        answer = client.post(f"{AUTH}refresh/", "{}", content_type=kind, HTTP_ORIGIN="https://evil.example")
        assert answer.status_code == 415
    answer = client.post(f"{AUTH}refresh/", {})
    assert (answer.status_code, answer.json()["fields"]) == (400, {"refresh": ["This field is required."]})
    assert refreshes(client.cookies[COOKIE].value)


def test_another_origin_gets_nothing_and_changes_nothing(student: User, settings: Any) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = True
    client, access = signed_in(student)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {access}"}
    for path, body in (
        ("login/", {"email": student.email, "password": PASSWORD}),
        ("register/", {"username": "New", "email": "new@example.org", "password": PASSWORD}),
        ("refresh/", {}),
        ("logout/", {}),
        ("password/change/", {"old_password": PASSWORD, "new_password": "quite another pass phrase"}),
    ):
        answer = client.post(f"{AUTH}{path}", body, **ELSEWHERE, **bearer)
        assert (answer.status_code, answer.json()["code"], answer.cookies) == (403, "other_origin", {})
        preflight = client.options(
            f"{AUTH}{path}",
            HTTP_ORIGIN="https://evil.example",
            HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST",
            HTTP_ACCESS_CONTROL_REQUEST_HEADERS="x-refresh-token",
        )
        assert "x-refresh-token" not in preflight["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in preflight
    assert not User.objects.filter(email="new@example.org").exists()
    assert refreshes(client.cookies[COOKIE].value)


def test_the_origin_of_the_admin_site_behind_a_proxy_is_our_own(student: User, settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://patient.example.org"]
    client, _ = signed_in(student)
    ours = {**BY_COOKIE, "HTTP_ORIGIN": "https://patient.example.org"}
    assert client.post(f"{AUTH}refresh/", **ours).status_code == 200


def test_a_token_is_in_the_cookie_or_in_the_body(student: User) -> None:
    client, _ = signed_in(student)
    both = client.post(f"{AUTH}refresh/", {"refresh": tokens_for(student)["refresh"]}, **BY_COOKIE)
    assert (both.status_code, [*both.json()["fields"]]) == (400, ["refresh"])
    pair = APIClient().post(f"{AUTH}login/", {"email": student.email, "password": PASSWORD})
    assert ({*pair.json()}, pair.cookies) == ({"access", "refresh", "user"}, {})
