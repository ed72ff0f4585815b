"""Admins manage accounts in the admin site."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.users.models import Role, RoleApproval, User
from apps.users.services import approve_role
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tokens import tokens_for
from tests.admin_forms import errors_of, submit

pytestmark = pytest.mark.django_db
LIST = "/admin/users/user/"
NEW_PASSWORD = "another pass phrase 2"


@pytest.fixture
def admin_client(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root@example.org", "Root", PASSWORD)


@pytest.fixture
def superuser_client(client: Client, superuser: User) -> Client:
    client.force_login(superuser)
    return client


def page_of(user: User) -> str:
    return f"{LIST}{user.pk}/change/"


def api_signs_in(email: str, password: str) -> bool:
    return APIClient().post("/api/v2/auth/login/", {"email": email, "password": password}).status_code == 200


def row(user: User) -> dict[str, object]:
    return User.objects.filter(pk=user.pk).values().get()


def test_admins_search_accounts_and_filter_unapproved_claims(admin_client: Client) -> None:
    waiting = UserFactory(username="Wanda Waits", role="admin")
    UserFactory(username="Ines", instructor=True)
    UserFactory(username="Sam")
    found = admin_client.get(LIST, {"approval": "waiting"}).context["cl"].result_list
    assert list(found) == [waiting]
    found = admin_client.get(LIST, {"approval": "counts"}).context["cl"].result_list
    assert {user.username for user in found} >= {"Ines"}
    assert waiting not in found
    assert list(admin_client.get(LIST, {"q": "wanda"}).context["cl"].result_list) == [waiting]


def test_an_admin_approves_a_claim_and_withdraws_it(admin_client: Client, admin_user: User, client: Client) -> None:
    user = UserFactory(role="instructor")
    assert "asked to be “instructor”" in admin_client.get(page_of(user)).content.decode()
    submit(admin_client, page_of(user), may="instructor")
    user = User.objects.get(pk=user.pk)
    assert user.is_instructor
    assert user.has_perm("scenarios.add_assistantscenario")
    decision = RoleApproval.objects.get()
    assert (decision.user, decision.role, decision.decided_by) == (user, "instructor", admin_user)

    submit(admin_client, page_of(user), may="student")
    user = User.objects.get(pk=user.pk)
    # The old service goes by the claim.
    assert (user.role, user.approved_role) == ("student", None)
    assert not user.get_all_permissions()
    withdrawn = RoleApproval.objects.order_by("-id")[0]
    assert (withdrawn.previous_role, withdrawn.previous_claim) == ("instructor", "instructor")


@pytest.mark.parametrize("role", ["instructor", "admin"])
def test_a_student_becomes_a_colleague_by_one_choice(admin_client: Client, student: User, role: str) -> None:
    submit(admin_client, page_of(student), may=role)
    assert (row(student)["role"], row(student)["approved_role"]) == (role, role)
    assert RoleApproval.objects.get().role == role


def test_what_nobody_has_decided_stays_so_when_the_page_is_saved(admin_client: Client) -> None:
    user = UserFactory(role="student", approved_role="admin")
    submit(admin_client, page_of(user), username="Renamed")
    assert (row(user)["role"], row(user)["approved_role"]) == ("student", "admin")
    submit(admin_client, page_of(user), may="admin")
    assert User.objects.get(pk=user.pk).is_admin


def test_nobody_decides_what_they_may_do_themselves(admin_client: Client, admin_user: User) -> None:
    submit(admin_client, page_of(admin_user), may="student", username="Still here")
    assert (row(admin_user)["role"], row(admin_user)["username"]) == ("admin", "Still here")


def test_a_new_account_of_a_colleague_is_approved_with_it(admin_client: Client, admin_user: User) -> None:
    both = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    submit(admin_client, f"{LIST}add/", email="ines@example.org", username="Ines", may="instructor", **both)
    assert User.objects.get(email="ines@example.org").is_instructor
    assert RoleApproval.objects.get().decided_by == admin_user


def test_a_welfare_contact_is_named_on_the_page_of_the_account(admin_client: Client, student: User) -> None:
    assert "Only instructors and admins" in errors_of(submit(admin_client, page_of(student), welfare_contact="on"))
    submit(admin_client, page_of(student), may="instructor", welfare_contact="on")
    assert User.objects.get(pk=student.pk).is_welfare_contact
    submit(admin_client, page_of(student), welfare_contact="")
    assert not User.objects.get(pk=student.pk).is_welfare_contact


def test_selected_accounts_get_or_lose_the_claimed_role(admin_client: Client, superuser: User) -> None:
    users = [UserFactory(role="instructor"), UserFactory(role="teacher"), UserFactory(role=None), superuser]
    chosen = [user.pk for user in users]
    admin_client.post(LIST, {"action": "approve_claims", "_selected_action": chosen})
    assert [row(user)["approved_role"] for user in users] == ["instructor", None, None, "admin"]
    admin_client.post(LIST, {"action": "make_students", "_selected_action": chosen})
    assert [row(user)["approved_role"] for user in users] == [None, None, None, "admin"]


def test_a_new_password_signs_out_everywhere(admin_client: Client, student: User) -> None:
    refresh = tokens_for(student)["refresh"]
    both = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    admin_client.post(f"{LIST}{student.pk}/password/", both)
    assert APIClient().post("/api/v2/auth/refresh/", {"refresh": refresh}).status_code == 401


def test_an_admin_sets_a_password_that_both_services_read(admin_client: Client, student: User) -> None:
    both = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert 'href="../password/"' in admin_client.get(page_of(student)).content.decode()
    admin_client.post(f"{LIST}{student.pk}/password/", both)
    stored = User.objects.raw("SELECT id, password || '' AS stored FROM \"user\" WHERE id = %s", [student.pk])[0].stored
    assert stored.startswith("$pbkdf2-sha256$29000$")
    assert api_signs_in(student.email, NEW_PASSWORD)


@pytest.mark.parametrize("password", ["short", "x y" * 2000, "12345678901234"])
def test_a_bad_new_password_is_refused(admin_client: Client, student: User, password: str) -> None:
    answer = admin_client.post(f"{LIST}{student.pk}/password/", {"password1": password, "password2": password})
    assert answer.context["form"].errors
    assert api_signs_in(student.email, PASSWORD)


def test_an_admin_locks_an_account(admin_client: Client, student: User) -> None:
    submit(admin_client, page_of(student), is_active="")
    assert row(student)["is_active"] is False
    assert not api_signs_in(student.email, PASSWORD)


def test_an_admin_opens_an_account(admin_client: Client) -> None:
    UserFactory(username="Anna Lee")
    answer = submit(
        admin_client,
        f"{LIST}add/",
        email="New.One@Example.ORG",
        username=" Anna Lee",
        password1=NEW_PASSWORD,
        password2=NEW_PASSWORD,
    )
    assert answer.redirect_chain, errors_of(answer)
    user = User.objects.get(email="New.One@Example.ORG")
    assert (user.username, user.role, user.approved_role, user.is_superuser) == (" Anna Lee", "student", None, False)
    assert api_signs_in(user.email, NEW_PASSWORD)


@pytest.mark.parametrize("email", ["not an email", " a@example.org", "taken@example.org"])
def test_a_new_email_must_be_valid_and_free(admin_client: Client, student: User, email: str) -> None:
    UserFactory(email="taken@example.org")
    answer = submit(admin_client, page_of(student), email=email)
    assert errors_of(answer)
    assert row(student)["email"] == student.email


@pytest.mark.parametrize(
    "old",
    [
        {"username": " Ines  Núñez ", "email": "no email", "role": "teacher"},
        {"username": "", "email": "  a@b ", "role": None},
        {"username": "ﬁ two\nlines", "email": "A@B.C", "role": ""},
        {"username": "x", "email": "y", "password": "plain text from long ago"},
    ],
)
def test_bad_old_accounts_are_saved_as_they_were(admin_client: Client, old: dict[str, str]) -> None:
    user = UserFactory(**old)
    before = row(user)
    answer = submit(admin_client, page_of(user))
    assert answer.redirect_chain, errors_of(answer)
    assert row(user) == before
    submit(admin_client, page_of(user), username="Renamed")
    assert row(user) == {**before, "username": "Renamed"}


# --- superusers


def test_an_admin_cannot_make_a_superuser(admin_client: Client, student: User, admin_user: User) -> None:
    for user in (student, admin_user):
        assert "is_superuser" not in admin_client.get(page_of(user)).content.decode()
        submit(admin_client, page_of(user), is_superuser="on")
        assert row(user)["is_superuser"] is False


def test_a_superusers_account_is_out_of_an_admins_reach(admin_client: Client, superuser: User) -> None:
    page = admin_client.get(page_of(superuser))
    assert page.status_code == 200
    assert "pbkdf2" not in page.content.decode()
    before = row(superuser)
    assert admin_client.post(page_of(superuser), {"email": "mine@example.org", "username": "x"}).status_code == 403
    both = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert admin_client.post(f"{LIST}{superuser.pk}/password/", both).status_code == 403
    assert admin_client.post(f"{LIST}{superuser.pk}/delete/", {"post": "yes"}).status_code == 403
    assert row(superuser) == before


def test_a_superuser_makes_another_but_not_while_deciding_on_a_role(superuser_client: Client, student: User) -> None:
    answer = submit(superuser_client, page_of(student), may="admin", is_superuser="on")
    assert "one of the two at a time" in errors_of(answer)
    submit(superuser_client, page_of(student), is_superuser="on")
    assert row(student)["is_superuser"] is True
    submit(superuser_client, page_of(student), is_superuser="", username="Renamed")
    assert (row(student)["is_superuser"], row(student)["username"]) == (False, "Renamed")


def test_passwords_cannot_be_fished_for_by_filter(admin_client: Client, student: User) -> None:
    answer = admin_client.get(LIST, {"password__startswith": "$pbkdf2"})
    assert answer.status_code == 400


def test_decisions_are_read_and_never_written(superuser_client: Client, student: User) -> None:
    approve_role(user=student, role=Role.STUDENT, by=None)
    decision = RoleApproval.objects.get()
    url = f"/admin/users/roleapproval/{decision.pk}/change/"
    assert student.email in superuser_client.get(url).content.decode()
    assert superuser_client.post(url, {"role": "admin"}).status_code == 403
