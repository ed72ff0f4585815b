"""Guesses at one account from many addresses have to wait longer and longer, but its owner can sign in."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory, override_settings
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from apps.core.api.throttling import COUNTS
from apps.users.failed_sign_ins import counted
from apps.users.models import SignInAddress, User
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.guesses import ADMIN, ELSEWHERE, HOME, OLD, V2, attack, change_states, guess, sign_in, states
from tests.admin_forms import errors_of
from tests.counts import forget_counts

pytestmark = pytest.mark.django_db

old_api = pytest.mark.old_api


@pytest.fixture(autouse=True)
def limit(settings: Any) -> Iterator[None]:
    settings.SIGN_IN_FAILURES_PER_HOUR = 3
    forget_counts()
    yield
    forget_counts()


def redis_now() -> float:
    seconds, micros = COUNTS.ask(lambda client: client.time(), otherwise=(0, 0))
    return float(seconds + micros / 1e6)


def test_after_failures_from_anywhere_the_next_attempt_gets_429_with_retry_after(
    student: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    attack(student.email)
    with django_assert_num_queries(2):  # the account and the address; no password is hashed
        answer = sign_in(student.email, PASSWORD)
    seconds = int(answer["Retry-After"])
    assert (answer.status_code, 0 < seconds <= 900) == (429, True)
    assert answer.json() == {
        "code": "throttled",
        "detail": f"Request was throttled. Expected available in {seconds} seconds.",
    }


def test_below_the_limit_nobody_waits_and_then_the_waits_grow_to_a_quarter_of_an_hour(student: User) -> None:
    assert guess(student.email, 2) == [401, 401]
    assert b"next_try" not in states()[0]
    for wait in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900):
        before = redis_now()
        assert sign_in(student.email, "wrong").status_code == 401
        set_to = float(states()[0][b"next_try"])
        assert before + wait <= set_to + 0.001 <= redis_now() + wait + 0.002
        change_states(next_try="0")


def test_after_the_wait_the_right_password_signs_in_and_ends_the_waiting(student: User) -> None:
    attack(student.email)
    change_states(next_try="0")
    assert sign_in(student.email, PASSWORD).status_code == 200
    assert states() == [{b"failures": b"13"}]


def test_an_account_that_does_not_exist_waits_the_same(student: User) -> None:
    def told(email: str) -> list[Any]:
        heard = [sign_in(email, "wrong"), sign_in(email, "wrong", HOME)]
        attack(email)
        heard += [sign_in(email, "wrong"), sign_in(email, "wrong", HOME)]
        return [(answer.status_code, set(answer.headers), re.sub(r"\d+", "", answer.text)) for answer in heard]

    assert told("nobody.at.all@example.org") == told(student.email)


@pytest.mark.parametrize("door", [V2, pytest.param(OLD, marks=old_api)])
def test_an_address_that_has_signed_in_before_does_not_wait(door: str, student: User) -> None:
    assert sign_in(student.email, PASSWORD, HOME, at=door).status_code == 200
    attack(student.email)
    assert sign_in(student.email, PASSWORD, ELSEWHERE, at=door).status_code == 429
    assert sign_in(student.email, "a slip", HOME, at=door).status_code == 401
    assert sign_in(student.email, PASSWORD, HOME, at=door).status_code == 200
    assert sign_in(student.email, PASSWORD, ELSEWHERE, at=door).status_code == 429, "others go on waiting"


def test_an_address_that_the_account_was_opened_from_does_not_wait_either() -> None:
    opened = {"username": "Ada", "email": "ada@example.org", "password": PASSWORD}
    assert APIClient().post("/api/v2/auth/register/", opened, REMOTE_ADDR=HOME).status_code == 201
    attack(opened["email"])
    assert sign_in(opened["email"], PASSWORD).status_code == 429
    assert sign_in(opened["email"], PASSWORD, HOME).status_code == 200


def test_in_the_admin_site_too(instructor: User) -> None:
    assert sign_in(instructor.email, PASSWORD, HOME, at=ADMIN).status_code == 302
    attack(instructor.email)
    held = sign_in(instructor.email, PASSWORD, at=ADMIN)
    assert (held.status_code, bool(re.search(r"again in \d+ s", errors_of(held)))) == (200, True)
    assert sign_in(instructor.email, PASSWORD, HOME, at=ADMIN).status_code == 302


@old_api
def test_failures_by_all_three_ways_are_counted_together_and_held_in_each(instructor: User) -> None:
    for door in (V2, OLD, ADMIN):
        sign_in(instructor.email, "wrong", at=door)
    assert [state[b"failures"] for state in states()] == [b"3"]
    attack(instructor.email)
    assert [sign_in(instructor.email, PASSWORD, at=door).status_code for door in (V2, OLD)] == [429, 429]
    old = sign_in(instructor.email, PASSWORD, at=OLD)
    assert list(old.json()) == ["message"]
    assert int(old["Retry-After"]) >= 1
    assert "Too many attempts" in errors_of(sign_in(instructor.email, PASSWORD, at=ADMIN))


def test_successful_sign_ins_are_never_counted_as_failures(student: User) -> None:
    assert {sign_in(student.email, PASSWORD, f"192.0.2.{n}").status_code for n in range(10)} == {200}
    assert states() == []


def test_the_right_password_without_admin_access_is_not_a_failure(student: User) -> None:
    for _ in range(5):
        assert "approved instructors and admins" in errors_of(sign_in(student.email, PASSWORD, at=ADMIN))
    assert states() == []


@pytest.mark.parametrize(
    "body", [{}, {"email": "x@example.org"}, {"email": "x@example.org", "password": ""}, {"email": 5}]
)
def test_requests_without_a_password_are_not_counted(body: dict[str, Any]) -> None:
    for _ in range(5):
        assert APIClient().post(V2, body).status_code == 400
        Client().post(ADMIN, {"username": "x@example.org", "password": ""})
    assert states() == []


def test_other_spellings_of_an_email_do_not_give_more_guesses(student: User) -> None:
    # The dotless i has the same capital as i.
    spellings = [student.email.upper(), student.email.title(), student.email.replace("i", "\u0131")]
    for email in spellings:
        sign_in(email, "wrong")
    assert [state[b"failures"] for state in states()] == [b"3"]


def test_other_accounts_at_the_same_addresses_are_not_held(student: User, other_student: User) -> None:
    attack(student.email)
    assert sign_in(other_student.email, PASSWORD, "192.0.2.1").status_code == 200


def test_a_locked_account_is_counted_as_any_other(student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    attack(student.email)
    change_states(next_try="0")
    assert [sign_in(student.email, PASSWORD).status_code for _ in range(2)] == [401, 429]
    assert not SignInAddress.objects.exists()


def test_a_failure_of_the_database_says_nothing_of_the_password() -> None:
    request = RequestFactory().post(V2, REMOTE_ADDR=HOME)
    for _ in range(5):
        with pytest.raises(OperationalError), counted(request, "x@example.org"):
            raise OperationalError
    assert states() == []


def test_failures_are_forgotten_after_an_hour(student: User) -> None:
    guess(student.email, 2)
    [key] = COUNTS.ask(lambda client: list(client.scan_iter("throttle:sign_in_failures:*")), otherwise=[])

    def kept_s() -> int:
        return COUNTS.ask(lambda client: client.ttl(key), otherwise=0)

    assert 0 < kept_s() <= 3600
    COUNTS.ask(lambda client: client.expire(key, 5), otherwise=None)
    guess(student.email, 1)
    assert kept_s() > 5, "from the limit on an hour after the last"


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_guesses_at_once_hardly_more_than_the_limit_are_looked_at() -> None:
    email = UserFactory.create().email

    def call(number: int) -> int:
        try:
            return sign_in(email, f"guess {number}", f"192.0.2.{number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(call, range(100)))
    assert set(statuses) == {401, 429}
    # One more attempt after 1 s, 3 s, 7 s and so on: ten more would take 17 minutes.
    assert 3 <= statuses.count(401) < 13


def test_without_redis_people_sign_in_and_nothing_is_counted(student: User) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert guess(student.email, 5) == [401] * 5
        assert sign_in(student.email, PASSWORD).status_code == 200
    COUNTS.forget_failures()
    assert states() == []


def test_a_count_is_logged_and_nothing_of_whose_it_is(student: User) -> None:
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    logging.getLogger().addHandler(handler)
    try:
        with capture_logs() as lines:
            guess(student.email)
            sign_in(student.email, PASSWORD, HOME)
    finally:
        logging.getLogger().removeHandler(handler)
    assert [line["failures"] for line in lines if line["event"] == "sign_in_failures"] == [3]
    assert all(text not in f"{lines}{kept.getvalue()}" for text in (student.email, "wrong", HOME, "192.0.2."))


# Addresses
