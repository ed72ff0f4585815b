"""Who may call a view. Its queryset decides which rows the caller sees."""

from typing import cast

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.api.operations import ADMINS, INSTRUCTORS
from apps.users.models import User


class IsInstructor(IsAuthenticated):
    """Approved instructors and admins."""

    refuses = "all"
    audience = INSTRUCTORS

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request_user(request).is_instructor


class IsAdmin(IsAuthenticated):
    """Approved admins."""

    refuses = "all"
    audience = ADMINS

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request_user(request).is_admin


class InstructorWritesOthersRead(IsAuthenticated):
    """Everyone signed in reads; approved instructors and admins write."""

    refuses = "writes"
    audience = INSTRUCTORS

    def has_permission(self, request: Request, view: APIView) -> bool:
        reads = request.method in SAFE_METHODS
        return super().has_permission(request, view) and (reads or request_user(request).is_instructor)


def request_user(request: Request) -> User:
    """The authenticated user, typed; only for views whose permissions require one."""
    return cast(User, request.user)
