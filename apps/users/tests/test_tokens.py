from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.users.models import RefreshFamilyMember, User
from apps.users.tasks import flush_expired_tokens
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tokens import tokens_for

pytestmark = pytest.mark.django_db

REFRESH = "/api/v2/auth/refresh/"
LOGOUT = "/api/v2/auth/logout/"
CHANGE = "/api/v2/auth/password/change/"
LOGIN = "/api/v2/auth/login/"
ME = "/api/v2/users/me/"
NEW = "another pass phrase 2"


def refresh(token: str) -> tuple[int, dict]:
    answer = APIClient().post(REFRESH, {"refresh": token})
    return answer.status_code, answer.json()


def me(access: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {access}").status_code


# Refreshing


def test_a_refresh_token_is_good_for_a_new_pair(student):
    old = tokens_for(student)
    status, new = refresh(old["refresh"])
    assert status == 200
    assert set(new) == {"access", "refresh"}
    assert new["refresh"] != old["refresh"]
    assert me(new["access"]) == 200
    assert refresh(new["refresh"])[0] == 200


def test_a_refreshed_pair_names_the_email_in_the_access_token_only(student):
    _, new = refresh(tokens_for(student)["refresh"])
    access, again = (
        jwt.decode(new[name], settings.JWT_SIGNING_KEY, algorithms=["HS256"]) for name in ("access", "refresh")
    )
    assert access["email"] == student.email
    assert "email" not in again


def test_a_locked_account_refreshes_nothing(student):
    token = tokens_for(student)["refresh"]
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert refresh(token)[0] == 401


def test_a_deleted_account_refreshes_nothing(student):
    token = tokens_for(student)["refresh"]
    student.delete()
    assert refresh(token)[0] == 401


def test_a_deleted_account_refreshes_nothing_when_the_other_service_deleted_it(student):
    token = tokens_for(student)["refresh"]
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "user" WHERE id = %s', [student.pk])
    assert refresh(token)[0] == 401


def test_a_refresh_token_is_good_for_two_weeks(student):
    token = tokens_for(student)["refresh"]
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        status, body = refresh(token)
    assert (status, body["code"]) == (401, "token_not_valid")


@pytest.mark.parametrize(
    "claims",
    [{"email": "jane@example.org"}, {"token_type": "refresh"}, {"jti": "x"}, {"token_type": "refresh", "jti": "x"}, {}],
)
def test_a_token_of_flask_is_not_a_refresh_token(claims):
    expires = int(timezone.now().timestamp()) + 3600
    token = jwt.encode({"exp": expires, **claims}, settings.JWT_SIGNING_KEY, "HS256")
    assert refresh(token)[0] == 401


def test_access_and_refresh_tokens_are_not_interchangeable(student):
    pair = tokens_for(student)
    assert refresh(pair["access"])[0] == 401
    assert me(pair["refresh"]) == 401


@pytest.mark.parametrize("garbage", ["nonsense", "a.b.c", "é.é.é", "x" * 100_000, "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_is_not_a_refresh_token(garbage):
    assert refresh(garbage)[0] == 401


# Signing out


def test_signing_out_makes_the_refresh_token_useless_and_no_other(student, client_for):
    here, elsewhere = tokens_for(student), tokens_for(student)
    assert client_for(student).post(LOGOUT, {"refresh": here["refresh"]}).status_code == 204
    assert refresh(here["refresh"]) == (
        401,
        {"code": "token_not_valid", "detail": "The refresh token is invalid or was already used."},
    )
    assert refresh(elsewhere["refresh"])[0] == 200


def test_nobody_signs_another_out(student, other_student, client_for):
    token = tokens_for(student)["refresh"]
    answer = client_for(other_student).post(LOGOUT, {"refresh": token})
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["refresh"]
    assert refresh(token)[0] == 200


def test_signing_out_twice_or_with_garbage_is_a_400_and_not_a_401(student, client_for):
    token = tokens_for(student)["refresh"]
    assert client_for(student).post(LOGOUT, {"refresh": token}).status_code == 204
    student.refresh_from_db()
    client = client_for(student)
    assert [client.post(LOGOUT, {"refresh": sent}).status_code for sent in (token, "nonsense", "")] == [400, 400, 400]


# Changing the password


def test_a_new_password_replaces_the_old_one(student, client_for):
    answer = client_for(student).post(CHANGE, {"old_password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 200
    assert me(answer.json()["access"]) == 200
    signs_in = [
        APIClient().post(LOGIN, {"email": student.email, "password": tried}).status_code for tried in (PASSWORD, NEW)
    ]
    assert signs_in == [401, 200]


def test_a_new_password_signs_out_everywhere_else(student, other_student, client_for):
    before = [tokens_for(student)["refresh"] for _ in range(3)]
    others = tokens_for(other_student)["refresh"]
    client_for(student).post(LOGOUT, {"refresh": before[0]})
    student.refresh_from_db()
    answer = client_for(student).post(CHANGE, {"old_password": PASSWORD, "new_password": NEW})
    assert [refresh(token)[0] for token in before] == [401, 401, 401]
    assert refresh(answer.json()["refresh"])[0] == 200
    assert refresh(others)[0] == 200


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"old_password": "wrong"}, "old_password"),
        ({"old_password": PASSWORD + " "}, "old_password"),
        ({"old_password": "x" * 5000}, "old_password"),
        ({"old_password": None}, "old_password"),
        ({"new_password": "short"}, "new_password"),
        ({"new_password": "12345678901"}, "new_password"),
        ({"new_password": "the.student@example.org"}, "new_password"),
        ({"new_password": "x" * 4097}, "new_password"),
    ],
)
def test_a_refused_change_names_the_field_and_changes_nothing(sent, field, client_for):
    user = UserFactory(email="the.student@example.org")
    token = tokens_for(user)["refresh"]
    answer = client_for(user).post(CHANGE, {"old_password": PASSWORD, "new_password": NEW} | sent)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]
    assert APIClient().post(LOGIN, {"email": user.email, "password": PASSWORD}).status_code == 200
    assert refresh(token)[0] == 200


@pytest.mark.django_db(transaction=True)
def test_a_refresh_at_the_same_moment_does_not_outlive_a_new_password(client_for):
    user = UserFactory()
    client = client_for(user)
    tokens = [tokens_for(user)["refresh"] for _ in range(6)]

    def call(token: str) -> str | None:
        try:
            status, body = refresh(token)
            return body["refresh"] if status == 200 else None
        finally:
            connection.close()

    def change() -> int:
        try:
            return client.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(7) as pool:
        begun = [pool.submit(call, token) for token in tokens[:3]]
        changed = pool.submit(change)
        begun += [pool.submit(call, token) for token in tokens[3:]]
        renewed = [made for future in begun if (made := future.result())]
    assert changed.result() == 200
    assert [refresh(token)[0] for token in renewed] == [401] * len(renewed)


# Housekeeping


def test_tokens_that_have_run_out_are_forgotten(student):
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        old = tokens_for(student)["refresh"]
        refresh(old)
    new = tokens_for(student)["refresh"]
    flush_expired_tokens()
    assert list(OutstandingToken.objects.values_list("token", flat=True)) == [new]
    assert list(RefreshFamilyMember.objects.values_list("token__token", flat=True)) == [new]
    assert not BlacklistedToken.objects.exists()


def test_the_flush_task_has_one_name_and_the_maintenance_queue():
    scheduled = settings.CELERY_BEAT_SCHEDULE["flush-expired-tokens"]["task"]
    assert current_app.tasks[scheduled] is flush_expired_tokens._get_current_object()
    assert current_app.amqp.router.route({}, scheduled)["queue"].name == "maintenance"
