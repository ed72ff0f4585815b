"""What the admin pages of every app share: sign-in, forms that leave untouched values alone, pages to read only."""

import re
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.views import APIView
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from apps.core.api.throttling import LoginAccountThrottle, LoginAddressThrottle


class LoginForm(AuthenticationForm):
    """The account that the API knows by this email and password, and the API's limit on guesses, counted together."""

    username = forms.CharField(
        label="Email",
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    # Longer ones cannot be anybody's, and passlib refuses to hash them.
    password = forms.CharField(
        strip=False, max_length=4096, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "Wrong email or password. Capitals and spaces of the password count.",
        "not_approved": "These pages are for instructors and admins, and nobody has approved this account as one. "
        "Ask an admin.",
        "throttled": "Too many tries. Wait a minute, then try again.",
    }

    def clean(self) -> dict[str, Any]:
        if not _may_try(cast(HttpRequest, self.request), self.cleaned_data.get("username")):
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_staff:
            raise ValidationError(self.error_messages["not_approved"], code="not_approved")


def _may_try(request: HttpRequest, email: str | None) -> bool:
    asked = cast(Request, SimpleNamespace(META=request.META, headers=request.headers, data={"email": email}))
    view = cast(APIView, None)
    return all(throttle().allow_request(asked, view) for throttle in (LoginAccountThrottle, LoginAddressThrottle))


class TextAsTyped(forms.CharField):
    """Text without trimming. Line ends are stored as `\\n`; what only the browser made different is not a change."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return _LINE_END.sub("\n", text) if text else text

    def validate(self, value: Any) -> None:
        super().validate("" if isinstance(value, str) and not value.strip() else value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self._as_sent(initial), self._as_sent(data))

    def _as_sent(self, value: Any) -> Any:
        """As the browser's control would hold it: a text area knows one line end, an input none."""
        one_line = not isinstance(self.widget, forms.Textarea)
        return _LINE_END.sub("" if one_line else "\n", value) if isinstance(value, str) else value


_LINE_END = re.compile(r"\r\n|\r|\n")


class StoredRowForm(forms.ModelForm):
    """Saves what was not touched as it was read, and does not judge it: rows of the old service were never checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._is_stored():
            for name, field in self._texts():
                field.required = field.required and bool((self.initial.get(name) or "").strip())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self._is_stored():
            untouched = [name for name, _ in self._texts() if name in self.initial and name not in self.changed_data]
            cleaned.update({name: self.initial[name] for name in untouched})
        return cleaned

    def columns_to_save(self) -> list[str]:
        """What was typed over: somebody else may have written the rest of the row since it was read."""
        columns = [field.name for field in self.instance._meta.concrete_fields]
        return [name for name in columns if name in self.changed_data or name == "updated_at"]

    def save(self, commit: bool = True) -> Any:
        if not commit or not self._is_stored():
            return super().save(commit)
        row = super().save(commit=False)
        row.save(update_fields=self.columns_to_save())
        self.save_m2m()
        return row

    def _get_validation_exclusions(self) -> set[str]:
        untouched = set(self.fields) - set(self.changed_data) if self._is_stored() else set()
        return super()._get_validation_exclusions() | untouched  # type: ignore[misc]

    def _is_stored(self) -> bool:
        return not self.instance._state.adding

    def _texts(self) -> list[tuple[str, TextAsTyped]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, TextAsTyped)]


class EditableAdmin(ModelAdmin):
    """Rows that people write."""

    form = StoredRowForm
    formfield_overrides = {
        models.CharField: {"form_class": TextAsTyped},
        models.TextField: {"form_class": TextAsTyped},
    }
    warn_unsaved_form = True
    compressed_fields = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.columns_to_save())
        else:
            super().save_model(request, obj, form, change)


class RowsInline(TabularInline):
    """The rows that belong to one, a line each; a text's box grows with it."""

    form = StoredRowForm
    formfield_overrides = {
        models.CharField: {"form_class": TextAsTyped},
        models.TextField: {"form_class": TextAsTyped, "widget": UnfoldAdminExpandableTextareaWidget},
    }
    extra = 0
    hide_title = True


class ReadOnlyAdmin(ModelAdmin):
    """Rows that only the service writes."""

    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def seconds(begun: datetime | None, ended: datetime | None) -> str:
    """How long something took, for reading; empty while it goes on."""
    return f"{(ended - begun).total_seconds():.1f} s" if begun and ended else ""


def count_of(rows: QuerySet[Any], *, by: str) -> Coalesce:
    """How many of `rows` point at the outer row; counted for the rows of one page, without a join."""
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
