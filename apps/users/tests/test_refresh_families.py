"""Refresh tokens that are used twice: by two tabs, or by somebody with a copy."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken
from structlog.testing import capture_logs

from apps.users.models import RefreshFamilyMember, User
from apps.users.tests.factories import UserFactory
from apps.users.tokens import tokens_for

pytestmark = pytest.mark.django_db

ME = "/api/v2/users/me/"


def refresh(token: str) -> tuple[int, dict[str, str]]:
    answer = APIClient().post("/api/v2/auth/refresh/", {"refresh": token})
    return answer.status_code, answer.json()


def successor(token: str) -> str:
    status, pair = refresh(token)
    assert status == 200
    return pair["refresh"]


def me(access: str) -> int:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {access}").status_code


def sign_out(access: str, token: str) -> int:
    answer = APIClient().post("/api/v2/auth/logout/", {"refresh": token}, HTTP_AUTHORIZATION=f"Bearer {access}")
    return answer.status_code


def let_pass(seconds: float) -> None:
    """Move all uses of tokens into the past."""
    RefreshFamilyMember.objects.update(used_at=F("used_at") - timedelta(seconds=seconds))


def alive() -> int:
    return OutstandingToken.objects.filter(blacklistedtoken=None).count()


def test_used_again_soon_it_gets_the_same_successor_and_a_fresh_access_token(student: User) -> None:
    old = tokens_for(student)["refresh"]
    first, second = refresh(old), refresh(old)
    assert (first[0], second[0]) == (200, 200)
    assert first[1]["refresh"] == second[1]["refresh"]
    assert first[1]["access"] != second[1]["access"]
    assert [me(pair["access"]) for _, pair in (first, second)] == [200, 200]
    assert alive() == 1


def test_used_again_later_it_ends_its_family_and_every_access_token(student: User) -> None:
    stolen = tokens_for(student)
    elsewhere = tokens_for(student)
    _, newest = refresh(stolen["refresh"])
    let_pass(11)
    with capture_logs() as lines:
        assert refresh(stolen["refresh"])[1]["code"] == "token_not_valid"
    assert refresh(newest["refresh"])[0] == 401
    assert [me(pair["access"]) for pair in (stolen, newest, elsewhere)] == [401, 401, 401]
    [told] = [line for line in lines if line["event"] == "refresh_token_reused"]
    assert (told["log_level"], told["user_id"]) == ("warning", student.pk)
    assert all(text not in str(lines) for text in (stolen["refresh"], newest["refresh"], student.email))
    assert me(refresh(elsewhere["refresh"])[1]["access"]) == 200, "another sign-in goes on with its refresh token"


def test_a_copy_that_comes_before_its_owner_is_found_out_by_the_owner(student: User) -> None:
    token = tokens_for(student)["refresh"]
    thief = successor(successor(token))
    let_pass(11)
    assert refresh(token)[0] == 401
    assert refresh(thief)[0] == 401
    assert alive() == 0


@pytest.mark.parametrize(("seconds", "status"), [(8, 200), (12, 401)])
def test_the_grace_is_ten_seconds_of_the_database(seconds: float, status: int, student: User) -> None:
    token = tokens_for(student)["refresh"]
    refresh(token)
    let_pass(seconds)
    assert refresh(token)[0] == status


def test_the_grace_period_is_a_setting_and_without_it_no_token_is_accepted_twice(student: User, settings: Any) -> None:
    settings.REFRESH_REUSE_GRACE_S = 60
    token = tokens_for(student)["refresh"]
    newest = successor(token)
    let_pass(50)
    assert successor(token) == newest
    settings.REFRESH_REUSE_GRACE_S = 0
    assert refresh(token)[0] == 401
    assert refresh(newest)[0] == 401


def test_a_token_two_uses_old_gets_the_newest_valid_one(student: User) -> None:
    first = tokens_for(student)["refresh"]
    third = successor(successor(first))
    assert successor(first) == third
    assert alive() == 1


def test_a_token_of_long_ago_sent_again_and_again_ends_access_tokens_once(student: User) -> None:
    token = tokens_for(student)["refresh"]
    refresh(token)
    let_pass(11)
    assert refresh(token)[0] == 401
    student.refresh_from_db()
    again = tokens_for(student)
    assert [refresh(token)[0] for _ in range(3)] == [401, 401, 401]
    assert me(again["access"]) == 200


@pytest.mark.django_db(transaction=True)
def test_ten_concurrent_refreshes_get_the_same_successor() -> None:
    token = tokens_for(UserFactory.create())["refresh"]

    def call(number: int) -> tuple[int, str]:
        try:
            status, pair = refresh(token)
            return status, pair.get("refresh", "")
        finally:
            connection.close()

    for _ in range(3):
        with ThreadPoolExecutor(10) as pool:
            answers = set(pool.map(call, range(10)))
        [(status, token)] = answers
        assert (status, alive()) == (200, 1)


def test_signing_out_with_a_used_token_ends_its_family(student: User) -> None:
    pair = tokens_for(student)
    newest = successor(pair["refresh"])
    assert sign_out(pair["access"], pair["refresh"]) == 204
    assert (refresh(newest)[0], refresh(pair["refresh"])[0]) == (401, 401)


def test_reuse_of_a_signed_out_token_is_not_a_theft(student: User) -> None:
    pair = tokens_for(student)
    sign_out(pair["access"], successor(pair["refresh"]))
    let_pass(11)
    with capture_logs() as lines:
        assert refresh(pair["refresh"])[0] == 401
    assert "refresh_token_reused" not in {line["event"] for line in lines}


# The previous release


def test_a_token_of_the_previous_release_stays_valid_and_begins_a_family(student: User) -> None:
    old = str(RefreshToken.for_user(student))
    assert not RefreshFamilyMember.objects.exists()
    newest = successor(old)
    assert successor(old) == newest
    assert RefreshFamilyMember.objects.values("family").distinct().count() == 1
    let_pass(11)
    assert refresh(old)[0] == 401
    assert refresh(newest)[0] == 401


def test_a_token_that_the_release_before_has_used_up_is_refused_and_ends_nothing(student: User) -> None:
    old, other = RefreshToken.for_user(student), tokens_for(student)
    old.blacklist()
    assert refresh(str(old))[0] == 401
    assert me(other["access"]) == 200
    assert refresh(other["refresh"])[0] == 200


def test_a_used_token_is_refused_by_the_release_before_too(student: User) -> None:
    """It knows only simplejwt's tables, and a rollback must not make used tokens valid again."""
    token = tokens_for(student)["refresh"]
    newest = successor(token)
    used = set(BlacklistedToken.objects.values_list("token__token", flat=True))
    assert (token in used, newest in used) == (True, False)


def test_a_signed_refresh_token_that_was_never_given_out_is_refused(student: User) -> None:
    made = RefreshToken()
    made["user_id"] = str(student.pk)
    assert refresh(str(made))[0] == 401
    assert jwt.decode(str(made), settings.JWT_SIGNING_KEY, algorithms=["HS256"])["user_id"] == str(student.pk)
