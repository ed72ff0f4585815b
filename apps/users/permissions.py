"""Who may call a view. What they then see is decided by its queryset."""

from typing import cast

from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.users.models import User


class IsInstructor(IsAuthenticated):
    """Approved instructors and admins."""

    refuses = "all"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request_user(request).is_instructor


class IsAdmin(IsAuthenticated):
    """Approved admins."""

    refuses = "all"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return super().has_permission(request, view) and request_user(request).is_admin


class InstructorWritesOthersRead(IsAuthenticated):
    """Everyone signed in reads; approved instructors and admins write."""

    refuses = "writes"

    def has_permission(self, request: Request, view: APIView) -> bool:
        reads = request.method in SAFE_METHODS
        return super().has_permission(request, view) and (reads or request_user(request).is_instructor)


def request_user(request: Request) -> User:
    """Who asks, for the type checker: where a view's permissions demand an account, it is one."""
    return cast(User, request.user)
