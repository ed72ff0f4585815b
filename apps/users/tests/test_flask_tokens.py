"""Flask's tokens, signed with the shared key, name an account by its exact `email`."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient, APIRequestFactory

from apps.users.authentication import TokenAuthentication, TokenExpired
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.tokens import access_token, tokens_for

pytestmark = pytest.mark.django_db

ME = "/api/v2/users/me/"


def flask_token(email: Any, *, key: str | None = None, algorithm: str = "HS256", **claims: Any) -> str:
    """A token as the Flask service signs it; claims that are None are left out."""
    payload = {"email": email, "exp": timezone.now() + timedelta(hours=1), **claims}
    given = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(given, settings.JWT_SIGNING_KEY if key is None else key, algorithm)


def get(token: str) -> Any:
    return APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}")


def refusal(token: str) -> tuple[int, str]:
    answer = get(token)
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("email", ["Jane.Doe@Example.ORG", " spaces@example.org ", "not an email", "grüße@example.org"])
def test_its_token_is_good_here_for_the_account_of_that_email(email: str) -> None:
    user = UserFactory(email=email)
    UserFactory(email=email.swapcase())
    assert get(flask_token(email)).json()["id"] == user.pk


@pytest.mark.parametrize("extra", [{"user_id": 1}, {"role": "admin"}, {"jti": "x", "iat": 1, "sub": "someone"}])
def test_other_claims_in_it_change_nothing(extra: dict[str, Any], student: User, admin_user: User) -> None:
    extra = {**extra, **({"user_id": str(admin_user.pk)} if "user_id" in extra else {})}
    answer = get(flask_token(student.email, **extra))
    assert (answer.json()["id"], answer.json()["is_admin"]) == (student.pk, False)


def test_flasks_token_takes_one_query_like_ours(student: User, django_assert_num_queries) -> None:
    for token in (flask_token(student.email), access_token(student)):
        with django_assert_num_queries(1):
            get(token)


@pytest.mark.parametrize(
    "forged",
    [
        {"exp": None},
        {"exp": 1},
        {"exp": 10**18},
        {"exp": 10**20},
        {"exp": "4000000000"},
        {"key": "another key that is long enough for HS256"},
        {"key": "x" * 64, "algorithm": "HS512"},
        {"key": "", "algorithm": "none"},
        {"token_type": "access"},
        {"token_type": "refresh"},
        {"token_type": ""},
        {"nbf": 4_000_000_000},
    ],
)
def test_a_token_that_is_not_quite_its_is_refused(forged: dict[str, Any], student: User) -> None:
    assert refusal(flask_token(student.email, **forged)) == (401, "token_not_valid")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_the_right_key_under_another_algorithm_is_refused(algorithm: str, student: User) -> None:
    assert refusal(flask_token(student.email, algorithm=algorithm)) == (401, "token_not_valid")


@pytest.mark.parametrize("email", [None, 5, True, ["jane@example.org"], {"email": "jane@example.org"}])
def test_a_token_whose_email_is_not_a_text_is_refused(email: Any) -> None:
    UserFactory(email="jane@example.org")
    assert refusal(flask_token(email)) == (401, "token_not_valid")


@pytest.mark.parametrize("email", ["", "JANE@example.org", "jane@example.org ", "x@example.org", "a\0b", "\ud800"])
def test_an_email_of_no_account_is_refused(email: str) -> None:
    UserFactory(email="jane@example.org")
    assert refusal(flask_token(email)) == (401, "user_not_found")


def test_a_locked_account_is_refused(student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert refusal(flask_token(student.email)) == (401, "user_inactive")


def test_neither_service_accepts_our_refresh_token_for_access(student: User) -> None:
    token = tokens_for(student)["refresh"]
    assert refusal(token) == (401, "token_not_valid")
    assert "email" not in jwt.decode(token, settings.JWT_SIGNING_KEY, algorithms=["HS256"])


def test_they_can_be_switched_off_and_ours_go_on(student: User, settings: Any) -> None:
    settings.FLASK_TOKENS = False
    assert refusal(flask_token(student.email)) == (401, "token_not_valid")
    assert get(access_token(student)).status_code == 200


@pytest.mark.parametrize("make", [access_token, lambda user: flask_token(user.email)])
def test_an_expired_token_of_either_service_is_reported_as_expired_by_v2(make: Any, student: User) -> None:
    token = make(student)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        answer = get(token)
        with pytest.raises(TokenExpired):
            TokenAuthentication().authenticate(APIRequestFactory().get(ME, HTTP_AUTHORIZATION=f"Bearer {token}"))
    assert answer.status_code == 401
    assert answer.json() == {"code": "token_not_valid", "detail": "The token has expired."}


def test_the_other_service_reads_ours_as_its_own(student: User) -> None:
    claims = jwt.decode(access_token(student), settings.JWT_SIGNING_KEY, algorithms=["HS256"])
    assert claims["email"] == student.email
    assert claims["exp"] - timezone.now().timestamp() == pytest.approx(3600, abs=60)


def test_after_a_new_email_our_token_stays_valid_and_flasks_does_not(student: User) -> None:
    ours, theirs = access_token(student), flask_token(student.email)
    User.objects.filter(pk=student.pk).update(email="new@example.org")
    assert get(ours).json()["email"] == "new@example.org"
    assert refusal(theirs) == (401, "user_not_found")
    assert get(flask_token("new@example.org")).json()["id"] == student.pk
