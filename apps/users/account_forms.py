"""The admin site's forms of an account. What a person may do is one choice: claim and approval follow it."""

from typing import Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, ReadOnlyPasswordHashField
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from apps.core.admin import StoredRowForm
from apps.users.models import Role, User

POWERS = [
    (Role.STUDENT, "Practise, as a student"),
    (Role.INSTRUCTOR, "Teach, as an instructor"),
    (Role.ADMIN, "Administer, as an admin"),
]
# The account has a claim that nobody has approved, or one that gives nothing.
UNDECIDED = "undecided"


def power_of(user: User) -> str:
    """The choice that describes the account: a Role, or UNDECIDED."""
    if (user.role, user.approved_role) == (Role.STUDENT, None) or (user.role and user.role == user.approved_role):
        return str(user.role)
    return UNDECIDED


class DecidedAccountForm(StoredRowForm):
    """What both forms have: the decision, and a new email that is claimed until the page's transaction ends."""

    may = forms.ChoiceField(choices=POWERS, initial=Role.STUDENT, label="May", widget=UnfoldAdminSelectWidget)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if "email" in self.changed_data:
            User.objects.claim_email(email, account=self.instance)
        return email

    @property
    def decided(self) -> Role | None:
        """The role that was decided on; None where the decision was left as it is."""
        chosen = self.cleaned_data.get("may") if "may" in self.changed_data else None
        return Role(chosen) if chosen else None


class AccountForm(DecidedAccountForm):
    password = ReadOnlyPasswordHashField(
        help_text=format_html(
            'Nobody can read it. <a href="{}" style="text-decoration: underline">Set a new one</a>.', "../password/"
        )
    )
    welfare_contact = forms.BooleanField(
        required=False,
        label="Welfare contact",
        help_text="Sees the conversations that were suspended because a student may be at risk, and is told of them.",
        widget=UnfoldBooleanSwitchWidget,
    )

    class Meta:
        model = User
        fields = ("username", "email", "is_active", "is_superuser")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: User = self.instance
        self.initial["welfare_contact"] = user.is_welfare_contact
        self.initial["may"] = power = power_of(user)
        if power == UNDECIDED and "may" in self.fields:
            asked = f"asked to be “{user.role}”, which nobody has approved" if user.role else "has no role"
            self.fields["may"].choices = [(UNDECIDED, f"Undecided: practises, and {asked}"), *POWERS]  # type: ignore[attr-defined]

    def columns_to_save(self) -> list[str]:
        """With the claim, where the decision may change it."""
        return [*super().columns_to_save(), *(["role"] if self.decided else [])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.decided and cleaned.get("is_superuser"):
            raise ValidationError("A superuser is an admin in any case; change one of the two at a time.")
        if "welfare_contact" in self.changed_data and cleaned.get("welfare_contact") and not self._will_teach:
            self.add_error("welfare_contact", "Only instructors and admins can be welfare contacts.")
        return cleaned

    @property
    def _will_teach(self) -> bool:
        chosen = self.cleaned_data.get("may", power_of(self.instance))
        return self.instance.is_superuser or chosen in {Role.INSTRUCTOR, Role.ADMIN}


class NewAccountForm(DecidedAccountForm, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "username")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})

    @property
    def decided(self) -> Role | None:
        chosen = Role(self.cleaned_data["may"])
        return chosen if chosen != Role.STUDENT else None
