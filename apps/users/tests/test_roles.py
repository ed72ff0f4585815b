import pytest
from django.contrib.auth.models import Group

from apps.core.api.exceptions import Conflict
from apps.users.models import RoleApproval, User
from apps.users.roles import GROUPS
from apps.users.services import approve_role
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

USERS = "/api/v2/users/"


def url(user: User, tail: str = "") -> str:
    return f"{USERS}{user.pk}/{tail}"


def groups(user: User) -> list[str]:
    return list(user.groups.order_by("name").values_list("name", flat=True))


EVERYBODY = ["student", "other_student", "unapproved", "instructor", "admin", "anonymous"]


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", USERS),
        ("get", USERS + "{student}/"),
        ("post", USERS + "{student}/approve-role/"),
        ("get", USERS + "{student}"),
    ],
)
def test_only_admins_see_people_and_approve_roles(who, method, path, client_for, student):
    sent = {"role": None} if method == "post" else None
    answer = getattr(client_for(who), method)(path.format(student=student.pk), sent)
    assert answer.status_code == {"admin": 200, "anonymous": 401}.get(who, 403)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_with_an_account_sees_themselves(who, client_for, request):
    answer = client_for(who).get(USERS + "me/")
    assert answer.status_code == (401 if who == "anonymous" else 200)
    if who != "anonymous":
        mine = request.getfixturevalue("admin_user" if who == "admin" else who)
        assert answer.json()["id"] == mine.pk


@pytest.mark.parametrize("method", ["put", "delete"])
def test_people_are_not_replaced_or_deleted_here(method, client_for, student):
    assert getattr(client_for("admin"), method)(url(student), {}).status_code == 405
    assert client_for("admin").post(USERS, {}).status_code == 405


def test_an_approved_role_gives_power_and_taking_it_away_ends_it(client_for, unapproved, admin_user):
    admin, claimant = client_for("admin"), client_for(unapproved)
    assert claimant.get(USERS).status_code == 403

    answer = admin.post(url(unapproved, "approve-role/"), {"role": "admin"})
    assert answer.status_code == 200
    assert (answer.json()["approved_role"], answer.json()["is_admin"]) == ("admin", True)
    assert claimant.get(USERS).status_code == 200
    assert groups(unapproved) == ["Admins"]

    answer = admin.post(url(unapproved, "approve-role/"), {"role": None})
    assert (answer.json()["approved_role"], answer.json()["is_admin"], answer.json()["role"]) == (None, False, "admin")
    assert claimant.get(USERS).status_code == 403
    assert groups(unapproved) == []

    decisions = RoleApproval.objects.filter(user=unapproved).order_by("id")
    assert list(decisions.values_list("previous_role", "role", "decided_by", "email")) == [
        (None, "admin", admin_user.pk, unapproved.email),
        ("admin", None, admin_user.pk, unapproved.email),
    ]


def test_an_approved_instructor_works_with_teaching_content_in_the_admin_site_and_does_not_see_people(client_for):
    claimant = UserFactory(role="instructor")
    client_for("admin").post(url(claimant, "approve-role/"), {"role": "instructor"})
    claimant = User.objects.get(pk=claimant.pk)
    assert groups(claimant) == ["Instructors"]
    assert claimant.is_staff
    assert claimant.has_perm("scenarios.add_assistantscenario")
    assert not claimant.has_perm("users.view_user")


@pytest.mark.parametrize("role", ["instructor", "student"])
def test_a_role_that_the_account_does_not_claim_cannot_be_approved(role, client_for, unapproved):
    answer = client_for("admin").post(url(unapproved, "approve-role/"), {"role": role})
    assert answer.status_code == 400
    assert "admin" in answer.json()["fields"]["role"][0]
    unapproved.refresh_from_db()
    assert unapproved.approved_role is None
    assert not RoleApproval.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"role": ""}, {"role": "headmaster"}, {"role": True}, {"role": ["admin"]}, []])
def test_no_other_word_is_a_role(sent, client_for, unapproved):
    assert client_for("admin").post(url(unapproved, "approve-role/"), sent).status_code == 400


def test_an_unknown_account_is_a_404(client_for, student):
    admin = client_for("admin")
    for pk in (student.pk + 1000, 10**30, "x", "-1"):
        assert admin.get(f"{USERS}{pk}/").status_code == 404
        assert admin.post(f"{USERS}{pk}/approve-role/", {"role": None}).status_code == 404


def test_the_same_decision_twice_is_written_down_once(unapproved, admin_user):
    for _ in range(2):
        approve_role(user=unapproved, role="admin", by=admin_user)
    assert RoleApproval.objects.count() == 1


def test_a_decision_on_the_command_line_names_nobody(unapproved):
    assert approve_role(user=unapproved, role="admin", by=None).is_admin
    assert RoleApproval.objects.get().decided_by is None


def test_a_decision_outlives_both_people(unapproved, admin_user):
    approve_role(user=unapproved, role="admin", by=admin_user)
    email = unapproved.email
    unapproved.delete()
    admin_user.delete()
    decision = RoleApproval.objects.get()
    assert (decision.email, decision.user, decision.decided_by) == (email, None, None)


def test_another_role_brings_another_group_and_leaves_groups_of_other_kinds_alone(admin_user):
    admin_user.groups.add(Group.objects.create(name="Choir"))
    User.objects.filter(pk=admin_user.pk).update(role="instructor")
    approve_role(user=admin_user, role="instructor", by=None)
    assert groups(admin_user) == ["Choir", "Instructors"]
    approve_role(user=admin_user, role=None, by=None)
    assert groups(admin_user) == ["Choir"]


def test_a_superuser_cannot_be_demoted_here_since_nothing_would_come_of_it(client_for):
    root = User.objects.create_superuser(email="root@example.org", username="root", password="a pass phrase 1")
    answer = client_for("admin").post(url(root, "approve-role/"), {"role": None})
    assert (answer.status_code, answer.json()["code"]) == (409, "superuser_keeps_role")
    with pytest.raises(Conflict):
        approve_role(user=root, role=None, by=None)
    root.refresh_from_db()
    assert root.approved_role == "admin"


def test_both_groups_exist_after_migrating():
    assert set(GROUPS.values()) <= set(Group.objects.values_list("name", flat=True))


# The list


def listed(client, query: str = "") -> list[str]:
    answer = client.get(USERS + query)
    assert answer.status_code == 200, answer.json()
    return [person["email"] for person in answer.json()["results"]]


def test_the_list_is_an_envelope_of_accounts_without_their_passwords(client_for, student, admin_user):
    body = client_for("admin").get(USERS).json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert body["count"] == 2
    fields = {"id", "username", "email", "role", "is_instructor", "is_admin"}
    more = {"approved_role", "is_active", "date_joined", "last_login"}
    assert [set(person) for person in body["results"]] == [fields | more] * 2
    assert "pbkdf2" not in str(body)


def test_people_are_found_by_name_email_role_and_approval(client_for, admin_user):
    UserFactory(email="Zoe.Smith@example.org", username="Zoë", role="instructor")
    UserFactory(email="b@example.org", username="Bob Smithers", role="instructor", approved_role="instructor")
    UserFactory(email="c@example.org", username="Carol", role=None)
    admin = client_for("admin")
    assert listed(admin, "?search=smith") == ["Zoe.Smith@example.org", "b@example.org"]
    assert listed(admin, "?search=zoë") == ["Zoe.Smith@example.org"]
    assert listed(admin, "?search=carol&role=instructor") == []
    assert listed(admin, "?role=instructor") == ["Zoe.Smith@example.org", "b@example.org"]
    assert listed(admin, "?approved_role=instructor") == ["b@example.org"]
    assert listed(admin, "?role=instructor&approved_role__isnull=true") == ["Zoe.Smith@example.org"]


@pytest.mark.parametrize("query", ["?search=%00", "?role=%00", "?approved_role=headmaster", "?page=0", "?page=x"])
def test_a_question_that_makes_no_sense_is_the_callers_mistake(query, client_for):
    answer = client_for("admin").get(USERS + query)
    assert answer.status_code in {400, 404}
    assert set(answer.json()) >= {"code", "detail"}


@pytest.mark.parametrize("people", [1, 30])
def test_the_list_takes_two_queries_for_any_number_of_accounts(people, client_for, django_assert_num_queries):
    admin = client_for("admin")
    UserFactory.create_batch(people)
    with django_assert_num_queries(2):  # the caller, the page
        assert len(listed(admin)) == people + 1
