"""Who sees suspended conversations in the admin site, and what is kept of each look."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.openai_integration.models import Thread, WelfareFlag, WelfareLook
from apps.openai_integration.tests.factories import RunFactory
from apps.openai_integration.welfare.suspension import suspend
from apps.users.models import User
from apps.users.tests.factories import UserFactory
from apps.users.welfare_contacts import contacts, dismiss_contact, name_contact
from tests.admin_forms import submit

pytestmark = pytest.mark.django_db
LIST = "/admin/openai_integration/welfareflag/"
LOOKS = "/admin/openai_integration/welfarelook/"
SAID = "words of the student that no page repeats"


@pytest.fixture
def flag(student: User) -> WelfareFlag:
    run = RunFactory(thread__student=student, user_message__content=SAID, status="cancelled", error_code="cancelled")
    suspend(run, found_by=WelfareFlag.FoundBy.RULES)
    return WelfareFlag.objects.get()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def client(user: User) -> Client:
        made = Client()
        made.force_login(user)
        return made

    return client


@pytest.fixture
def contact(instructor: User) -> User:
    name_contact(instructor)
    return instructor


def page(flag: WelfareFlag) -> str:
    return reverse("admin:openai_integration_welfareflag_change", args=[flag.pk])


def test_a_contact_reads_the_list_and_the_page_and_each_look_is_kept(
    contact: User, flag: WelfareFlag, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(contact)
    for address in (LIST, page(flag)):
        answer = client.get(address)
        assert answer.status_code == 200
        assert SAID not in answer.content.decode()
    looks = WelfareLook.objects.order_by("id").values_list("flag_id", "looked_by", "page")
    assert list(looks) == [(flag.pk, contact.email, "list"), (flag.pk, contact.email, "detail")]
    assert contact.email in client.get(LOOKS).content.decode()


@pytest.mark.parametrize("who", ["instructor", "admin", "superuser"])
def test_nobody_else_sees_them(who: str, flag: WelfareFlag, signed_in: Callable[[User], Client]) -> None:
    made = {"instructor": {"instructor": True}, "admin": {"admin": True}, "superuser": {"admin": True}}[who]
    user = UserFactory.create(**made)
    if who == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    client = signed_in(user)
    for address in (LIST, LOOKS, page(flag)):
        assert client.get(address).status_code in {302, 403, 404}, address
    for address in ("/admin/", f"/admin/openai_integration/thread/{flag.thread_id}/change/"):
        text = client.get(address).content.decode().lower()
        assert "suspended" not in text
        assert "welfare" not in text
    assert not WelfareLook.objects.exists()


def test_a_contact_whose_role_was_withdrawn_sees_nothing(
    contact: User, flag: WelfareFlag, signed_in: Callable[[User], Client]
) -> None:
    User.objects.filter(pk=contact.pk).update(approved_role=None)
    contact.refresh_from_db()
    assert signed_in(contact).get(LIST).status_code != 200
    assert contacts() == []


def test_a_note_marks_it_as_handled(contact: User, flag: WelfareFlag, signed_in: Callable[[User], Client]) -> None:
    submit(signed_in(contact), page(flag), note="Spoke with them.")
    flag.refresh_from_db()
    assert (flag.note, flag.handled_by) == ("Spoke with them.", contact.email)
    assert flag.handled_at


def test_a_contact_lets_a_conversation_go_on(
    contact: User, flag: WelfareFlag, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(contact)
    client.post(LIST, {"action": "lift_suspension", "_selected_action": [flag.pk]})
    flag.refresh_from_db()
    assert (flag.lifted_by, Thread.objects.get().suspended_at) == (contact.email, None)


def test_no_page_changes_or_deletes_a_look(
    contact: User, flag: WelfareFlag, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(contact)
    client.get(page(flag))
    look = WelfareLook.objects.get()
    assert client.get(f"{LOOKS}{look.pk}/change/").status_code == 200
    assert client.post(f"{LOOKS}{look.pk}/change/", {"looked_by": "x@example.org"}).status_code == 403
    for address in (f"{LOOKS}{look.pk}/delete/", f"{LIST}{flag.pk}/delete/"):
        assert client.post(address, {"post": "yes"}).status_code == 403
    client.post(LOOKS, {"action": "delete_selected", "_selected_action": [look.pk], "post": "yes"})
    assert WelfareLook.objects.get(pk=look.pk).looked_by == contact.email
    with pytest.raises(TypeError):
        look.save()


def test_an_admin_names_and_dismisses_contacts(admin_user: User, signed_in: Callable[[User], Client]) -> None:
    able, unable = UserFactory.create(instructor=True), UserFactory.create()
    client = signed_in(admin_user)
    chosen = {"_selected_action": [able.pk, unable.pk]}
    client.post("/admin/users/user/", {"action": "name_contacts", **chosen})
    assert contacts() == [able]
    client.post("/admin/users/user/", {"action": "dismiss_contacts", **chosen})
    assert contacts() == []
    dismiss_contact(unable)
