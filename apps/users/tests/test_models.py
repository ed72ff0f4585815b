import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from passlib.hash import pbkdf2_sha256

from apps.users.models import RoleApproval, User
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def stored_password(user: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute('SELECT password FROM "user" WHERE id = %s', [user.pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "email", ["Jane.DOE@Example.ORG", " spaces@example.org ", "not an email", "grüße@example.org", "TAB\t@x"]
)
def test_an_email_is_stored_and_found_exactly_as_typed(email):
    user = User.objects.create_user(email=email, username="Jane", password=PASSWORD)
    user.full_clean(exclude=["email"])
    user.save()
    assert User.objects.get(email=email).email == email
    assert authenticate(email=email, password=PASSWORD) == user


def test_two_emails_that_differ_in_case_are_two_accounts_and_the_same_one_twice_is_refused():
    UserFactory(email="jane@example.org")
    UserFactory(email="Jane@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="jane@example.org")


def test_two_people_may_have_the_same_name():
    assert UserFactory(username="Jane Doe").pk != UserFactory(username="Jane Doe").pk


def test_people_and_decisions_are_called_by_name():
    assert str(UserFactory(username="Jane Doe", email="jane@example.org")) == "Jane Doe <jane@example.org>"
    decision = RoleApproval(email="jane@example.org", previous_role=None, role="admin")
    assert str(decision) == "jane@example.org: None > admin"


def test_an_account_needs_an_email():
    with pytest.raises(ValueError, match="email"):
        User.objects.create_user(email="", username="Jane", password=PASSWORD)


def test_a_new_account_is_a_student_with_a_creation_time():
    user = User.objects.create_user(email="jane@example.org", username="Jane", password=PASSWORD)
    user.refresh_from_db()
    assert (user.role, user.approved_role, user.is_active) == ("student", None, True)
    assert user.date_joined is not None


@pytest.mark.parametrize("password", [PASSWORD, "  leading and trailing  ", "pässwörd ☃ 12", "x" * 4096, "ø" * 4096])
def test_a_password_is_stored_so_that_passlib_alone_verifies_it(password):
    user = User.objects.create_user(email="jane@example.org", username="Jane", password=password)
    stored = stored_password(user)
    assert stored.startswith("$pbkdf2-sha256$29000$")
    assert len(stored) <= 200
    assert pbkdf2_sha256.verify(password, stored)
    assert not pbkdf2_sha256.verify(password + "x", stored) if len(password) < 4096 else True


@pytest.mark.parametrize("rounds", [1_000, 29_000, 40_000])
def test_a_hash_that_passlib_made_signs_in_and_ends_with_at_least_the_rounds_of_today(rounds):
    raw = pbkdf2_sha256.using(rounds=rounds).hash("battery staple")
    user = UserFactory()
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "user" SET password = %s WHERE id = %s', [raw, user.pk])
    assert authenticate(email=user.email, password="battery stapler") is None
    assert stored_password(user) == raw
    assert authenticate(email=user.email, password="battery staple") == user
    stored = stored_password(user)
    assert pbkdf2_sha256.verify("battery staple", stored)
    assert pbkdf2_sha256.from_string(stored).rounds == max(rounds, 29_000)


@pytest.mark.parametrize(
    "damaged", ["", "plain text", "$pbkdf2-sha256$", "$pbkdf2-sha256$x$y$z", "!unusable", "$2b$12$abc"]
)
def test_a_damaged_hash_is_a_wrong_password(damaged):
    user = UserFactory()
    with connection.cursor() as cursor:
        cursor.execute('UPDATE "user" SET password = %s WHERE id = %s', [damaged, user.pk])
    assert authenticate(email=user.email, password="anything") is None


def test_an_account_without_a_password_gets_one_that_flask_can_read():
    user = User.objects.create_user(email="jane@example.org", username="Jane")
    stored = stored_password(user)
    assert pbkdf2_sha256.identify(stored)
    assert not pbkdf2_sha256.verify("", stored)


@pytest.mark.parametrize(
    ("role", "approved_role", "instructor", "admin"),
    [
        ("student", "student", False, False),
        ("instructor", "instructor", True, False),
        ("admin", "admin", True, True),
        ("admin", None, False, False),
        ("instructor", None, False, False),
        ("admin", "instructor", False, False),
        ("instructor", "admin", False, False),
        ("student", "admin", False, False),
        (None, None, False, False),
        (None, "admin", False, False),
        ("Admin", "Admin", False, False),
        ("headmaster", "headmaster", False, False),
    ],
)
def test_a_role_has_power_only_where_it_is_claimed_and_approved(role, approved_role, instructor, admin):
    user = UserFactory(role=role, approved_role=approved_role)
    assert (user.is_instructor, user.is_admin, user.is_staff) == (instructor, admin, instructor)


def test_a_superuser_is_an_approved_admin():
    user = User.objects.create_superuser(email="root@example.org", username="root", password=PASSWORD)
    assert (user.role, user.approved_role) == ("admin", "admin")
    assert user.is_admin
    assert user.is_instructor
    assert user.has_perm("scenarios.add_assistantscenario")


def test_permissions_of_the_admin_site_follow_the_role(student, instructor, admin_user, unapproved):
    teaches = [user.has_perm("scenarios.change_assistantscenario") for user in (student, unapproved, instructor)]
    assert teaches == [False, False, True]
    assert admin_user.has_perm("scenarios.change_assistantscenario")
    assert admin_user.has_perm("users.view_user")
    assert not instructor.has_perm("users.view_user")
