"""Accounts at the old addresses."""

import jwt
import pytest
from django.conf import settings
from django.db import connection
from rest_framework.throttling import SimpleRateThrottle

from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

SIGN_UP = {"username": "Sam Student", "email": "sam@example.org", "password": PASSWORD, "role": "admin"}
REFUSED = {"message": "Invalid input: Missing email or password"}


@pytest.fixture
def anyone(client_for):
    return client_for(None)


def log_in(client, body, content_type="application/json"):
    return client.generic("POST", "/api/login", body, content_type=content_type)


def test_a_new_account_signs_in_and_sees_the_role_that_it_claimed(anyone):
    answer = anyone.post("/api/create_users", SIGN_UP)
    assert (answer.status_code, answer.json()) == (201, {"message": "User created successfully"})
    answer = anyone.post("/api/login", {"email": "sam@example.org", "password": PASSWORD})
    body = answer.json()
    assert answer.status_code == 200
    assert {**body, "token": ""} == {"token": "", "role": "admin", "name": "Sam Student"}
    claims = jwt.decode(body["token"], settings.JWT_SIGNING_KEY, algorithms=["HS256"])
    assert claims["email"] == "sam@example.org"
    assert claims["exp"] > 0
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {body['token']}")
    assert anyone.get("/api/scenarios").status_code == 200


@pytest.mark.parametrize("meanwhile", [{"is_active": False}, {"password": "$pbkdf2-sha256$29000$other$hash"}])
def test_an_account_that_is_locked_or_changed_while_it_signs_in_gets_no_token(meanwhile, anyone):
    people = User.objects.filter(pk=UserFactory(email="sam@example.org").pk)

    def after_the_comparison(execute, sql, *rest):
        done = execute(sql, *rest)
        if sql.startswith("UPDATE") and "last_login" in sql:
            people.update(**meanwhile)
        return done

    with connection.execute_wrapper(after_the_comparison):
        answer = anyone.post("/api/login", {"email": "sam@example.org", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid username or password"})


def test_a_claimed_role_gives_no_rights(anyone):
    anyone.post("/api/create_users", SIGN_UP)
    token = anyone.post("/api/login", {"email": "sam@example.org", "password": PASSWORD}).json()["token"]
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert [anyone.get("/api/all_users").status_code, anyone.delete("/api/delete_all").status_code] == [403, 403]
    user = User.objects.get(email="sam@example.org")
    assert (user.role, user.approved_role, user.is_staff) == ("admin", None, False)


@pytest.mark.parametrize("role", ["student", "Teacher of dance", "", None])
def test_any_claimed_role_is_stored(role, anyone):
    assert anyone.post("/api/create_users", SIGN_UP | {"role": role}).status_code == 201
    assert anyone.post("/api/login", {"email": "sam@example.org", "password": PASSWORD}).json()["role"] == role


@pytest.mark.parametrize("email", ["Sam@Example.ORG", " sam@example.org", "no email at all", " "])
def test_an_email_is_stored_and_compared_as_typed(email, anyone):
    assert anyone.post("/api/create_users", SIGN_UP | {"email": email}).status_code == 201
    assert User.objects.get().email == email
    assert anyone.post("/api/login", {"email": email, "password": PASSWORD}).status_code == 200
    for other in (email.swapcase() + " ", f" {email}", f"{email}\t"):
        wrong = anyone.post("/api/login", {"email": other, "password": PASSWORD})
        assert (wrong.status_code, wrong.json()) == (401, {"message": "Invalid username or password"})


def test_accounts_whose_emails_differ_only_in_case_stay_separate(anyone):
    for email in ("Sam@example.org", "sam@example.org"):
        UserFactory(email=email, username=email)
        assert anyone.post("/api/login", {"email": email, "password": PASSWORD}).json()["name"] == email


@pytest.mark.parametrize("email", ["sam@example.org", "SAM@example.org", " sam@example.org\u00a0", "Sam@Example.org\t"])
def test_an_email_that_differs_from_anothers_only_in_case_or_blanks_is_taken(email, anyone):
    UserFactory(email="Sam@example.org")
    answer = anyone.post("/api/create_users", SIGN_UP | {"email": email})
    assert (answer.status_code, answer.json()) == (409, {"message": "An account with this email exists already."})
    assert User.objects.count() == 1


def test_a_recently_freed_email_is_refused(anyone):
    UserFactory(email="sam@example.org").delete()
    answer = anyone.post("/api/create_users", SIGN_UP)
    assert (answer.status_code, answer.json()) == (
        409, {"message": "Another account had this email until a short time ago. Try again in an hour."},
    )  # fmt: skip
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("123", ["too short", "too common", "entirely numeric"]),
        ("password", ["too common"]),
        ("sam@example.org", ["too similar to the email"]),
        ("        ", []),
        ("x y" * 2000, ["4096"]),
    ],
)
def test_a_password_must_follow_v2s_rules_and_all_problems_are_listed(password, told, anyone):
    answer = anyone.post("/api/create_users", SIGN_UP | {"password": password})
    in_v2 = anyone.post("/api/v2/auth/register/", {key: SIGN_UP[key] for key in ("username", "email")}
                        | {"password": password})  # fmt: skip
    assert answer.status_code == (400 if told else 201)
    assert in_v2.status_code == 400
    assert all(words in answer.json()["message"] for words in told)
    assert User.objects.exists() is not bool(told)


@pytest.mark.parametrize(
    ("mode", "told"),
    [("closed", "Nobody can register here."), ("domains", "Registration is for emails of these domains: uni.example.")],
)
def test_restricted_registration_is_400_and_reveals_no_accounts(mode, told, anyone, settings):
    settings.REGISTRATION, settings.REGISTRATION_DOMAINS = mode, ["uni.example"]
    UserFactory(email="taken@example.org")
    for email in ("sam@example.org", "taken@example.org", "no email at all", "uni.example", "@uni.example", " "):
        answer = anyone.post("/api/create_users", SIGN_UP | {"email": email})
        assert (answer.status_code, told in answer.json()["message"]) == (400, True), email
    assert User.objects.count() == 1
    expected = 400 if mode == "closed" else 201
    assert anyone.post("/api/create_users", SIGN_UP | {"email": "sam@Uni.example"}).status_code == expected


def test_a_taken_email_is_409_with_a_plain_message(anyone):
    UserFactory(email="sam@example.org", username="The first")
    answer = anyone.post("/api/create_users", SIGN_UP)
    assert (answer.status_code, answer.json()) == (
        409, {"message": "An account with this email exists already."},
    )  # fmt: skip
    assert User.objects.get().username == "The first"


def test_a_sign_up_with_an_invalid_value_creates_no_account(anyone):
    wrong = [{name: bad} for name in SIGN_UP for bad in (5, True, [], {}, "x" * 5000, "a\0b")]
    for change in [*wrong, {"email": ""}, {"password": ""}, {"email": None}, {"password": None}, {"username": None}]:
        answer = anyone.post("/api/create_users", SIGN_UP | change)
        assert (answer.status_code, list(answer.json())) == (400, ["message"]), change
        assert PASSWORD not in answer.json()["message"]
    assert not User.objects.exists()


def test_a_sign_up_with_a_key_missing_is_refused(anyone):
    for missing in SIGN_UP:
        answer = anyone.post("/api/create_users", {key: value for key, value in SIGN_UP.items() if key != missing})
        assert (answer.status_code, missing in answer.json()["message"]) == (400, True), missing
    assert not User.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-8", "application/xml", "x", ""])
def test_a_sign_in_is_parsed_as_json_whatever_its_content_type(kind, anyone, student):
    answer = log_in(anyone, f'{{"email": "{student.email}", "password": "{PASSWORD}"}}', kind)
    assert (answer.status_code, answer.json()["name"]) == (200, student.username)


@pytest.mark.parametrize(
    "body",
    [
        "{}", "[]", "null", "5", '{"email": "a"}', '{"password": "b"}', '{"email": "", "password": "b"}',
        '{"email": "a", "password": ""}', '{"email": null, "password": "b"}', '{"email": "a", "password": 5}',
        '{"email": ["a"], "password": "b"}', '{"email": "a\\u0000b", "password": "b"}', "",
    ],
)  # fmt: skip
def test_a_sign_in_without_email_or_password_is_400(body, anyone):
    answer = log_in(anyone, body)
    assert (answer.status_code, answer.json()) == (400, REFUSED)


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
@pytest.mark.parametrize("body", ["{not json", '{"email": "\\ud800", "password": "b"}', "[" * 100_000, b"\xff\xfe"])
def test_a_sign_in_with_invalid_json_is_400_with_a_message(body, kind, anyone):
    answer = log_in(anyone, body, kind)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_a_wrong_password_an_unknown_email_and_a_locked_account_get_the_same_response(anyone, student):
    locked = UserFactory(is_active=False)
    for email, password in (
        (student.email, "wrong"), (student.email, f" {PASSWORD}"), ("nobody", PASSWORD), (locked.email, PASSWORD),
    ):  # fmt: skip
        answer = anyone.post("/api/login", {"email": email, "password": password})
        assert (answer.status_code, answer.json()) == (401, {"message": "Invalid username or password"})


def test_an_old_token_in_the_header_does_not_stop_a_sign_in(anyone, student):
    anyone.credentials(HTTP_AUTHORIZATION="Bearer long gone")
    assert anyone.post("/api/login", {"email": student.email, "password": PASSWORD}).status_code == 200


def test_guesses_at_one_account_are_throttled_across_both_apis(anyone, student, monkeypatch):
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "login_account": "3/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    guess = {"email": f"victim.of.{student.email}", "password": "guess"}
    paths = ["/api/login", "/api/v2/auth/login/", "/api/login", "/api/login"]
    answers = [anyone.post(path, guess) for path in paths]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert list(answers[-1].json()) == ["message"]
    assert anyone.post("/api/login", {"email": student.email, "password": PASSWORD}).status_code == 200


def test_instructors_list_all_usernames_ordered_by_id(client_for, instructor, student):
    UserFactory(username=student.username)
    names = list(User.objects.order_by("id").values_list("username", flat=True))
    answer = client_for(instructor).get("/api/all_users")
    assert (answer.status_code, answer.json()) == (200, names)
    assert len(names) == 3


def test_passwords_and_tokens_are_not_logged(anyone, student, capfd, caplog):
    secret = "a secret that nobody may read"
    anyone.post("/api/create_users", SIGN_UP | {"password": secret})
    token = anyone.post("/api/login", {"email": "sam@example.org", "password": secret}).json()["token"]
    anyone.post("/api/login", {"email": "sam@example.org", "password": f"{secret}, but wrong"})
    anyone.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    anyone.get("/api/scenarios")
    logged = caplog.text + "".join(capfd.readouterr())
    assert "/api/login" in logged
    assert secret not in logged
    assert token not in logged
