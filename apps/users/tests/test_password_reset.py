"""A forgotten password. tests/test_password_reset_processes.py has the mail's whole way."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import connection
from django.utils import timezone
from passlib.hash import pbkdf2_sha256
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle
from structlog.testing import capture_logs

from apps.users import password_reset
from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory, password_link
from apps.users.tokens import tokens_for
from tests.counts import forget_counts
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db
RESET = "/api/v2/auth/password-reset/"
NEW = "quite another pass phrase"
PAGE = "https://patient.example.org/#/reset"


def ask(email: str, **extra: Any) -> Any:
    return APIClient().post(RESET, {"email": email}, **extra)


def confirm(password: str = NEW, **link: str) -> Any:
    return APIClient().post(f"{RESET}confirm/", {**link, "password": password})


def sign_in(email: str, password: str) -> int:
    return int(APIClient().post("/api/v2/auth/login/", {"email": email, "password": password}).status_code)


@pytest.fixture
def server(settings: Any) -> Iterator[SmtpServer]:
    with SmtpServer.running() as smtp:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
        yield smtp


def test_the_mailed_link_sets_a_password_that_both_services_take(server: SmtpServer, student: User) -> None:
    assert password_reset.mail_link(student.pk, PAGE)
    (mail,) = server.mails
    found = re.search(rf"{re.escape(PAGE)}/(\S+)/(\S+)\r", mail)
    assert found
    assert f"To: {student.email}" in mail
    assert confirm(uid=found[1], token=found[2]).status_code == 204
    assert [sign_in(student.email, password) for password in (PASSWORD, NEW)] == [401, 200]
    stored = User.objects.filter(pk=student.pk).extra(select={"raw": "password || ''"}).values_list("raw", flat=True)
    assert pbkdf2_sha256.verify(NEW, stored.get())


def test_it_ends_every_token_of_the_account(student: User) -> None:
    pair = tokens_for(student)
    assert confirm(**password_link(student)).status_code == 204
    assert APIClient().post("/api/v2/auth/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    me = APIClient().get("/api/v2/users/me/", HTTP_AUTHORIZATION=f"Bearer {pair['access']}")
    assert me.status_code == 401


def test_nobody_learns_who_has_an_account(student: User, settings: Any) -> None:
    locked = UserFactory.create(is_active=False)
    answers = [ask(email) for email in (student.email, locked.email, "nobody@example.org")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert [password_reset.account_for(email) for email in (student.email.upper(), locked.email, "no@x.org")] == [
        student.pk, 0, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("ended_by", ["its use", "another password", "a sign-in", "another email", "time", "a lock"])
def test_a_link_ends(ended_by: str, student: User, settings: Any) -> None:
    link = password_link(student)
    match ended_by:
        case "its use":
            assert confirm(**link).status_code == 204
        case "another password":
            student.set_password("a third pass phrase")
            student.save()
        case "a sign-in":
            assert sign_in(student.email, PASSWORD) == 200
        case "another email":
            User.objects.filter(pk=student.pk).update(email="moved@example.org")
        case "time":
            earlier = PasswordResetTokenGenerator()
            then = timezone.make_naive(timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 2))
            earlier._now = lambda: then  # type: ignore[attr-defined]
            link["token"] = earlier.make_token(student)
        case "a lock":
            User.objects.filter(pk=student.pk).update(is_active=False)
    answer = confirm("a fourth pass phrase", **link)
    assert (answer.status_code, answer.json()["fields"]) == (400, password_reset.UselessLink.default_detail)
    assert sign_in(student.email, "a fourth pass phrase") == 401


@pytest.mark.parametrize("uid", ["", "MQ", "!", "MTAwMDAwMDAwMDAwMDAw", "LTE", "ż", "MQ\x00", "x" * 99])
def test_a_made_up_link_does_nothing(uid: str, student: User) -> None:
    token = password_link(student)["token"]
    assert confirm(uid=uid, token=token).status_code == 400
    assert confirm(uid=password_link(student)["uid"], token=token[:-1] + "-").status_code == 400
    assert sign_in(student.email, PASSWORD) == 200


def test_the_rules_of_passwords_hold_and_leave_the_link_as_it_is(student: User) -> None:
    link = password_link(student)
    for password in ("short", "password", "1234567890123", student.email):
        answer = confirm(password, **link)
        assert (answer.status_code, [*answer.json()["fields"]]) == (400, ["password"])
    assert confirm(**link).status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_counts() -> None:
    user = UserFactory.create()
    link = password_link(user)

    def use(n: int) -> int:
        try:
            return int(confirm(f"{NEW} {n}", **link).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        both = [*pool.map(use, range(2))]
    assert sorted(both) == [204, 400]
    assert sign_in(user.email, f"{NEW} {both.index(204)}") == 200


def test_the_link_leads_to_the_page_of_the_setting_else_to_the_host_asked(settings: Any, student: User) -> None:
    request = ask(student.email).wsgi_request
    assert password_reset.page_for(request) == "http://testserver/#/reset"
    assert ask(student.email, HTTP_HOST="evil.example").status_code == 400
    settings.ALLOWED_HOSTS = ["*"]
    assert ask(student.email, HTTP_HOST="evil.example").json()["code"] == "password_reset_closed"
    settings.PASSWORD_RESET_PAGE = PAGE
    assert ask(student.email, HTTP_HOST="evil.example").status_code == 202
    assert password_reset.page_for(request) == PAGE
    settings.SENDS_MAIL = False
    assert ask(student.email).json()["code"] == "password_reset_closed"


def test_mails_are_limited_by_account_and_by_address(student: User, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_counts()
    few = {"password_reset_account": "2/hour", "password_reset_address": "4/hour"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {**SimpleRateThrottle.THROTTLE_RATES, **few})
    for email in (student.email, "nobody@example.org"):
        spellings = [email, email.upper(), email]
        asked = [ask(one, REMOTE_ADDR=f"192.0.2.{n}").status_code for n, one in enumerate(spellings)]
        assert asked == [202, 202, 429]
    from_one = [ask(f"{n}@example.org", REMOTE_ADDR="192.0.2.99").status_code for n in range(5)]
    forget_counts()
    assert from_one == [202] * 4 + [429]


def test_what_cannot_be_delivered_is_not_tried(server: SmtpServer) -> None:
    for email in ("no email", "a@b.example\nBcc: all@example.org"):
        assert password_reset.mail_link(UserFactory.create(email=email).pk, PAGE)
    assert password_reset.mail_link(0, PAGE)
    assert server.mails == []


def test_a_mail_that_the_server_refuses_is_told_without_the_address(server: SmtpServer, student: User) -> None:
    server.refuses = True
    with capture_logs() as lines:
        assert not password_reset.mail_link(student.pk, PAGE)
    assert lines == [{"event": "password_mail_failed", "error": "SMTPDataError", "log_level": "warning"}]


@pytest.mark.parametrize(("registration", "domains"), [("open", []), ("domains", ["uni.example"]), ("closed", [])])
def test_what_is_offered_follows_the_settings(registration: str, domains: list[str], settings: Any) -> None:
    settings.REGISTRATION, settings.REGISTRATION_DOMAINS = registration, domains
    offered = {"registration": registration, "registration_domains": domains, "password_reset": True}
    assert APIClient().get("/api/v2/auth/options/").json() == offered
