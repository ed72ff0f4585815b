"""Admin pages for accounts: their data, the approved role, and locking."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import F, QuerySet
from django.http import HttpRequest
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm

from apps.core.admin import EditableAdmin, ReadOnlyAdmin
from apps.users.account_forms import UNDECIDED, AccountForm, DecidedAccountForm, NewAccountForm, power_of
from apps.users.models import Role, RoleApproval, User, UserQuerySet
from apps.users.services import approve_role, demote
from apps.users.welfare_contacts import dismiss_contact, name_contact

# Groups follow the approved role, and tokens are secrets of their owners: neither is edited by hand.
for model in (Group, OutstandingToken, BlacklistedToken):
    admin.site.unregister(model)


# The form's fields for what a person may do.
DECISION = ("may", "welfare_contact")


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
    list_display = ("username", "email", "power", "asked_for", "is_active", "date_joined")
    list_filter = (ApprovalFilter, "approved_role", "is_active")
    search_fields = ("username", "email")
    ordering = ("id",)
    filter_horizontal = ()
    readonly_fields = ("power", "date_joined", "last_login")
    inlines = [RoleApprovalInline]
    actions = ("approve_claims", "make_students", "name_contacts", "dismiss_contacts")
    add_fieldsets = ((None, {"fields": ("email", "username", "may", "password1", "password2")}),)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        # A read-only page would print the hash itself, and has no form with the choice.
        may_change = self.has_change_permission(request, obj)
        decision = DECISION if may_change and self._may_decide(request, obj) else ("power",)
        power = (*decision, "is_active", *(("is_superuser",) if request.user.is_superuser else ()))
        return (
            ("Person", {"fields": ("username", "email", *(("password",) if may_change else ()))}),
            ("Power", {"fields": power}),
            ("Record", {"fields": ("date_joined", "last_login")}),
        )

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj and not self._may_decide(request, obj):
            for name in DECISION:
                form.base_fields.pop(name, None)
        return form

    def _may_decide(self, request: HttpRequest, user: User) -> bool:
        """Nobody decides what they may do themselves; superusers may do everything."""
        return not user.is_superuser and user.pk != request.user.pk

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else []

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only superusers may change a superuser's account, since its password gives every permission."""
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not out_of_reach and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: DecidedAccountForm, change: bool) -> None:
        """Save the account; the services carry out the decision and record who made it."""
        by = cast(User, request.user)
        role = form.decided
        if role in {Role.INSTRUCTOR, Role.ADMIN} or not change:
            obj.role = role or Role.STUDENT
        super().save_model(request, obj, form, change)
        if role == Role.STUDENT:
            demote(users=[obj], by=by)
        elif role:
            approve_role(user=obj, role=role, by=by)
        if "welfare_contact" in form.changed_data:
            (name_contact if form.cleaned_data["welfare_contact"] else dismiss_contact)(obj)

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

    @display(description="Asked for")
    def asked_for(self, user: User) -> str:
        """The claim that waits for an answer."""
        return user.role or "" if power_of(user) == UNDECIDED else ""

    @admin.action(description="Approve what was asked for", permissions=["change"])
    def approve_claims(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        approved = list(chosen.filter(role__in=Role.values, is_superuser=False))
        for user in approved:
            approve_role(user=user, role=user.role, by=cast(User, request.user))
            self.log_change(request, user, f"Approved as {user.role}.")
        self.message_user(request, f"Approved: {len(approved)}.", messages.SUCCESS)

    @admin.action(description="Make students of them", permissions=["change"])
    def make_students(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        others = chosen.filter(is_superuser=False).exclude(pk=cast(User, request.user).pk)
        made = demote(users=others, by=cast(User, request.user))
        for user in made:
            self.log_change(request, user, "Made a student.")
        self.message_user(request, f"Made students: {len(made)}.", messages.SUCCESS)

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
