"""The whole lists behind two sections of the first page."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import ListView

from apps.dashboard.students import failed_twice, not_begun
from apps.dashboard.today import Line, line_of_fails, line_of_student


class StudentsList(ListView):
    """A page of lines about students, for those who may read their work."""

    template_name = "dashboard/students.html"
    paginate_by = 50
    title = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("openai_integration.view_evaluation"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        lines = [self.line(row) for row in found["object_list"]]
        return {**admin.site.each_context(self.request), **found, "title": self.title, "lines": lines}

    def line(self, row: Any) -> Line:
        raise NotImplementedError


class NotBegun(StudentsList):
    title = "Students who have not begun"

    def get_queryset(self) -> Any:
        return not_begun().order_by("username", "pk")

    def line(self, row: Any) -> Line:
        return line_of_student(row)


class FailedTwice(StudentsList):
    title = "Failed an exercise twice, and not passed it"

    def get_queryset(self) -> Any:
        return failed_twice()

    def line(self, row: Any) -> Line:
        return line_of_fails(row)
