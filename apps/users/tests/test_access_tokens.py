from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from apps.users.authentication import TokenAuthentication
from apps.users.models import User
from apps.users.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

ME = "/api/v2/users/me/"


@pytest.fixture
def anyone() -> APIClient:
    return APIClient()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "not_authenticated"),
        ("Basic amFuZTpwYXNz", "not_authenticated"),
        ("Bearer", "bad_authorization_header"),
        ("Bearer one two", "bad_authorization_header"),
        ("Bearer nonsense", "token_not_valid"),
        ("Bearer é.é.é", "token_not_valid"),
    ],
)
def test_without_a_good_token_the_answer_is_401_with_a_code(header, code, anyone):
    anyone.credentials(HTTP_AUTHORIZATION=header)
    answer = anyone.get(ME)
    assert answer.status_code == 401
    assert answer.json()["code"] == code
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_of_a_locked_account_is_refused(client_for, student):
    client = client_for(student)
    User.objects.filter(pk=student.pk).update(is_active=False)
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "user_inactive")


def test_a_token_of_a_deleted_account_is_refused(client_for, student):
    client = client_for(student)
    student.delete()
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "user_not_found")


def test_an_access_token_is_good_for_an_hour(client_for, student):
    client = client_for(student)
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert client.get(ME).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        answer = client.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


@pytest.mark.parametrize(
    "forged",
    [
        {"key": "another key that is long enough for HS256"},
        {"algorithm": "HS384"},
        {"claims": {"token_type": "refresh"}},
        {"claims": {"user_id": None}, "drop": ["user_id"]},
        {"claims": {"user_id": "x"}},
        {"drop": ["jti"]},
        {"drop": ["exp"]},
        {"drop": ["user_id", "token_type"], "claims": {"email": None}},
        {"claims": {"exp": 10**18}},
        {"claims": {"exp": 10**20}},
        {"claims": {"exp": "4000000000"}},
    ],
)
def test_a_token_that_is_not_quite_ours_is_refused(forged, anyone, student):
    now = int(timezone.now().timestamp())
    payload = {"token_type": "access", "user_id": str(student.pk), "jti": uuid4().hex, "exp": now + 60, "iat": now}
    payload |= {"email": student.email} | forged.get("claims", {})
    payload = {name: value for name, value in payload.items() if name not in forged.get("drop", [])}
    key = forged.get("key", settings.JWT_SIGNING_KEY)
    token = jwt.encode(payload, key.ljust(64, "x") if "algorithm" in forged else key, forged.get("algorithm", "HS256"))
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    answer = anyone.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


def signed(user_id: Any) -> str:
    now = int(timezone.now().timestamp())
    payload = {"token_type": "access", "user_id": user_id, "jti": uuid4().hex, "exp": now + 60, "iat": now}
    return jwt.encode(payload, settings.JWT_SIGNING_KEY, "HS256")


@pytest.mark.parametrize("user_id", [0, -1, "0", 2**31 - 1, 2**31, 2**63, "9" * 400])
def test_an_id_that_no_account_can_have_is_nobodys(user_id, anyone):
    answer = anyone.get(ME, headers={"Authorization": f"Bearer {signed(user_id)}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "user_not_found")


@pytest.mark.parametrize("user_id", [float("inf"), float("nan"), [1], {}, "1\0", "\ud800", "9" * 5000])
def test_an_id_that_is_not_a_number_is_refused(user_id, anyone):
    answer = anyone.get(ME, headers={"Authorization": f"Bearer {signed(user_id)}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_not_valid")


def test_the_account_of_a_token_is_the_whole_row_as_a_queryset_has_it(student):
    request = APIRequestFactory().get(ME, headers={"Authorization": f"Bearer {signed(student.pk)}"})
    user, _ = TokenAuthentication().authenticate(Request(request))
    row = User.objects.get(pk=student.pk)
    assert user.get_deferred_fields() == set()
    assert [getattr(user, field.attname) for field in User._meta.concrete_fields] == [
        getattr(row, field.attname) for field in User._meta.concrete_fields
    ]
    assert user.check_password(PASSWORD)
