"""The admin site's sign-in form."""

from types import SimpleNamespace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.views import APIView
from unfold.forms import AuthenticationForm

from apps.core.api.throttling import LoginAccountThrottle, LoginAddressThrottle
from apps.users import failed_sign_ins
from apps.users.hashers import MAX_PASSWORD
from apps.users.models import User


class LoginForm(AuthenticationForm):
    """Signs in with the API's email rules and shares its limits on failed attempts."""

    username = forms.CharField(
        label="Email",
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    # No password is longer, and passlib refuses to hash longer ones.
    password = forms.CharField(
        strip=False, max_length=MAX_PASSWORD, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "Wrong email or password. Capitals and spaces in the password count.",
        "not_approved": "These pages are for approved instructors and admins. Ask an admin to approve your account.",
        "throttled": "Too many attempts. Try again in a minute.",
        "held": "Too many attempts. Try again in %(seconds)s s.",
    }
    attempt: failed_sign_ins.Attempt

    def clean(self) -> dict[str, Any]:
        request, email = cast(HttpRequest, self.request), self.cleaned_data.get("username")
        if not _may_try(request, email):
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        if not (email and self.cleaned_data.get("password")):
            return super().clean()
        try:
            with failed_sign_ins.counted(request, email) as self.attempt:
                return super().clean()
        except Throttled as error:
            seconds = error.wait  # type: ignore[attr-defined]
            raise ValidationError(self.error_messages["held"], code="throttled", params={"seconds": seconds}) from error

    def confirm_login_allowed(self, user: Any) -> None:
        self.attempt.succeeded(cast(User, user))
        if not user.is_staff:
            raise ValidationError(self.error_messages["not_approved"], code="not_approved")


def _may_try(request: HttpRequest, email: str | None) -> bool:
    asked = cast(Request, SimpleNamespace(META=request.META, headers=request.headers, data={"email": email}))
    view = cast(APIView, None)
    return all(throttle().allow_request(asked, view) for throttle in (LoginAccountThrottle, LoginAddressThrottle))
