"""A locked account cannot sign in to the Flask service either, because its hash is moved; unlocking restores it."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from passlib.hash import pbkdf2_sha256
from rest_framework.test import APIClient

from apps.users.hashers import LOCKED
from apps.users.models import User
from apps.users.services import InvalidCredentials
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.test_hashes import refreshes, signs_in
from apps.users.tests.test_models import stored_password
from apps.users.tokens import access_token, tokens_for
from tests.admin_forms import submit

pytestmark = pytest.mark.django_db

NEW = "another pass phrase 2"


def sql(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def kept(user: User) -> str | None:
    return User.objects.values_list("password_while_locked", flat=True).get(pk=user.pk)


def opens_at_flask(user: User, password: str) -> bool:
    """Verify as the Flask service does, which fails on strings that are not such hashes."""
    return pbkdf2_sha256.verify(password, stored_password(user))


def page_of(user: User) -> str:
    return f"/admin/users/user/{user.pk}/change/"


def by_save(user: User, active: bool) -> None:
    read = User.objects.get(pk=user.pk)
    read.is_active = active
    read.save()


def by_api(user: User, active: bool) -> None:
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {access_token(UserFactory(admin=True))}")
    assert client.patch(f"/api/v2/users/{user.pk}/", {"is_active": active}).status_code == 200


def by_admin_site(user: User, active: bool) -> None:
    client = Client()
    client.force_login(UserFactory(admin=True))
    assert submit(client, page_of(user), is_active="on" if active else "").redirect_chain


def by_bulk_update(user: User, active: bool) -> None:
    read = User.objects.get(pk=user.pk)
    read.is_active = active
    User.objects.bulk_update([read], ["is_active"])


def by_another_role(user: User, active: bool) -> None:
    """Update the column with SQL, as somebody in psql does."""
    sql("CREATE ROLE another")
    sql('GRANT SELECT, UPDATE (is_active) ON "user" TO another')
    sql("SET LOCAL ROLE another")
    sql('UPDATE "user" SET is_active = %s WHERE id = %s', active, user.pk)
    sql("RESET ROLE")
    sql("DROP OWNED BY another")
    sql("DROP ROLE another")


WAYS: dict[str, Callable[[User, bool], Any]] = {
    "save": by_save,
    "the API": by_api,
    "the admin site": by_admin_site,
    "a queryset": lambda user, active: User.objects.filter(pk=user.pk).update(is_active=active),
    "bulk_update": by_bulk_update,
    "psql": by_another_role,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_lock_closes_both_services_and_unlocking_opens_both_again(way: str, student: User) -> None:
    before = stored_password(student)
    WAYS[way](student, False)
    assert (stored_password(student), kept(student)) == (LOCKED, before)
    assert not opens_at_flask(student, PASSWORD)
    assert not signs_in(student.email, PASSWORD)
    WAYS[way](student, True)
    assert (stored_password(student), kept(student)) == (before, None)
    assert opens_at_flask(student, PASSWORD)
    assert signs_in(student.email, PASSWORD)


@pytest.mark.parametrize("password", ["", " ", "\0", LOCKED, "A" * 43, PASSWORD, "ø" * 4096])
def test_no_password_fits_the_marker_and_it_is_a_hash_like_any_other(password: str) -> None:
    parsed = pbkdf2_sha256.from_string(LOCKED)
    assert (parsed.rounds, parsed.to_string()) == (29_000, LOCKED)
    if "\0" not in password:
        assert not pbkdf2_sha256.verify(password, LOCKED)


def test_locking_twice_and_unlocking_twice_loses_nothing(student: User) -> None:
    before = stored_password(student)
    for active in (False, False, True, True, False, True):
        User.objects.filter(pk=student.pk).update(is_active=active)
    assert (stored_password(student), kept(student)) == (before, None)


def set_by_save(user: User) -> None:
    user.set_password(NEW)
    user.save()


def set_in_the_admin_site(user: User) -> None:
    client = Client()
    client.force_login(UserFactory(admin=True))
    sent = {"password1": NEW, "password2": NEW}
    assert submit(client, f"/admin/users/user/{user.pk}/password/", **sent).redirect_chain


def set_by_psql(user: User) -> None:
    sql('UPDATE "user" SET password = %s WHERE id = %s', pbkdf2_sha256.using(rounds=29_000).hash(NEW), user.pk)


@pytest.mark.parametrize("way", [set_by_save, set_in_the_admin_site, set_by_psql])
@pytest.mark.parametrize("is_read_before", [True, False])
def test_a_password_that_is_set_while_it_is_locked_counts_afterwards(
    way: Callable[[User], None], is_read_before: bool
) -> None:
    user = UserFactory(is_active=False)
    way(user if is_read_before else User.objects.get(pk=user.pk))
    assert stored_password(user) == LOCKED
    assert not signs_in(user.email, NEW)
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert signs_in(user.email, NEW)
    assert opens_at_flask(user, NEW)
    assert not opens_at_flask(user, PASSWORD)
    assert kept(user) is None


def test_an_account_created_locked_keeps_its_password() -> None:
    user = User.objects.create_user("late@example.org", "Late", PASSWORD, is_active=False)
    assert stored_password(user) == LOCKED
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert opens_at_flask(user, PASSWORD)


def test_a_row_that_is_saved_as_it_was_read_while_it_was_locked_loses_no_password(student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    stale = User.objects.get(pk=student.pk)
    User.objects.filter(pk=student.pk).update(is_active=True)
    set_by_save(User.objects.get(pk=student.pk))
    stale.save()  # locks it again, as it was when read
    assert stored_password(student) == LOCKED
    stale.is_active = True
    stale.save()
    stale.save()
    assert opens_at_flask(student, NEW)
    assert kept(student) is None


def test_a_row_that_is_saved_as_it_was_read_before_the_lock_is_whole(student: User) -> None:
    stale = User.objects.get(pk=student.pk)
    User.objects.filter(pk=student.pk).update(is_active=False)
    stale.username = "Renamed"
    stale.save(update_fields=["username", "password"])
    assert (stored_password(student), opens_at_flask(student, PASSWORD)) == (LOCKED, False)
    stale.save()  # saves is_active too
    assert opens_at_flask(student, PASSWORD)
    assert kept(student) is None


def test_a_password_that_is_set_on_a_row_of_before_the_lock_leaves_it_locked(student: User) -> None:
    stale = User.objects.get(pk=student.pk)
    User.objects.filter(pk=student.pk).update(is_active=False)
    set_by_save(stale)
    assert (stored_password(student), opens_at_flask(student, NEW)) == (LOCKED, False)
    User.objects.filter(pk=student.pk).update(is_active=True)
    assert (opens_at_flask(student, NEW), signs_in(student.email, NEW)) == (True, True)


@pytest.mark.parametrize("is_locked", [True, False])
def test_a_password_is_saved_together_with_other_changes(is_locked: bool, student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=is_locked)
    read = User.objects.get(pk=student.pk)
    User.objects.filter(pk=student.pk).update(username="Renamed meanwhile", email="new@example.org")
    read.is_active = not is_locked
    set_by_save(read)
    now = User.objects.get(pk=student.pk)
    assert (now.is_active, now.username, now.email) == (not is_locked, "Renamed meanwhile", "new@example.org")
    assert (now.password == f"passlib_pbkdf2_sha256{LOCKED}") == is_locked
    # A second save has nothing to change.
    User.objects.filter(pk=student.pk).update(is_active=is_locked)
    set_by_save(read)
    assert User.objects.get(pk=student.pk).is_active == is_locked


def test_changes_made_while_changepassword_waits_at_its_prompt_stay(
    admin_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def typed(prompt: str) -> str:
        User.objects.filter(pk=admin_user.pk).update(is_active=False, role="student", approved_role=None)
        return NEW

    monkeypatch.setattr("getpass.getpass", typed)
    call_command("changepassword", admin_user.email, stdout=StringIO())
    now = User.objects.get(pk=admin_user.pk)
    assert (now.is_active, now.role, now.approved_role, stored_password(now)) == (False, "student", None, LOCKED)
    User.objects.filter(pk=now.pk).update(is_active=True)
    assert opens_at_flask(now, NEW)


@pytest.mark.parametrize("value", [None, "x", LOCKED])
def test_only_the_trigger_writes_the_kept_hash(value: str | None, student: User) -> None:
    before = stored_password(student)
    sql('UPDATE "user" SET password_while_locked = %s WHERE id = %s', value, student.pk)
    assert (stored_password(student), kept(student)) == (before, None)
    User.objects.filter(pk=student.pk).update(is_active=False)
    sql('UPDATE "user" SET password_while_locked = %s, password = %s WHERE id = %s', value, LOCKED, student.pk)
    assert kept(student) == before


def test_a_sign_in_that_had_read_the_account_before_the_lock_gets_no_tokens(student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert student.check_password(PASSWORD)
    assert stored_password(student) == LOCKED
    with pytest.raises(InvalidCredentials):
        tokens_for(student)


@pytest.mark.parametrize("rounds", [29_000, 40_000])
def test_the_marker_is_never_raised_and_the_kept_hash_is_raised_after_unlocking(
    rounds: int, student: User, settings: Any
) -> None:
    settings.PASSWORD_ROUNDS = rounds
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert not signs_in(student.email, PASSWORD)
    assert stored_password(student) == LOCKED
    User.objects.filter(pk=student.pk).update(is_active=True)
    assert signs_in(student.email, PASSWORD)
    assert pbkdf2_sha256.from_string(stored_password(student)).rounds == rounds


def test_tokens_rest_while_it_is_locked(student: User, client_for: Any) -> None:
    refresh = tokens_for(student)["refresh"]
    client = client_for(student)
    User.objects.filter(pk=student.pk).update(is_active=False)
    answer = client.get("/api/v2/users/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "user_inactive")
    assert not refreshes(refresh)
    User.objects.filter(pk=student.pk).update(is_active=True)
    assert client.get("/api/v2/users/me/").status_code == 200
    assert refreshes(refresh)


def test_a_damaged_hash_and_an_empty_one_come_back_as_they_were(student: User) -> None:
    for damaged in ("", "plain text", "$pbkdf2-sha256$x"):
        sql('UPDATE "user" SET password = %s WHERE id = %s', damaged, student.pk)
        User.objects.filter(pk=student.pk).update(is_active=False)
        assert stored_password(student) == LOCKED
        User.objects.filter(pk=student.pk).update(is_active=True)
        assert stored_password(student) == damaged


def test_the_kept_hash_is_never_revealed(student: User, client_for: Any, client: Client) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    hidden = kept(student)
    assert hidden
    admin = client_for("admin")
    shown = [admin.get(path).content for path in ("/api/v2/users/", f"/api/v2/users/{student.pk}/", "/api/all_users")]
    shown.append(admin.patch(f"/api/v2/users/{student.pk}/", {"username": "Sam"}).content)
    client.force_login(User.objects.create_superuser("root@example.org", "Root", PASSWORD))
    shown += [client.get(path).content for path in (page_of(student), "/admin/users/user/")]
    listed = StringIO()
    call_command("approve_roles", "--list", "--json", stdout=listed)
    everything = b"".join(shown).decode() + listed.getvalue() + str(User.objects.get(pk=student.pk))
    for part in ("while_locked", *hidden.split("$")[3:]):
        assert part not in everything
    assert "kept away until the account is unlocked" in everything


def test_a_dump_of_the_rows_brings_locked_accounts_back(student: User, tmp_path: Any) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    file = tmp_path / "rows.json"
    call_command("dumpdata", "users.user", output=str(file))
    assert json.loads(file.read_text())
    student.delete()
    call_command("loaddata", str(file), verbosity=0)
    user = User.objects.get(email=student.email)
    assert stored_password(user) == LOCKED
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert opens_at_flask(user, PASSWORD)
    # Over an existing row it is a lock, and the newer password stays.
    set_by_save(User.objects.get(pk=user.pk))
    for put_over in (lambda: call_command("loaddata", str(file), verbosity=0), lambda: upsert_locked(user)):
        put_over()
        assert (stored_password(user), opens_at_flask(user, PASSWORD)) == (LOCKED, False)
        User.objects.filter(pk=user.pk).update(is_active=True)
        assert (opens_at_flask(user, NEW), kept(user)) == (True, None)


def upsert_locked(user: User) -> None:
    """Restore the locked row of a dump over the existing one, as psql does."""
    columns = ("password", "password_while_locked", "is_active")
    of_dump = pbkdf2_sha256.using(rounds=29_000).hash(PASSWORD)
    sql(
        f'INSERT INTO "user" (id, username, email, {", ".join(columns)}) OVERRIDING SYSTEM VALUE '
        "VALUES (%s, %s, %s, %s, %s, false) ON CONFLICT (id) DO UPDATE SET "
        + ", ".join(f"{column} = excluded.{column}" for column in columns),
        user.pk, user.username, user.email, LOCKED, of_dump,
    )  # fmt: skip
