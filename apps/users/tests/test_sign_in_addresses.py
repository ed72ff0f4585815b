"""Addresses that have signed in to an account do not wait because of others' guesses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from rest_framework.test import APIClient

from apps.users.models import SignInAddress, User
from apps.users.tasks import forget_sign_in_addresses
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.guesses import ELSEWHERE, HOME, V2, attack, sign_in
from tests.counts import forget_counts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(settings: Any) -> Iterator[None]:
    settings.SIGN_IN_FAILURES_PER_HOUR = 3
    forget_counts()
    yield
    forget_counts()


def test_an_address_is_known_only_to_the_account_that_signed_in() -> None:
    """The Flask service accepts emails with outer blanks, and emails that differ only in case."""
    spaced, other = UserFactory(email=" spaced@example.org "), UserFactory(email="Spaced@example.org")
    assert sign_in(spaced.email, PASSWORD, HOME).status_code == 200
    attack(other.email)
    assert sign_in(other.email, PASSWORD, HOME).status_code == 429
    assert sign_in(spaced.email, PASSWORD, HOME).status_code == 200


def test_an_address_is_stored_once_as_a_hash(student: User, other_student: User) -> None:
    for user, address in ((student, HOME), (student, HOME), (student, ELSEWHERE), (other_student, HOME)):
        sign_in(user.email, PASSWORD, address)
    rows = list(SignInAddress.objects.values_list("user_id", "address"))
    assert sorted(user for user, _ in rows) == sorted([student.pk, student.pk, other_student.pk])
    assert all(len(address) == 64 and HOME not in address for _, address in rows)


def test_signing_in_again_is_noted(student: User) -> None:
    sign_in(student.email, PASSWORD, HOME)
    SignInAddress.objects.update(last_used_at=F("last_used_at") - timedelta(days=80))
    before = SignInAddress.objects.get().last_used_at
    sign_in(student.email, PASSWORD, HOME)
    assert SignInAddress.objects.get().last_used_at - before >= timedelta(days=80)


@pytest.mark.parametrize(
    ("before", "now", "known"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2:bbbb:cccc:dddd:eeee", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("198.51.100.7", "198.51.100.8", False),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("198.51.100.7", "::ffff:198.51.100.7", True),
    ],
)
def test_of_ipv6_the_network_is_known(before: str, now: str, known: bool, student: User) -> None:
    sign_in(student.email, PASSWORD, before)
    attack(student.email)
    assert sign_in(student.email, PASSWORD, now).status_code == (200 if known else 429)


def test_the_address_comes_from_our_own_proxy(student: User, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    body = {"email": student.email, "password": PASSWORD}

    def from_behind(address: str) -> int:
        return APIClient().post(V2, body, headers={"X-Forwarded-For": f"10.0.0.1, {address}"}).status_code

    assert from_behind(HOME) == 200
    attack(student.email)
    assert [from_behind(HOME), from_behind(ELSEWHERE)] == [200, 429]


def test_an_account_whose_email_is_changed_keeps_its_addresses(student: User) -> None:
    sign_in(student.email, PASSWORD, HOME)
    User.objects.filter(pk=student.pk).update(email="new.name@example.org")
    attack("new.name@example.org")
    assert sign_in("new.name@example.org", PASSWORD, HOME).status_code == 200


def test_addresses_that_were_not_used_for_ninety_days_are_forgotten(student: User) -> None:
    for address, days in ((HOME, 89), (ELSEWHERE, 91)):
        sign_in(student.email, PASSWORD, address)
        SignInAddress.objects.filter(last_used_at__gt=F("user__last_login") - timedelta(minutes=1)).update(
            last_used_at=F("last_used_at") - timedelta(days=days)
        )
    forget_sign_in_addresses()
    assert SignInAddress.objects.count() == 1
    attack(student.email)
    assert [sign_in(student.email, PASSWORD, address).status_code for address in (HOME, ELSEWHERE)] == [200, 429]


def test_beat_sends_the_sweep() -> None:
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert forget_sign_in_addresses.name in tasks
