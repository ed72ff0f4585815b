"""Admins change accounts over the API."""

import pytest

from apps.users.models import RoleApproval, User
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def url(user: User) -> str:
    return f"/api/v2/users/{user.pk}/"


def test_an_admin_changes_an_accounts_details_and_locks_it(client_for, student, admin_user) -> None:
    own, admin = client_for("student"), client_for("admin")
    answer = admin.patch(url(student), {"username": "Sam S.", "email": "Sam@Example.org", "is_active": False})
    assert answer.status_code == 200
    assert answer.json() == admin.get(url(student)).json()
    student.refresh_from_db()
    assert (student.username, student.email, student.is_active) == ("Sam S.", "Sam@Example.org", False)
    assert own.get("/api/v2/users/me/").json()["code"] == "user_inactive"
    assert admin.patch(url(student), {}).status_code == 200


def test_a_new_claim_removes_the_approval_of_the_old_one(client_for, instructor, admin_user) -> None:
    assert client_for("admin").patch(url(instructor), {"role": "student"}).json()["approved_role"] is None
    assert client_for(instructor).get("/api/v2/rubric-questions/").status_code == 403
    assert RoleApproval.objects.get().decided_by == admin_user
    back = client_for("admin").patch(url(instructor), {"role": "instructor"}).json()
    assert (back["role"], back["is_instructor"]) == ("instructor", False)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"email": "no email"}, "email"),
        ({"email": "x" * 130 + "@example.org"}, "email"),
        ({"email": None}, "email"),
        ({"role": "dean"}, "role"),
        ({"is_active": "perhaps"}, "is_active"),
        ({"username": ""}, "username"),
        ({"username": "x" * 151}, "username"),
    ],
)
def test_an_invalid_field_is_named_and_nothing_is_changed(sent, field, client_for, student) -> None:
    before = User.objects.filter(pk=student.pk).values().get()
    answer = client_for("admin").patch(url(student), {"username": "Changed", **sent})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert User.objects.filter(pk=student.pk).values().get() == before


def test_an_account_that_is_older_than_the_rules_can_be_sent_back_whole(client_for) -> None:
    old = UserFactory.create(email="Old One", role="dean", username="")
    admin = client_for("admin")
    whole = admin.get(url(old)).json()
    answer = admin.patch(url(old), whole | {"is_active": False})
    assert (answer.status_code, answer.json()) == (200, whole | {"is_active": False})
    nameless = UserFactory.create(role=None)
    assert admin.patch(url(nameless), {"role": None, "username": "Nan"}).json()["username"] == "Nan"


def test_an_email_that_is_taken_is_refused(client_for, student, other_student) -> None:
    answer = client_for("admin").patch(url(student), {"username": "Changed", "email": other_student.email})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["email"])
    assert User.objects.get(pk=student.pk).username != "Changed"


def test_nobody_locks_or_demotes_themselves(client_for, admin_user) -> None:
    for sent in ({"is_active": False}, {"role": "student"}):
        answer = client_for("admin").patch(url(admin_user), sent)
        assert (answer.status_code, answer.json()["code"]) == (409, "own_account")
    assert client_for("admin").patch(url(admin_user), {"username": "Adam"}).json()["username"] == "Adam"


def test_a_superusers_account_is_changed_by_superusers_only(client_for, admin_user) -> None:
    chief = User.objects.create_superuser("chief@example.org", "Chief", "a pass phrase 1")
    answer = client_for("admin").patch(url(chief), {"email": "taken.over@example.org"})
    assert (answer.status_code, answer.json()["code"]) == (409, "superuser_keeps_role")
    other = User.objects.create_superuser("other@example.org", "Other", "a pass phrase 1")
    assert client_for(other).patch(url(chief), {"username": "Chief 2"}).status_code == 200


def test_only_admins_change_accounts(client_for, student, instructor) -> None:
    target = UserFactory.create()
    for who in ("student", "unapproved", "instructor"):
        assert client_for(who).patch(url(target), {"username": "Changed"}).status_code == 403
    assert client_for(None).patch(url(target), {"username": "Changed"}).status_code == 401
    target.refresh_from_db()
    assert target.username != "Changed"


@pytest.mark.parametrize("who", ["student", "instructor", "admin", "unapproved"])
def test_everybody_changes_their_own_name_and_nothing_else(client_for, request, who: str) -> None:
    client = client_for(who)
    before = client.get("/api/v2/users/me/").json()
    answer = client.patch("/api/v2/users/me/", {**before, "username": "שם חדש"})
    assert (answer.status_code, answer.json()) == (200, before | {"username": "שם חדש"})
    assert client.get("/api/v2/users/me/").json() == answer.json()
    other = {"email": "new@example.org", "role": "admin", "id": 1, "is_admin": True}
    assert client.patch("/api/v2/users/me/", other).json() == answer.json()


@pytest.mark.parametrize("sent", [{"username": ""}, {"username": None}, {"username": "x" * 151}, {"password": "x"}])
def test_an_impossible_own_name_is_refused(client_for, student, sent) -> None:
    answer = client_for("student").patch("/api/v2/users/me/", sent)
    assert (answer.status_code, [*answer.json()["fields"]]) == (400, [*sent])
    student.refresh_from_db()
    assert student.username != "x" * 151


def test_a_superuser_changes_their_own_name(client_for) -> None:
    answer = client_for(UserFactory.create(is_superuser=True)).patch("/api/v2/users/me/", {"username": "Root"})
    assert (answer.status_code, answer.json()["username"]) == (200, "Root")
