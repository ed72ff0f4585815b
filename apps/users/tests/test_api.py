from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.utils import timezone
from passlib.hash import pbkdf2_sha256
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from apps.users.hashers import PasslibPBKDF2Hasher
from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.test_models import stored_password

pytestmark = pytest.mark.django_db

LOGIN = "/api/v2/auth/login/"
REGISTER = "/api/v2/auth/register/"
ME = "/api/v2/users/me/"
JANE = {"username": "Jane Doe", "email": "Jane.Doe@Example.org", "password": "correct horse battery"}


def claims(token: str) -> dict:
    return jwt.decode(token, settings.JWT_SIGNING_KEY, algorithms=["HS256"])


@pytest.fixture
def anyone() -> APIClient:
    return APIClient()


# Signing in


@pytest.mark.parametrize("who", ["student", "instructor", "admin_user", "unapproved"])
def test_login_returns_a_pair_of_tokens_and_the_account(who, request, anyone):
    user = request.getfixturevalue(who)
    answer = anyone.post(LOGIN, {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"access", "refresh", "user"}
    assert body["user"] == {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "role": user.role,
        "is_instructor": who in {"instructor", "admin_user"},
        "is_admin": who == "admin_user",
    }
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert anyone.get(ME).json() == body["user"]


def test_only_the_access_token_names_the_email(anyone, student):
    body = anyone.post(LOGIN, {"email": student.email, "password": PASSWORD}).json()
    assert claims(body["access"])["email"] == student.email
    assert claims(body["access"])["user_id"] == str(student.pk)
    assert "email" not in claims(body["refresh"])


def test_a_sign_in_is_remembered(anyone, student):
    anyone.post(LOGIN, {"email": student.email, "password": PASSWORD})
    student.refresh_from_db()
    assert timezone.now() - student.last_login < timedelta(minutes=1)


def test_a_hash_made_by_flask_signs_in(anyone, student):
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "user" SET password = %s WHERE id = %s', [pbkdf2_sha256.hash("battery staple"), student.pk]
        )
    assert anyone.post(LOGIN, {"email": student.email, "password": "battery staple"}).status_code == 200


@pytest.mark.parametrize("email", ["Ann@example.org", " spaces@example.org ", "no email at all"])
def test_an_account_made_by_flask_signs_in_with_its_email_as_stored(email, anyone):
    UserFactory(email=email)
    assert anyone.post(LOGIN, {"email": email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("jane@example.org", "wrong"),
        ("jane@example.org", PASSWORD + " "),
        ("jane@example.org", " " + PASSWORD),
        ("jane@example.org", PASSWORD.upper()),
        ("jane@example.org", "x" * 4096),
        ("jane@example.or", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("locked@example.org", PASSWORD),
    ],
)
def test_a_wrong_email_and_a_wrong_password_get_the_same_response(email, password, anyone):
    UserFactory(email="jane@example.org")
    UserFactory(email="locked@example.org", is_active=False)
    answer = anyone.post(LOGIN, {"email": email, "password": password})
    assert answer.status_code == 401
    assert answer.json() == {"code": "invalid_credentials", "detail": "Wrong email or password."}
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("email", ["jane@example.org", "locked@example.org", "nobody@example.org"])
def test_a_refusal_takes_one_hash_whether_or_not_the_account_exists(email, anyone, monkeypatch):
    UserFactory(email="jane@example.org")
    UserFactory(email="locked@example.org", is_active=False)
    hashed = []
    for name in ("encode", "verify"):
        real = getattr(PasslibPBKDF2Hasher, name)
        monkeypatch.setattr(
            PasslibPBKDF2Hasher, name, lambda self, *args, real=real: hashed.append(args) or real(self, *args)
        )
    assert anyone.post(LOGIN, {"email": email, "password": "wrong"}).status_code == 401
    assert len(hashed) == 1


def test_an_expired_token_in_the_header_does_not_keep_anybody_from_signing_in(anyone, student):
    anyone.credentials(HTTP_AUTHORIZATION="Bearer what.is.this")
    assert anyone.post(LOGIN, {"email": student.email, "password": PASSWORD}).status_code == 200


@pytest.fixture
def few_attempts(monkeypatch):
    for scope in ("login_account", "login_address", "register"):
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "1000/min")

    def limit(scope: str) -> None:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "2/min")

    return limit


def test_guesses_at_one_account_are_throttled_and_others_can_sign_in(anyone, few_attempts):
    few_attempts("login_account")
    # Throttles count in a cache that outlives the test.
    target, other = UserFactory(email=f"{uuid4()}@example.org"), UserFactory(email=f"{uuid4()}@example.org")
    guess = {"email": target.email, "password": "wrong"}
    assert [anyone.post(LOGIN, guess).status_code for _ in range(3)] == [401, 401, 429]
    refused = anyone.post(LOGIN, {"email": target.email, "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.json()["code"] == "throttled"
    assert int(refused["Retry-After"]) > 0
    assert anyone.post(LOGIN, {"email": other.email, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(("scope", "url"), [("login_address", LOGIN), ("register", REGISTER)])
def test_attempts_from_one_address_are_throttled(scope, url, anyone, few_attempts):
    few_attempts(scope)
    address = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    statuses = [
        anyone.post(url, {"email": f"{uuid4()}@example.org", "password": "wrong"}, REMOTE_ADDR=address).status_code
        for _ in range(3)
    ]
    assert statuses[:2] != [429, 429]
    assert statuses[2] == 429


# Opening an account


def test_registration_opens_a_students_account_that_signs_in(anyone):
    answer = anyone.post(REGISTER, JANE)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"access", "refresh", "user"}
    user = User.objects.get(email="Jane.Doe@Example.org")
    assert body["user"]["id"] == user.pk
    assert (user.username, user.role, user.approved_role) == ("Jane Doe", "student", None)
    assert pbkdf2_sha256.verify(JANE["password"], stored_password(user))
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert anyone.get(ME).json()["email"] == "Jane.Doe@Example.org"
    assert anyone.post(LOGIN, {"email": JANE["email"], "password": JANE["password"]}).status_code == 200


@pytest.mark.parametrize(
    "claim",
    [
        {"role": "admin"},
        {"role": "instructor", "approved_role": "instructor"},
        {"is_superuser": True, "is_staff": True, "is_active": False, "id": 1},
    ],
)
def test_nobody_registers_as_more_than_a_student(claim, anyone):
    answer = anyone.post(REGISTER, JANE | claim)
    assert (answer.status_code, {*answer.json()["fields"]}) == (400, {*claim})
    assert not User.objects.exists()
    answer = anyone.post(REGISTER, JANE)
    assert answer.status_code == 201
    user = User.objects.get(email=JANE["email"])
    assert (user.role, user.approved_role, user.is_superuser, user.is_active) == ("student", None, False, True)
    assert answer.json()["user"]["is_admin"] is False


def test_a_taken_email_is_refused_and_changes_nothing(anyone):
    owner = UserFactory(email=JANE["email"])
    answer = anyone.post(REGISTER, JANE)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert answer.json()["fields"] == {"email": ["An account with this email exists already."]}
    owner.refresh_from_db()
    assert check_password(PASSWORD, owner.password)
    assert User.objects.count() == 1


def test_the_same_name_twice_is_fine(anyone):
    assert anyone.post(REGISTER, JANE).status_code == 201
    assert anyone.post(REGISTER, JANE | {"email": "another@example.org"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_registrations_of_one_email_one_succeeds():
    def register(number: int) -> tuple[int, dict]:
        try:
            answer = APIClient().post(REGISTER, JANE | {"username": f"Jane {number}"})
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(register, range(6)))
    assert sorted(status for status, _ in answers) == [201] + [400] * 5
    assert all("email" in body["fields"] for status, body in answers if status == 400)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "83749182736"}, "password"),
        ({"password": "jane.doe@example"}, "password"),
        ({"password": "x" * 4097}, "password"),
        ({"password": ""}, "password"),
        ({"password": None}, "password"),
        ({"email": "no email"}, "email"),
        ({"email": " jane@example.org"}, "email"),
        ({"email": "jane@example.org\n"}, "email"),
        ({"email": "j" * 120 + "@example.org"}, "email"),
        ({"username": "x" * 151}, "username"),
        ({"username": ""}, "username"),
        ({"username": None}, "username"),
    ],
)
def test_registration_names_the_field_that_is_wrong(change, field, anyone):
    answer = anyone.post(REGISTER, JANE | change)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == [field]
    assert not User.objects.exists()


def test_a_password_of_4096_characters_works_and_a_longer_one_is_refused(anyone):
    long = "pässwörd" * 512
    assert anyone.post(REGISTER, JANE | {"password": long}).status_code == 201
    assert anyone.post(LOGIN, {"email": JANE["email"], "password": long}).status_code == 200
    assert anyone.post(LOGIN, {"email": JANE["email"], "password": long + "x"}).status_code == 400
