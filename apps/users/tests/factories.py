import functools

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_encode

from apps.users.models import Role, User
from apps.users.services import join_role_group

PASSWORD = "a pass phrase 1"


@functools.cache
def password_hash() -> str:
    """The hash of PASSWORD, made once in each test run: all accounts of the tests share it."""
    return make_password(PASSWORD)


class UserFactory(factory.django.DjangoModelFactory):
    """A student with the password PASSWORD; `instructor=True` and `admin=True` make approved ones."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        instructor = factory.Trait(role=Role.INSTRUCTOR, approved_role=Role.INSTRUCTOR)
        admin = factory.Trait(role=Role.ADMIN, approved_role=Role.ADMIN)

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    username = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(password_hash)
    role = Role.STUDENT

    @factory.post_generation
    def group(user: User, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            join_role_group(user)


def password_link(user: User) -> dict[str, str]:
    """`uid` and `token` of a link to set a new password, as it is mailed."""
    return {"uid": urlsafe_base64_encode(str(user.pk).encode()), "token": default_token_generator.make_token(user)}
