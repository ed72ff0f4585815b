"""After a vetting, newcomers do not fail the check, and the claims that it took can be restored."""

import json
import threading
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.users import vetting
from apps.users.models import RoleApproval, User, Vetting
from apps.users.services import approve_role
from apps.users.tests.factories import UserFactory
from apps.users.tests.test_approve_roles import ME, decisions, fails, state
from tests.legacy.writer import HASH
from tests.stack import wait_until

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)
# The Flask service's INSERT, which names only its own columns.
INSERT_OF_FLASK = 'INSERT INTO "user" (username, email, password, role) VALUES (%s, %s, %s, %s) RETURNING id'


def run(*arguments: str) -> str:
    """The output of approve_roles."""
    output = StringIO()
    call_command("approve_roles", *arguments, stdout=output)
    return output.getvalue()


def sign_up_at_flask(email: str, role: str = "admin") -> User:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_OF_FLASK, ["N", email, HASH, role])
    return User.objects.get(email=email)


def made_long_ago(user: User, *, unknown: bool = False) -> User:
    User.objects.filter(pk=user.pk).update(date_joined=None if unknown else Now() - LONG_AGO)
    return user


@pytest.fixture
def people() -> dict[str, User]:
    """Older claims: of an account from before the adoption, of a later one, and of an approved one."""
    return {
        "old": made_long_ago(UserFactory(email="old@example.org", role="admin"), unknown=True),
        "mal": made_long_ago(UserFactory(email="mal@example.org", role="instructor")),
        "ines": made_long_ago(UserFactory(email="ines@example.org", instructor=True)),
    }


def roles() -> dict[str, tuple[str | None, str | None]]:
    return {email: (role, approved) for email, role, approved in state()}


def test_before_any_vetting_every_claim_has_to_be_looked_at(people: dict[str, User]) -> None:
    sign_up_at_flask("new@example.org")
    assert "3 accounts claiming a power" in fails("--check")
    assert run("--list").splitlines()[-1] == "4 accounts claiming power, 3 of them waiting."


def test_newcomers_are_named_and_refuse_nothing_and_have_no_power(people: dict[str, User]) -> None:
    run("--demote-rest")
    new = sign_up_at_flask("new@example.org")
    sign_up_at_flask("\x1b[2J@example.org", "instructor")
    sign_up_at_flask("student@example.org", "student")
    said = run("--check")
    assert said.splitlines()[1:] == ["  new@example.org", "  '\\x1b[2J@example.org'"]
    assert not new.is_instructor
    assert run("--list").splitlines()[-1] == "3 accounts claiming power, 0 of them waiting, 2 newcomers."
    assert "newcomer" in run("--list", "--json")
    assert "Now 0 accounts waiting" in run("--approve", "new@example.org")
    assert "2 newcomers" not in run("--list")
    assert "1 account (vetting " in run("--demote-rest")
    assert run("--check") == "Every claim to power is approved.\n"


def test_an_older_account_with_a_new_claim_is_not_a_newcomer(people: dict[str, User]) -> None:
    run("--demote-rest")
    for name in ("old", "mal"):
        User.objects.filter(pk=people[name].pk).update(role="admin")
    assert "2 accounts claiming a power" in fails("--check")


def test_a_sign_up_that_was_on_its_way_is_a_newcomer() -> None:
    run("--demote-rest")
    user = sign_up_at_flask("late@example.org")
    moment = Vetting.objects.get().made_at
    User.objects.filter(pk=user.pk).update(date_joined=moment - timedelta(seconds=50))
    assert "late@example.org" in run("--check")
    User.objects.filter(pk=user.pk).update(date_joined=moment - timedelta(seconds=70))
    assert "1 account claiming" in fails("--check")


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_that_commits_after_the_vetting_began_is_a_newcomer() -> None:
    """Its time is before the vetting, but the vetting cannot see it."""
    written, may_commit = threading.Event(), threading.Event()

    def sign_up() -> None:
        try:
            with transaction.atomic():
                sign_up_at_flask("slow@example.org")
                written.set()
                may_commit.wait(30)
        finally:
            connection.close()

    slow = threading.Thread(target=sign_up)
    slow.start()
    assert written.wait(30)
    assert "0 accounts" in run("--demote-rest")
    may_commit.set()
    slow.join()
    assert User.objects.get().date_joined < Vetting.objects.get().made_at
    assert "slow@example.org" in run("--check")


def test_taken_claims_are_recorded_for_each_account(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["ines"].pk).update(role="admin")  # she is approved as instructor
    run("--demote-rest", "--by", UserFactory(email="root@example.org", admin=True).email)
    rows = RoleApproval.objects.order_by("user_id").values_list("email", "previous_claim", "claim", "previous_role")
    assert list(rows) == [
        ("old@example.org", "admin", "student", None),
        ("mal@example.org", "instructor", "student", None),
        ("ines@example.org", "admin", "student", "instructor"),
    ]
    assert {row.vetting for row in RoleApproval.objects.all()} == {Vetting.objects.get()}
    assert {who for *_, who, _ in decisions()} == {"root@example.org"}


def test_all_that_the_last_vetting_took_comes_back_and_no_approval(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["ines"].pk).update(role="admin")
    before = roles()
    run("--demote-rest")
    said = run("--give-back")
    assert said.splitlines()[0].endswith("took: 3 accounts.")
    assert "Claims to be instructor again: mal@example.org" in said
    assert said.endswith("Now 3 accounts waiting.\n")
    assert roles() == before | {"ines@example.org": ("admin", None)}
    assert not User.objects.get(pk=people["ines"].pk).is_instructor
    last = RoleApproval.objects.first()
    assert (last.role, last.previous_claim, last.operator) == (None, "student", ME)
    assert "3 accounts claiming" in fails("--check")
    assert "given back already" in fails("--give-back")
    assert "Nothing has been vetted" not in fails("--give-back")


def test_restoring_the_claims_also_restores_the_previous_vetting(people: dict[str, User]) -> None:
    run("--demote-rest")
    Vetting.objects.update(made_at=F("made_at") - timedelta(minutes=10))
    sign_up_at_flask("between@example.org")
    run("--demote-rest")
    run("--give-back")
    assert "between@example.org" in run("--check")
    assert "given back already" in fails("--give-back")  # rather than restoring what the previous one took
    first = Vetting.objects.order_by("pk").first()
    run("--give-back", "--vetting", str(first.pk))
    assert roles()["old@example.org"] == ("admin", None)
    assert "3 accounts claiming" in fails("--check")
    assert "no vetting 0" in fails("--give-back", "--vetting", "0")


def test_the_list_names_all_vettings_so_that_earlier_ones_can_be_restored(
    people: dict[str, User], admin_user: User
) -> None:
    run("--demote-rest")
    UserFactory(email="late@example.org", role="admin")
    run("--demote-rest", "--by", admin_user.email)
    run("--demote-rest")
    assert "--list names the others" in fails("--give-back", "--vetting", str(give_back_the_last()))
    first, second, third = json.loads(run("--list", "--json"))["vettings"]
    assert [vetting["claims"] for vetting in (first, second, third)] == [2, 1, 0]
    assert [(vetting["by"], vetting["operator"]) for vetting in (first, second)] == [(None, ME), (admin_user.email, ME)]
    assert [vetting["given_back_at"] is None for vetting in (first, second, third)] == [True, True, False]
    lines = run("--list").splitlines()[-4:-1]
    assert [line.split(":")[0] for line in lines] == [f"vetting {one['number']}" for one in (first, second, third)]
    assert lines[0].endswith(f" UTC, by {ME}, took 2 claims")
    assert lines[1].endswith(f" UTC, by {admin_user.email}, took 1 claims")
    assert ", took 0 claims; given back " in lines[2]
    run("--give-back", "--vetting", str(first["number"]))
    assert roles()["old@example.org"] == ("admin", None)


def give_back_the_last() -> int:
    run("--give-back")
    return Vetting.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_later_decisions_and_changes_are_left_alone(people: dict[str, User], admin_user: User) -> None:
    more = {
        name: UserFactory(email=f"{name}@example.org", role="admin") for name in ("teach", "power", "again", "gone")
    }
    run("--demote-rest")
    User.objects.filter(pk=more["teach"].pk).update(role="teacher")
    User.objects.filter(pk=more["power"].pk).update(approved_role="student")
    approve_role(user=more["again"], role="student", by=admin_user)
    approve_role(user=more["again"], role=None, by=admin_user)
    more["gone"].delete()
    said = run("--give-back")
    assert "took: 2 accounts." in said
    assert "Left as they are, since they were decided about or changed: 4." in said
    assert roles()["teach@example.org"] == ("teacher", None)
    assert roles()["power@example.org"] == ("student", "student")
    assert roles()["again@example.org"] == ("student", None)


def test_single_claims_come_back_to_be_approved(people: dict[str, User]) -> None:
    run("--demote", "old@example.org")
    run("--demote-rest")
    assert "Claims to be admin again: old@example.org" in run("--give-back", "old@example.org")
    assert "1 account claiming" in fails("--check")
    run("--approve", "old@example.org")
    assert User.objects.get(pk=people["old"].pk).is_admin
    assert "Every claim" in run("--check")
    for email in ("old@example.org", "ines@example.org"):
        assert f"{email}: the last decision about it took no claim" in fails("--give-back", email)
    before = roles()
    said = fails("--give-back", "mal@example.org", "nobody@example.org", "Mal@example.org")
    assert "nobody@example.org: no account" in said
    assert "There is mal@example.org" in said
    assert roles() == before
    assert "Nothing was changed" in said


def test_without_a_vetting_there_is_nothing_to_restore() -> None:
    assert "Nothing has been vetted" in fails("--give-back")


def test_a_claim_that_was_nothing_comes_back_as_nothing() -> None:
    UserFactory(email="nil@example.org", role=None, approved_role="admin")
    run("--demote", "nil@example.org")
    assert "Claims to be nothing again" in run("--give-back", "nil@example.org")
    assert roles() == {"nil@example.org": (None, None)}


def test_a_vetting_that_fails_takes_no_claims(people: dict[str, User]) -> None:
    before = roles()
    assert "no account" in fails("--demote-rest", "--demote", "mal@example.org", "--approve", "nobody@example.org")
    assert (roles(), Vetting.objects.count(), RoleApproval.objects.count()) == (before, 0, 0)


def test_many_claims_come_back_in_a_few_queries(django_assert_max_num_queries: Any) -> None:
    UserFactory.create_batch(100, role="admin")
    run("--demote-rest")
    with django_assert_max_num_queries(16):  # savepoints among them
        assert "100 accounts" in run("--give-back")


@pytest.mark.django_db(transaction=True)
def test_claims_are_vetted_while_the_old_service_makes_others_all_the_while() -> None:
    stop, made = threading.Event(), []

    def sign_up() -> None:
        try:
            while not stop.is_set():
                made.append(sign_up_at_flask(f"{len(made)}@example.org").pk)
        finally:
            connection.close()

    thread = threading.Thread(target=sign_up)
    thread.start()
    try:
        for _ in range(6):
            count = len(made)
            wait_until(lambda count=count: len(made) > count + 3, "people sign up")
            run("--demote-rest")
            run("--check")
            run("--check")
    finally:
        stop.set()
        thread.join()
    assert vetting.waiting().count() == 0
    assert run("--check")
    assert User.objects.count() == len(made)
