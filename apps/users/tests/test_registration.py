"""Who may register. The old API has its own test."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.users.models import User
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.admin_forms import submit

pytestmark = pytest.mark.django_db


def register(email: str) -> Any:
    return APIClient().post("/api/v2/auth/register/", {"username": "New", "email": email, "password": PASSWORD})


def only(settings: Any, *domains: str) -> None:
    settings.REGISTRATION, settings.REGISTRATION_DOMAINS = "domains", list(domains)


def test_registration_is_open_by_default() -> None:
    assert register("anybody@anywhere.example").status_code == 201


@pytest.mark.parametrize("email", ["taken@example.org", "free@example.org"])
def test_where_it_is_closed_everybody_hears_the_same(email: str, settings: Any) -> None:
    UserFactory(email="taken@example.org")
    settings.REGISTRATION = "closed"
    answer = register(email)
    assert answer.status_code == 403
    assert answer.json() == {
        "code": "registration_closed", "detail": "Nobody can register here. Ask an admin for an account.",
    }  # fmt: skip
    assert User.objects.count() == 1


@pytest.mark.parametrize("mode", ["closed", "domains"])
def test_admins_and_commands_make_accounts_all_the_same(
    mode: str, client: Client, admin_user: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REGISTRATION, settings.REGISTRATION_DOMAINS = mode, ["uni.example"]
    client.force_login(admin_user)
    both = {"password1": PASSWORD, "password2": PASSWORD}
    submit(client, "/admin/users/user/add/", email="guest@example.org", username="Guest", **both)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", email="root@example.org", username="root")
    assert User.objects.filter(email__in=["guest@example.org", "root@example.org"]).count() == 2


@pytest.mark.parametrize(
    ("domains", "email"),
    [
        (["uni.example"], "sam@uni.example"),
        (["uni.example"], "Sam@UNI.Example"),
        (["UNI.example"], "sam@uni.example"),
        (["other.example", "med.uni.example"], "sam@med.uni.example"),
        (["bücher.example"], "sam@bücher.example"),
        (["bücher.example"], "sam@BÜCHER.example"),
        (["bücher.example"], "sam@xn--bcher-kva.example"),
        (["xn--bcher-kva.example"], "sam@bücher.example"),
        (["bücher.example"], "sam@bu\u0308cher.example"),
    ],
)
def test_people_of_a_domain_register(domains: list[str], email: str, settings: Any) -> None:
    only(settings, *domains)
    assert register(email).status_code == 201


@pytest.mark.parametrize(
    ("domain", "email"),
    [
        ("uni.example", "sam@med.uni.example"),
        ("med.uni.example", "sam@uni.example"),
        ("uni.example", "sam@uni.example.org"),
        ("uni.example", "sam@notuni.example"),
        ("uni.example", "uni.example@example.org"),
        ("strasse.example", "sam@straße.example"),
        ("straße.example", "sam@strasse.example"),
        ("uni.example", "sam@ｕni.example"),
        ("bücher.example", "sam@bucher.example"),
    ],
)
def test_other_domains_are_refused_without_revealing_accounts(domain: str, email: str, settings: Any) -> None:
    only(settings, domain, "second.example")
    refused = register(email)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    words = [f"Registration is for emails of these domains: {domain}, second.example."]
    assert refused.json()["fields"] == {"email": words}
    assert not User.objects.exists()
    UserFactory(email=email)
    assert register(email).json() == refused.json()


def test_existing_accounts_sign_in_whoever_may_register(student: User, settings: Any) -> None:
    settings.REGISTRATION = "closed"
    body = {"email": student.email, "password": PASSWORD}
    assert APIClient().post("/api/v2/auth/login/", body).status_code == 200
