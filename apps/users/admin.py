"""Admin pages for accounts: their data, the approved role, and locking."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, ReadOnlyPasswordHashField
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from apps.core.admin import EditableAdmin, ReadOnlyAdmin, StoredRowForm
from apps.users.models import Role, RoleApproval, User, UserQuerySet
from apps.users.services import approve_role
from apps.users.welfare_contacts import dismiss_contact, name_contact

# Groups follow the approved role, and tokens are secrets of their owners: neither is edited by hand.
for model in (Group, OutstandingToken, BlacklistedToken):
    admin.site.unregister(model)


def _offer_roles(form: forms.ModelForm) -> None:
    """Offer the known roles and the current claim, since the old service accepted any word."""
    field = form.fields.get("role")
    if field:
        stored = form.initial.get("role")
        words = [*Role.values] if not stored or stored in Role.values else [*Role.values, stored]
        field.widget = UnfoldAdminSelectWidget(choices=[("", "None"), *((word, word.capitalize()) for word in words)])


class EmailForm(StoredRowForm):
    """Claims a new email for its account until the page's transaction ends."""

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if "email" in self.changed_data:
            User.objects.claim_email(email, account=self.instance)
        return email


class AccountForm(EmailForm):
    password = ReadOnlyPasswordHashField(
        help_text=format_html(
            'Nobody can read it. <a href="{}" style="text-decoration: underline">Set a new one</a>.', "../password/"
        )
    )

    class Meta:
        model = User
        fields = ("username", "email", "role", "approved_role", "is_active", "is_superuser")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_roles(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        changed = {"role", "approved_role"} & set(self.changed_data)
        approved = cleaned.get("approved_role")
        if changed and approved and approved != cleaned.get("role"):
            raise ValidationError({"approved_role": "It must be the role that the account claims, or none."})
        if changed and cleaned.get("is_superuser"):
            raise ValidationError("A superuser is an admin in any case; change one of the two at a time.")
        return cleaned


class NewAccountForm(EmailForm, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "username", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("role", Role.STUDENT)
        _offer_roles(self)
        for name in ("password1", "password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class ApprovalFilter(admin.SimpleListFilter):
    title = "approval"
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "claims more than is approved"), ("counts", "approved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "waiting":
            return cast(UserQuerySet, queryset).unvetted()
        return queryset.filter(approved_role=F("role")) if self.value() == "counts" else queryset


class RoleApprovalInline(TabularInline):
    model = RoleApproval
    fk_name = "user"
    verbose_name_plural = "role decisions"
    fields = readonly_fields = (
        "role", "previous_role", "claim", "previous_claim", "decided_by", "operator", "created_at"
    )  # fmt: skip
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleApproval]:
        return super().get_queryset(request).select_related("decided_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class AccountAdmin(UserAdmin, EditableAdmin):  # type: ignore[misc]
    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "role", "approved_role", "power", "is_active", "date_joined")
    list_filter = (ApprovalFilter, "approved_role", "is_active")
    search_fields = ("username", "email")
    ordering = ("id",)
    filter_horizontal = ()
    readonly_fields = ("date_joined", "last_login")
    inlines = [RoleApprovalInline]
    actions = ("approve_claims", "take_roles_away", "name_contacts", "dismiss_contacts")
    add_fieldsets = ((None, {"fields": ("email", "username", "role", "password1", "password2")}),)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        # A read-only page would print the hash itself.
        may_change = self.has_change_permission(request, obj)
        power = ("role", "approved_role", "is_active", *(("is_superuser",) if request.user.is_superuser else ()))
        return (
            ("Person", {"fields": ("username", "email", *(("password",) if may_change else ()))}),
            ("Power", {"fields": power}),
            ("Record", {"fields": ("date_joined", "last_login")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fixed = ("role", "approved_role") if obj and obj.is_superuser else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only superusers may change a superuser's account, since its password gives every permission."""
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not out_of_reach and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Save the account; the service sets the approved role and records who decided."""
        wanted, stored = obj.approved_role, form.initial.get("approved_role")
        obj.approved_role = stored
        super().save_model(request, obj, form, change)
        if "role" in form.changed_data and stored:
            # The old approval was for another claim; a new one is a decision of its own.
            approve_role(user=obj, role=None, by=cast(User, request.user))
            stored = None
        if wanted != stored:
            approve_role(user=obj, role=wanted, by=cast(User, request.user))

    @display(
        description="May",
        label={
            "everything": "danger",
            "administer": "warning",
            "teach": "info",
            "learn": "success",
            "nothing": "default",
        },
    )
    def power(self, user: User) -> str:
        if not user.is_active:
            return "nothing"
        if user.is_superuser:
            return "everything"
        return "administer" if user.is_admin else "teach" if user.is_instructor else "learn"

    @admin.action(description="Approve the claimed role", permissions=["change"])
    def approve_claims(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._decide(request, chosen.filter(role__in=Role.values), approve=True)

    @admin.action(description="Withdraw the approved role", permissions=["change"])
    def take_roles_away(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        self._decide(request, chosen, approve=False)

    @admin.action(description="Name as welfare contact", permissions=["change"])
    def name_contacts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Name people whose role is approved: only they can sign in to the admin site."""
        able = [user for user in chosen if user.is_instructor and user.is_active]
        for user in able:
            name_contact(user)
            self.log_change(request, user, "Named as welfare contact.")
        left_out = f" Left out, without an approved role: {len(chosen) - len(able)}." if len(able) < len(chosen) else ""
        self.message_user(request, f"Welfare contacts named: {len(able)}.{left_out}", messages.SUCCESS)

    @admin.action(description="Dismiss as welfare contact", permissions=["change"])
    def dismiss_contacts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in chosen:
            dismiss_contact(user)
            self.log_change(request, user, "Dismissed as welfare contact.")
        self.message_user(request, f"Welfare contacts dismissed: {len(chosen)}.", messages.SUCCESS)

    def _decide(self, request: HttpRequest, chosen: QuerySet[User], *, approve: bool) -> None:
        decided = 0
        for user in chosen.filter(is_superuser=False):
            approve_role(user=user, role=user.role if approve else None, by=cast(User, request.user))
            self.log_change(request, user, f"Approved as {user.role}." if approve else "Withdrew the approved role.")
            decided += 1
        self.message_user(request, f"{'Approved' if approve else 'Taken away'}: {decided}.", messages.SUCCESS)


@admin.register(RoleApproval)
class RoleApprovalAdmin(ReadOnlyAdmin):
    list_display = ("email", "previous_role", "role", "decided_by", "operator", "created_at")
    list_filter = ("role", "created_at")
    search_fields = ("email", "user__username", "decided_by__email")
    list_select_related = ("decided_by",)
    fields = (
        "user", "email", "previous_role", "role", "previous_claim", "claim", "vetting", "decided_by", "operator",
        "created_at",
    )  # fmt: skip
