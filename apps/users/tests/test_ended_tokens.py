"""Access tokens that are revoked before they expire: by a sign-out or a new password."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken

from apps.users.models import User
from apps.users.services import InvalidCredentials
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.test_flask_tokens import flask_token
from apps.users.tokens import access_token, tokens_for

pytestmark = pytest.mark.django_db

ME = "/api/v2/users/me/"
CHANGE = "/api/v2/auth/password/change/"
NEW = "another pass phrase 2"


def me(access: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {access}").status_code


def post(path: str, access: str, body: dict[str, str]) -> Any:
    return APIClient().post(path, body, HTTP_AUTHORIZATION=f"Bearer {access}")


def change_over_the_api(user: User) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW}
    assert post(CHANGE, access_token(user), body).status_code == 200


def reset_by_an_admin(user: User) -> None:
    site = Client()
    site.force_login(User.objects.create_superuser("root@example.org", "Root", PASSWORD))
    answer = site.post(f"/admin/users/user/{user.pk}/password/", {"password1": NEW, "password2": NEW})
    assert answer.status_code == 302


def reset_by_the_command(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW)
    call_command("changepassword", user.email, stdout=StringIO())


def saved_by_code(user: User) -> None:
    user = User.objects.get(pk=user.pk)
    user.set_password(NEW)
    user.save()


def sign_out(user: User) -> None:
    pair = tokens_for(user)
    assert post("/api/v2/auth/logout/", pair["access"], {"refresh": pair["refresh"]}).status_code == 204


ENDS = {
    "changed over the API": change_over_the_api,
    "set by an admin": reset_by_an_admin,
    "set by the command": reset_by_the_command,
    "saved": saved_by_code,
    "signed out": sign_out,
}


@pytest.fixture(params=ENDS)
def end(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    ends = ENDS[request.param]
    return (lambda user: ends(user, monkeypatch)) if ends is reset_by_the_command else ends


@pytest.mark.old_api
def test_access_tokens_end_at_once_on_both_surfaces(end: Any, student: User, other_student: User) -> None:
    sign_in = {"email": student.email, "password": PASSWORD}
    before = [
        access_token(student),
        tokens_for(student)["access"],
        APIClient().post("/api/v2/auth/login/", sign_in).json()["access"],
        APIClient().post("/api/login", sign_in).json()["token"],
        flask_token(student.email),
    ]
    others = access_token(other_student), flask_token(other_student.email)
    assert {me(token) for token in before} == {200}
    end(student)
    answers = [APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}") for token in before]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "token_not_valid")}
    old = [APIClient().get("/api/scenarios", HTTP_AUTHORIZATION=f"Bearer {token}") for token in before]
    assert {(answer.status_code, answer.json()["message"]) for answer in old} == {(401, "Unauthorised")}
    assert [me(token) for token in others] == [200, 200]


def test_whoever_signs_in_afterwards_is_in(end: Any, student: User) -> None:
    end(student)
    bodies = [{"email": student.email, "password": password} for password in (PASSWORD, NEW)]
    answers = [APIClient().post("/api/v2/auth/login/", body) for body in bodies]
    signed_in = [answer.json() for answer in answers if answer.status_code == 200]
    assert [me(pair["access"]) for pair in signed_in] == [200]


def test_the_pair_of_a_changed_password_is_good_at_once(student: User) -> None:
    pair = post(CHANGE, access_token(student), {"old_password": PASSWORD, "new_password": NEW}).json()
    assert me(pair["access"]) == 200
    again = APIClient().post("/api/v2/auth/refresh/", {"refresh": pair["refresh"]})
    assert me(again.json()["access"]) == 200


def test_a_refused_change_and_a_refused_sign_out_end_nothing(student: User) -> None:
    access = access_token(student)
    assert post(CHANGE, access, {"old_password": "wrong", "new_password": NEW}).status_code == 400
    assert post("/api/v2/auth/logout/", access, {"refresh": "nonsense"}).status_code == 400
    assert me(access) == 200


def test_other_sessions_go_on_with_their_refresh_tokens_after_a_sign_out_and_not_after_a_new_password(
    student: User,
) -> None:
    elsewhere = tokens_for(student)["refresh"]
    sign_out(student)
    answer = APIClient().post("/api/v2/auth/refresh/", {"refresh": elsewhere})
    assert me(answer.json()["access"]) == 200
    saved_by_code(student)
    assert APIClient().post("/api/v2/auth/refresh/", {"refresh": answer.json()["refresh"]}).status_code == 401


def test_other_sessions_of_the_admin_site_end_with_the_password(instructor: User) -> None:
    here, elsewhere = Client(), Client()
    for site in (here, elsewhere):
        assert site.post("/admin/login/", {"username": instructor.email, "password": PASSWORD}).status_code == 302
    answer = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    )
    assert answer.status_code == 302
    assert [site.get("/admin/").status_code for site in (here, elsewhere)] == [200, 302]


def test_a_password_changed_over_the_api_ends_the_sessions_of_the_admin_site(client: Client, instructor: User) -> None:
    client.force_login(instructor)
    assert client.get("/admin/").status_code == 200
    change_over_the_api(instructor)
    assert client.get("/admin/").status_code == 302


# Tokens of the Flask service and of the previous release


@pytest.mark.parametrize(("issued", "status"), [(-2, 401), (-1, 401), (0, 401), (1, 200), (2, 200)])
def test_a_flask_token_of_before_or_of_the_same_second_is_refused(issued: int, status: int, student: User) -> None:
    ended = datetime.now(UTC).replace(microsecond=300_000)
    User.objects.filter(pk=student.pk).update(access_ended_at=ended)
    made_at = ended.replace(microsecond=0) + timedelta(seconds=issued)
    assert me(flask_token(student.email, exp=made_at + timedelta(hours=1))) == status


def test_a_token_of_the_release_before_is_good_until_the_first_end(student: User) -> None:
    token = AccessToken.for_user(student)
    token["email"] = student.email
    assert me(str(token)) == 200
    saved_by_code(student)
    assert me(str(token)) == 401


@pytest.mark.parametrize("version", [1, -1, "0", "", None, [], {}, 1e300, 10**30])
def test_a_version_that_is_not_the_accounts_is_refused(version: Any, student: User) -> None:
    token = AccessToken.for_user(student)
    token["version"] = version
    assert me(str(token)) == 401


@pytest.mark.old_api
def test_every_access_token_of_ours_holds_the_version(student: User) -> None:
    sign_out(student)
    body = {"email": student.email, "password": PASSWORD}
    made = [
        APIClient().post("/api/v2/auth/login/", body).json()["access"],
        APIClient().post("/api/login", body).json()["token"],
    ]
    claims = [jwt.decode(token, settings.JWT_SIGNING_KEY, algorithms=["HS256"]) for token in made]
    assert [claim["version"] for claim in claims] == [1, 1]


# Concurrent requests


def test_a_row_that_is_saved_whole_does_not_bring_an_ended_token_back(student: User) -> None:
    read_before, token = User.objects.get(pk=student.pk), access_token(student)
    saved_by_code(student)
    ended_at = User.objects.get(pk=student.pk).access_ended_at
    read_before.username = "Renamed"
    read_before.save()
    after = User.objects.get(pk=student.pk)
    assert (after.username, after.token_version, after.access_ended_at) == ("Renamed", 1, ended_at)
    assert me(token) == 401


def test_whoever_was_signing_in_with_the_old_password_gets_no_pair(student: User) -> None:
    saved_by_code(student)
    with pytest.raises(InvalidCredentials):
        tokens_for(student)
    assert not OutstandingToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ends_at_the_same_moment_are_all_counted() -> None:
    user = UserFactory.create()

    def call(number: int) -> None:
        try:
            User.objects.get(pk=user.pk).end_access_tokens()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert User.objects.get(pk=user.pk).token_version == 8
