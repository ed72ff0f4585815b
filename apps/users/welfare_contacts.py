"""The welfare contacts: those whom the school has named to look after students who may be at risk."""

from django.contrib.auth.models import Group

from apps.users.models import WELFARE_CONTACTS, User


def contacts() -> list[User]:
    """The welfare contacts who can sign in to the admin site: an approved role is needed for that."""
    named = User.objects.filter(groups__name=WELFARE_CONTACTS, is_active=True).order_by("id")
    return [user for user in named if user.is_instructor]


def name_contact(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name=WELFARE_CONTACTS)[0])


def dismiss_contact(user: User) -> None:
    user.groups.remove(*Group.objects.filter(name=WELFARE_CONTACTS))
