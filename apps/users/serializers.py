from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as InvalidPassword
from django.core.validators import validate_email
from rest_framework import serializers

from apps.core.api.serializers import InputSerializer, UnchangedFieldsMixin
from apps.users.hashers import MAX_PASSWORD
from apps.users.models import Role, User


class UserSerializer(serializers.ModelSerializer):
    """The account as its owner sees it. `role` is what the account claims; the two flags are what it may do."""

    is_instructor = serializers.BooleanField(read_only=True)
    is_admin = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "email", "role", "is_instructor", "is_admin"]
        read_only_fields = fields


class OwnAccountIn(UnchangedFieldsMixin, serializers.ModelSerializer):
    """A person's change to their own account: the name. Emails and roles are changed by an admin."""

    class Meta(UserSerializer.Meta):
        read_only_fields = sorted({*UserSerializer.Meta.fields} - {"username"})


class AccountSerializer(UserSerializer):
    """The account as an admin sees it."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "approved_role", "is_active", "date_joined", "last_login"]
        read_only_fields = fields


class AccountChangeIn(UnchangedFieldsMixin, serializers.ModelSerializer):
    """An admin's change to an account. Fields that are left out or sent back unchanged stay."""

    email = serializers.CharField(
        max_length=120,
        trim_whitespace=False,
        required=False,
        validators=[validate_email],
        help_text="Stored exactly as typed.",
    )
    role = serializers.ChoiceField(choices=Role.choices, required=False, help_text="The claim; see approve-role/.")

    class Meta(AccountSerializer.Meta):
        read_only_fields = sorted({*AccountSerializer.Meta.fields} - {"username", "email", "role", "is_active"})


class TokensSerializer(serializers.Serializer):
    access = serializers.CharField(help_text="For the Authorization header; valid for an hour.")
    refresh = serializers.CharField(
        required=False, help_text="Valid once, for a new pair. In a cookie instead with `X-Refresh-Token: cookie`."
    )


class SignedInSerializer(TokensSerializer):
    user = UserSerializer()


class EmailField(serializers.CharField):
    """An email exactly as typed: DRF's own field trims it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=120, **kwargs)


class PasswordField(serializers.CharField):
    """A password exactly as typed, never returned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=MAX_PASSWORD, write_only=True, **kwargs)


class LoginIn(InputSerializer):
    email = EmailField()
    password = PasswordField()


class RegisterIn(InputSerializer):
    username = serializers.CharField(max_length=150)
    email = EmailField(validators=[validate_email])
    password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _check_password("password", attrs["password"], User(username=attrs["username"], email=attrs["email"]))
        return attrs


class RefreshIn(InputSerializer):
    refresh = serializers.CharField(required=False, help_text="Required without `X-Refresh-Token: cookie`.")


class PasswordChangeIn(InputSerializer):
    old_password = PasswordField()
    new_password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _check_password("new_password", attrs["new_password"], self.context["request"].user)
        return attrs


class PasswordResetIn(InputSerializer):
    email = EmailField(validators=[validate_email])


class PasswordResetConfirmIn(InputSerializer):
    uid = serializers.CharField(max_length=100)
    token = serializers.CharField(max_length=100)
    password = PasswordField()


class SignInOptionsSerializer(serializers.Serializer):
    registration = serializers.ChoiceField(
        choices=["open", "domains", "closed"], help_text="Who may open an account: everybody, some emails, nobody."
    )
    registration_domains = serializers.ListField(
        child=serializers.CharField(), help_text="The domains of the emails, with `domains`; else empty."
    )
    password_reset = serializers.BooleanField(help_text="Whether a forgotten password can be replaced by mail.")


class ApproveRoleIn(InputSerializer):
    """`role` null withdraws the approved role. The context holds the `account`."""

    role = serializers.ChoiceField(choices=Role.choices, allow_null=True)

    def validate_role(self, role: str | None) -> str | None:
        claim = self.context["account"].role
        if role is not None and role != claim:
            # It would have no effect now, but give rights once somebody changes the claim.
            raise serializers.ValidationError(f"The account claims to be {claim!r}; only that can be approved.")
        return role


def password_problems(password: str, user: User) -> list[str]:
    """The messages of AUTH_PASSWORD_VALIDATORS about this password for this person."""
    try:
        validate_password(password, user=user)
    except InvalidPassword as error:
        return error.messages
    return []


def _check_password(field: str, password: str, user: User) -> None:
    if problems := password_problems(password, user):
        raise serializers.ValidationError({field: problems})
