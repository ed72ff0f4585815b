"""Accounts, on the Flask service's table, and what belongs to them."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.users import emails
from apps.users.fields import (
    PasslibPasswordField,
    SetByUpdateCharField,
    SetByUpdateDateTimeField,
    SetByUpdateIntegerField,
)
from apps.users.stored_values import StoredValuesMixin

# The group of those whom the school has named to look after students at risk.
WELFARE_CONTACTS = "Welfare contacts"


class Role(models.TextChoices):
    STUDENT = "student"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"


class UserQuerySet(models.QuerySet["User"]):
    def claiming_power(self) -> "UserQuerySet":
        """Accounts whose stored role would let them teach or administer if it were approved."""
        return self.filter(role__in=[Role.INSTRUCTOR, Role.ADMIN])

    def instructors(self) -> "UserQuerySet":
        """Accounts whose `is_instructor` holds: approved instructors and admins, and superusers."""
        return self.filter(Q(is_superuser=True) | Q(approved_role=F("role"), role__in=[Role.INSTRUCTOR, Role.ADMIN]))

    def unvetted(self) -> "UserQuerySet":
        """Accounts whose claim nobody has approved. Superusers are left out: their rights come from the flag."""
        return self.claiming_power().filter(is_superuser=False).exclude(Q(approved_role=F("role")))

    def alike(self, email: str) -> "UserQuerySet":
        """Accounts whose email equals this one except for case and outer blanks."""
        return self.alias(folded=emails.Folded("email")).filter(folded=emails.Folded(Value(email)))

    def meant_by(self, email: str) -> "User | None":
        """The account with exactly this email; else the only one whose email is alike."""
        is_typed = models.Case(models.When(email=email, then=0), default=1)
        found = list(self.alike(email).order_by(is_typed)[:2])
        return found[0] if found and (found[0].email == email or len(found) == 1) else None


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Emails are kept exactly as typed: no lower case, no trimming, since the other service compares bytes."""

    def create_user(self, email: str, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password it gets a random one that nobody knows.

        ValidationError if the email is taken.
        """
        if not email:
            raise ValueError("An account needs an email.")
        user = self.model(email=email, username=username, **{"role": Role.STUDENT, **fields})
        user.set_password(password) if password is not None else user.set_unusable_password()
        with transaction.atomic(using=self._db):
            self.claim_email(email)
            user.save(using=self._db)
        return user

    def create_superuser(self, email: str, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an approved admin who passes every permission check."""
        return self.create_user(
            email, username, password, role=Role.ADMIN, approved_role=Role.ADMIN, is_superuser=True, **fields
        )

    def claim_email(self, email: str, *, account: "User | None" = None) -> None:
        """Reserve the email for a new account, or for `account`, until the transaction ends.

        ValidationError if another account has the email or one that is alike, or had it while a token of the other
        service, which identifies people by email, may still be valid. The other service's sign-up checks neither.
        """
        own = getattr(account, "pk", None) or 0  # no account has the id 0
        # Lock order: the row before the email, as in every change to an account.
        if own:
            self.select_for_update(no_key=True).filter(pk=own).values_list("pk").first()
        emails.lock_email(email, using=self.db)
        if self.alike(email).exclude(pk=own).exists():
            raise ValidationError(emails.EMAIL_IN_USE, code="email_taken")
        held = FreedEmail.objects.using(self.db).filter(email=email, freed_at__gt=Now() - emails.HELD_FOR)
        if (settings.FLASK_TOKENS or settings.FLASK_PARALLEL) and held.exclude(account_id=own).exists():
            raise ValidationError(emails.EMAIL_RECENTLY_FREED, code="email_held")


class User(StoredValuesMixin, AbstractUser):
    """A person. `role` is only a claim; rights come from an `approved_role` that equals it."""

    username = models.CharField(max_length=150, help_text="The name shown to others. Not unique.")
    email = models.CharField(  # not an EmailField, whose form field trims and validates rows of the old service
        max_length=120,
        unique=True,
        validators=[validate_email],
        help_text="The email to sign in with, exactly as typed.",
    )
    password = PasslibPasswordField(max_length=200)
    role = models.CharField(
        max_length=70,
        null=True,
        blank=True,
        help_text="The role that the account claims. It gives no rights by itself.",
    )
    approved_role = models.CharField(
        max_length=70,
        null=True,
        blank=True,
        choices=Role.choices,
        help_text="The role that an admin has approved. It counts only while it equals the claimed role.",
    )
    date_joined = models.DateTimeField(  # type: ignore[assignment]
        null=True, blank=True, editable=False, db_default=Now(), help_text="Empty for accounts older than this service."
    )
    first_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    is_superuser = models.BooleanField(
        default=False, db_default=False, help_text="An approved admin with every permission."
    )
    is_active = models.BooleanField(default=True, db_default=True, help_text="Clear this to lock the account.")
    password_while_locked = SetByUpdateCharField(
        max_length=200,
        null=True,
        blank=True,
        editable=False,
        help_text="The hash of a locked account; a trigger moves it here and back.",
    )
    token_version = SetByUpdateIntegerField(
        default=0, db_default=0, editable=False, help_text="The version that this service's access tokens must have."
    )
    access_ended_at = SetByUpdateDateTimeField(
        null=True, blank=True, editable=False, help_text="Older tokens of the Flask service are refused."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["username"]
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        db_table = "user"
        ordering = ["id"]
        verbose_name = "account"
        indexes = [models.Index(emails.Folded("email"), name="user_folded_email_idx")]

    def __str__(self) -> str:
        return f"{self.username} <{self.email}>"

    def clean(self) -> None:
        """Do not lower-case the email's domain, as AbstractUser does; both services compare emails as typed."""

    def get_full_name(self) -> str:
        """The one name that both services have; AbstractUser's two stay empty."""
        return self.username

    def set_unusable_password(self) -> None:
        """Set a random password: the other service's sign-in fails with an error on Django's own marker (`!...`)."""
        self.set_password(secrets.token_urlsafe(32))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. A new password ends all sessions of the account.

        A new password is saved with the other columns changed here, unless `update_fields` says which. The caller may
        have waited at a prompt, so a lock, role or email that was set meanwhile stays.
        """
        if self._password is None or self._state.adding:  # type: ignore[attr-defined]
            return super().save(*args, **kwargs)
        if not (args or {"force_insert", "force_update"} & kwargs.keys()) and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = {"password", *self.changed_columns()}
        with transaction.atomic(using=kwargs.get("using")):
            # Lock the row, so that a simultaneous refresh comes before the revocation or fails after it.
            super().save(*args, **kwargs)
            self.end_access_tokens()
            self._revoke_refresh_tokens()

    def end_access_tokens(self) -> None:
        """Refuse every access token that either service has issued so far."""
        User.objects.filter(pk=self.pk).update(token_version=F("token_version") + 1, access_ended_at=Now())
        self.refresh_from_db(fields=["token_version", "access_ended_at"])

    def _revoke_refresh_tokens(self) -> None:
        alive = OutstandingToken.objects.filter(user=self, blacklistedtoken__isnull=True, expires_at__gt=timezone.now())
        # A sign-out of the previous release takes no lock on the user, and may have inserted its row already.
        BlacklistedToken.objects.bulk_create([BlacklistedToken(token=token) for token in alive], ignore_conflicts=True)

    def check_password(self, raw_password: str | None) -> bool:
        """Check the password, and rehash it if the settings ask for more rounds, unless it was changed meanwhile."""

        def upgrade(raw_password: str) -> None:
            upgraded = make_password(raw_password)
            rows = type(self).objects.filter(pk=self.pk)
            if rows.filter(password=self.password).update(password=upgraded):
                self.password = upgraded
                return
            # A simultaneous sign-in came first, or the password has changed.
            stored = rows.values_list("password", flat=True).first()
            if stored and check_password(raw_password, stored):
                self.password = stored

        return check_password(raw_password, self.password, upgrade)

    @property
    def is_admin(self) -> bool:
        return has_power(Role.ADMIN, self.role, self.approved_role, self.is_superuser)

    @property
    def is_instructor(self) -> bool:
        return self.is_admin or has_power(Role.INSTRUCTOR, self.role, self.approved_role, self.is_superuser)

    @cached_property
    def is_welfare_contact(self) -> bool:
        """Whether the school has named this person to look after students at risk. No role makes one."""
        return self.is_active and self.is_instructor and self.groups.filter(name=WELFARE_CONTACTS).exists()

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Whether the account may use the admin site; derived from the role, so that it cannot go stale."""
        return self.is_instructor


class RefreshFamilyMember(models.Model):
    """A refresh token's place in its family: the tokens that one sign-in led to. Only the newest is valid.

    Tokens of the previous release have no row until they are used.
    """

    token = models.OneToOneField(
        OutstandingToken, primary_key=True, on_delete=models.CASCADE, related_name="membership"
    )
    family = models.UUIDField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "refresh_family_members"

    def __str__(self) -> str:
        return f"{self.token_id} of {self.family}"


class SignInAddress(models.Model):
    """An address from which an account has signed in, stored as a keyed hash that does not reveal it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_addresses")
    address = models.CharField(max_length=64)
    last_used_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sign_in_addresses"
        constraints = [models.UniqueConstraint(fields=["address", "user"], name="one_row_per_sign_in_address")]

    def __str__(self) -> str:
        return f"{self.user_id} from {self.address[:8]}"


def has_power(role: Role, claim: str | None, approved_role: str | None, is_superuser: bool) -> bool:
    """Whether an account with this claim and approval holds the role."""
    return is_superuser or claim == approved_role == role


class Vetting(models.Model):
    """A point in time at which every claim was approved or taken. It counts until what it took is given back."""

    made_at = models.DateTimeField(db_default=Now())
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "vettings"

    def __str__(self) -> str:
        return f"vetting {self.pk}"


class RoleApproval(models.Model):
    """Who gave or took which role, and when. Rows are never changed."""

    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="role_approvals")
    email = models.CharField(max_length=120, help_text="The account's email at that time.")
    role = models.CharField(max_length=70, null=True, help_text="The role after the decision; empty for none.")
    previous_role = models.CharField(max_length=70, null=True)
    claim = models.CharField(
        max_length=70, null=True, help_text="The claim after the decision; empty if it did not change."
    )
    previous_claim = models.CharField(
        max_length=70, null=True, help_text="The claim before the decision, if it changed."
    )
    vetting = models.ForeignKey(  # which nobody deletes, so the column can be added without reading the table
        Vetting,
        null=True,
        on_delete=models.SET_NULL,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
        help_text="That took the claim.",
    )
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="role_decisions", help_text="Empty: the command line."
    )
    operator = models.CharField(
        max_length=150,
        blank=True,
        default="",
        db_default="",
        help_text="The system user who ran the command; empty if it was done elsewhere.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "role_approvals"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.email}: {self.previous_role} > {self.role}"


class FreedEmail(models.Model):
    """An email that an account gave up, by a change or by deletion. A PostgreSQL trigger inserts the rows."""

    email = models.CharField(max_length=120, help_text="The email as it was stored.")
    account_id = models.IntegerField(help_text="The account that had it, which may be deleted.")
    freed_at = models.DateTimeField()

    class Meta:
        db_table = "freed_emails"
        indexes = [models.Index(fields=["email"], name="freed_emails_email_idx")]

    def __str__(self) -> str:
        return f"account {self.account_id}, {self.freed_at}"
