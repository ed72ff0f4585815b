from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from apps.users.models import User


class EmailBackend(ModelBackend):
    """Signs people in by email, regardless of case and outer blanks; with `as_typed`, by the exact email only."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        as_typed: bool = False,
        **kwargs: Any,
    ) -> User | None:
        email = kwargs.get(User.USERNAME_FIELD) if username is None else username
        if email is None or password is None:
            return None
        user = User.objects.filter(email=email).first() if as_typed else User.objects.meant_by(email)
        if user is None:
            User().set_password(password)  # hash anyway, so that an unknown email takes as long as a wrong password
        elif user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
