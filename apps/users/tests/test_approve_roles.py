"""`manage.py approve_roles`: stored roles are claims that have to be approved."""

import json
import os
import pwd
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from apps.users.models import RoleApproval, User
from apps.users.services import approve_role
from apps.users.tests.factories import UserFactory
from apps.users.tokens import access_token

pytestmark = pytest.mark.django_db

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def run_command(*arguments: str) -> str:
        call_command("approve_roles", *arguments)
        return capsys.readouterr().out

    return run_command


@pytest.fixture
def people() -> dict[str, User]:
    """Accounts as the Flask service leaves them: with claims, and nothing decided."""
    return {
        name: UserFactory(email=f"{name}@example.org", username=name.capitalize(), role=role)
        for name, role in [("ines", "instructor"), ("adam", "admin"), ("mal", "admin"), ("sam", "student"),
                           ("tess", "teacher"), ("nil", None)]
    }  # fmt: skip


def state() -> list[tuple[str, str | None, str | None]]:
    return list(User.objects.order_by("id").values_list("email", "role", "approved_role"))


def decisions() -> list[tuple[object, ...]]:
    return list(
        RoleApproval.objects.order_by("id").values_list(
            "email", "previous_role", "role", "decided_by__email", "operator"
        )
    )


def fails(*arguments: str) -> str:
    """The command's error message; its exit code is 1."""
    with pytest.raises(CommandError) as refused:
        call_command("approve_roles", *arguments)
    assert refused.value.returncode == 1
    return str(refused.value)


def test_roles_are_vetted_from_the_first_look_to_the_last_check(people: dict[str, User], run, tmp_path: Path) -> None:
    assert "3 accounts claiming a power" in fails("--check")
    assert run("--list").splitlines()[-1] == "3 accounts claiming power, 3 of them waiting."

    file = tmp_path / "staff.txt"
    file.write_bytes("\ufeff# staff\r\n\r\nines@example.org\r\n".encode())
    said = run("--approve-file", str(file), "--approve", "adam@example.org")
    assert said.splitlines() == [
        "Approved as instructor: ines@example.org",
        "Approved as admin: adam@example.org",
        "Now 1 account waiting.",
    ]
    ines, adam, mal = (User.objects.get(pk=people[name].pk) for name in ("ines", "adam", "mal"))
    assert (ines.is_instructor, ines.is_admin, adam.is_admin, mal.is_instructor) == (True, False, True, False)
    assert [group.name for group in ines.groups.all()] == ["Instructors"]
    assert adam.has_perm("users.change_user")

    assert "1 account claiming a power" in fails("--check")
    said = run("--demote-rest", "--by", "adam@example.org")
    made, now = said.splitlines()
    assert made.startswith("Made students of the rest: 1 account (vetting ")
    assert now == "Now 0 accounts waiting."
    assert run("--check") == "Every claim to power is approved.\n"
    assert state() == [
        ("ines@example.org", "instructor", "instructor"),
        ("adam@example.org", "admin", "admin"),
        ("mal@example.org", "student", None),
        ("sam@example.org", "student", None),
        ("tess@example.org", "teacher", None),
        ("nil@example.org", None, None),
    ]
    assert decisions() == [
        ("ines@example.org", None, "instructor", None, ME),
        ("adam@example.org", None, "admin", None, ME),
        ("mal@example.org", None, "student", "adam@example.org", ME),
    ]


def test_a_demoted_account_loses_access_at_once_and_is_a_student_in_both_services(admin_user: User, run) -> None:
    admin_user.groups.add(Group.objects.create(name="Choir"))
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {access_token(admin_user)}")
    assert client.get("/api/v2/users/").status_code == 200
    assert f"Made a student: {admin_user.email}" in run("--demote", admin_user.email)
    assert client.get("/api/v2/users/").status_code == 403
    assert client.get("/api/v2/users/me/").json()["role"] == "student"
    user = User.objects.get(pk=admin_user.pk)
    assert [group.name for group in user.groups.all()] == ["Choir"]
    assert not user.is_staff
    assert decisions() == [(user.email, "admin", "student", None, ME)]
    assert f"Was a student: {user.email}" in run("--demote", user.email)
    assert RoleApproval.objects.count() == 1


def test_the_same_approval_twice_is_written_down_once(people: dict[str, User], run) -> None:
    assert "Approved as admin" in run("--approve", "adam@example.org", "adam@example.org")
    assert "Was approved as admin" in run("--approve", "adam@example.org")
    assert RoleApproval.objects.count() == 1


def test_a_claim_that_changed_after_its_approval_is_among_the_rest(run) -> None:
    UserFactory(role="admin", approved_role="instructor")
    assert "1 account" in fails("--check")
    assert "1 account" in run("--demote-rest")
    assert state()[0][1:] == ("student", None)


def test_a_superuser_is_neither_waiting_nor_demoted(run) -> None:
    User.objects.create_superuser("root@example.org", "Root", "a pass phrase 1")
    ticked = UserFactory(role="admin", is_superuser=True)
    assert "Every claim" in run("--check")
    assert "0 accounts" in run("--demote-rest").splitlines()[0]
    before = state()
    for arguments in (("--demote", "root@example.org"), ("--approve", ticked.email)):
        assert "A superuser is always an admin" in fails(*arguments)
    assert "Was approved as admin" in run("--approve", "root@example.org")
    assert state() == before


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--approve", "nobody@example.org"], ["nobody@example.org: no account"]),
        (["--approve", "Adam@Example.org"], ["There is adam@example.org, but emails are compared as typed"]),
        (["--approve", " adam@example.org"], ["' adam@example.org': no account"]),
        (["--approve", "no.one@example.org", "--demote", "nobody@example.org"], ["no.one@", "nobody@"]),
        (["--approve", "sam@example.org"], ["sam@example.org: its stored role is 'student'"]),
        (["--approve", "tess@example.org", "nil@example.org"], ["role is 'teacher'", "role is None"]),
        (["--approve", "mal@example.org", "--demote", "mal@example.org"], ["mal@example.org: to be approved and"]),
        (["--by", "sam@example.org"], ["--by sam@example.org: no approved admin"]),
        (["--by", "adam@example.org"], ["--by adam@example.org: no approved admin"]),
        (["--by", "nobody@example.org"], ["--by nobody@example.org"]),
    ],
)
def test_one_error_means_that_nothing_is_changed(
    people: dict[str, User], arguments: list[str], named: list[str]
) -> None:
    before = state()
    said = fails("--approve", "ines@example.org", "--demote-rest", *arguments)
    assert all(words in said for words in named), said
    assert "ines@example.org" not in said
    assert state() == before
    assert not RoleApproval.objects.exists()


def test_every_wrong_line_of_a_file_is_named(people: dict[str, User], tmp_path: Path) -> None:
    file = tmp_path / "staff.txt"
    file.write_text("ines@example.org\n ADAM@example.org\none@example.org\n#two@example.org\nsam@example.org")
    said = fails("--approve-file", str(file))
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "' ADAM@example.org'",
        "one@example.org",
        "sam@example.org",
        "Nothing was changed.",
    ]
    assert not RoleApproval.objects.exists()


@pytest.mark.parametrize("content", [None, b"", b"# nobody\n\n", b"\xff\xfe\x00", b"a\x00b@example.org\n"])
def test_a_file_that_names_nobody_is_refused(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "staff.txt"
    if content is not None:
        file.write_bytes(content)
    assert str(file) in fails("--approve-file", str(file))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["--list", "--check"],
        ["--list", "--demote-rest"],
        ["--check", "--by", "x"],
        ["--give-back", "--demote-rest"],
        ["--give-back", "--check"],
        ["--vetting", "1"],
        ["--give-back", "a@example.org", "--vetting", "1"],
        ["--demote-rest", "--vetting", "1"],
    ],
)
def test_without_options_the_command_lists_them(arguments: list[str]) -> None:
    assert "--" in fails(*arguments)


def test_the_list_shows_claims_with_their_last_decision_and_no_hash(
    admin_user: User, run, django_assert_num_queries
) -> None:
    waiting = UserFactory(email=" a@example.org", username="\x1b[2JEve\n", role="admin")
    approve_role(user=waiting, role="admin", by=admin_user)
    approve_role(user=waiting, role=None, by=None, operator="root")
    UserFactory(role="student")
    with django_assert_num_queries(4):  # the last vetting, the accounts, their decisions, all vettings
        shown = run("--list")
    header, _, line, last = shown.splitlines()
    for title in ("id", "email", "username", "stored role", "approved role", "last decision"):
        assert title in header
    assert "' a@example.org'" in line
    assert "\x1b" not in shown
    assert line.endswith("UTC: none, by root")
    assert last == "2 accounts claiming power, 1 of them waiting."

    listed = json.loads(run("--list", "--json"))["accounts"]
    assert [one["email"] for one in listed] == [admin_user.email, " a@example.org"]
    assert listed[0]["last_decision"] is None
    decision = listed[1].pop("last_decision")
    assert decision.pop("at").endswith("+00:00")
    assert decision == {
        "role": None, "previous_role": "admin", "claim": None, "previous_claim": None, "by": None, "operator": "root",
    }  # fmt: skip
    assert listed[1] == {
        "id": waiting.pk, "email": " a@example.org", "username": "\x1b[2JEve\n", "role": "admin",
        "approved_role": None, "state": "waiting",
    }  # fmt: skip
    assert "pbkdf2" not in shown + str(listed)


def test_a_decision_records_its_admin_wherever_it_was_made(client, client_for, admin_user: User, run) -> None:
    users = [UserFactory(role="instructor") for _ in range(3)]
    client_for("admin").post(f"/api/v2/users/{users[0].pk}/approve-role/", {"role": "instructor"})
    client.force_login(admin_user)
    client.post("/admin/users/user/", {"action": "approve_claims", "_selected_action": [users[1].pk]})
    run("--approve", users[2].email, "--by", admin_user.email)
    assert [(who, operator) for *_, who, operator in decisions()] == [
        (admin_user.email, ""),
        (admin_user.email, ""),
        (admin_user.email, ME),
    ]
    page = client.get("/admin/users/roleapproval/").content.decode()
    assert admin_user.email in page
    assert ME in page


def test_any_number_of_claims_is_taken_back_in_a_few_queries(run, django_assert_max_num_queries) -> None:
    UserFactory.create_batch(100, role="admin")
    with django_assert_max_num_queries(16):  # savepoints among them
        assert "100 accounts" in run("--demote-rest")
    assert RoleApproval.objects.count() == 100
