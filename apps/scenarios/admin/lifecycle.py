"""Copies, the archive and deletion of patients on their admin pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from apps.core.history.admin import RecordedAdmin
from apps.scenarios import lifecycle
from apps.scenarios.models import AssistantScenario

Change = Callable[[AssistantScenario], AssistantScenario]
MOST_NAMED = 10


class ArchiveFilter(admin.SimpleListFilter):
    """Without a choice, what is in the archive is not listed."""

    title = "archive"
    parameter_name = "archive"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "In the archive"), ("all", "All patients")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": "Not in the archive"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "all":
            return queryset
        return queryset.archived() if self.value() == "only" else queryset.current()


class LifecyclePages(RecordedAdmin):
    """Buttons on a patient's page, actions in the list, and a confirmation in words before it is deleted."""

    change_form_outer_before_template = "admin/scenarios/assistantscenario/lifecycle.html"
    object_history_template = "admin/scenarios/assistantscenario/history.html"

    def get_urls(self) -> list[URLPattern]:
        steps: dict[str, tuple[Change, str]] = {
            "duplicate": (
                lifecycle.duplicate,
                "This is the copy. Students cannot talk with it until you open it to them.",
            ),
            "archive": (
                lifecycle.archive,
                "Archived: closed to students, and no longer in lists. Conversations with it go on.",
            ),
            "restore": (lifecycle.restore, "Restored. It stays closed to students until you open it."),
        }
        return [
            *(path(f"<int:pk>/{name}/", self._step(*step), name=f"scenarios_{name}") for name, step in steps.items()),
            *super().get_urls(),
        ]

    def _step(self, change: Change, told: str) -> Any:
        """A view that does this to one patient, and shows the page of the patient that comes of it."""

        @method_decorator(require_POST)
        def view(model_admin: "LifecyclePages", request: HttpRequest, pk: int) -> HttpResponse:
            scenario = get_object_or_404(AssistantScenario, pk=pk)
            model_admin._refuse_without_rights(request, change)
            done = change(scenario)
            model_admin.message_user(request, told, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:scenarios_assistantscenario_change", args=[done.pk]))

        return self.admin_site.admin_view(view.__get__(self))

    def _refuse_without_rights(self, request: HttpRequest, change: Change) -> None:
        allowed = self.has_change_permission(request)
        if change is lifecycle.duplicate:
            allowed = self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied

    @admin.action(description="Duplicate: make copies that are closed to students", permissions=["add"])
    def duplicate_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._change_chosen(request, chosen, lifecycle.duplicate, "Copied")

    @admin.action(description="Archive: close to students and take out of lists", permissions=["change"])
    def archive_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._change_chosen(request, chosen, lifecycle.archive, "Archived")

    @admin.action(description="Restore from the archive, closed to students", permissions=["change"])
    def restore_chosen(self, request: HttpRequest, chosen: QuerySet[AssistantScenario]) -> None:
        self._change_chosen(request, chosen, lifecycle.restore, "Restored")

    def _change_chosen(
        self, request: HttpRequest, chosen: QuerySet[AssistantScenario], change: Change, done: str
    ) -> None:
        rows = list(AssistantScenario.objects.filter(pk__in=chosen.order_by().values("pk")))
        for scenario in rows:
            change(scenario)
        self.message_user(request, f"{done}: {len(rows)}.", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For admins alone; instructors archive. Groups that are older than this rule still have the permission."""
        return bool(getattr(request.user, "is_admin", False)) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found = super().get_deleted_objects(objs, request)
        request.goes_with_them = goes_with(objs)  # type: ignore[attr-defined]
        return found


def goes_with(scenarios: Iterable[AssistantScenario]) -> list[str]:
    """What is deleted with these patients, and what stays, a sentence each."""
    rows = list(scenarios)
    activities = [one for row in rows for one in row.activities.all()]  # type: ignore[attr-defined]
    open_threads = sum(_open_threads(row) for row in rows)
    names = ", ".join(f"“{one.shown_title}”" for one in activities[:MOST_NAMED])
    more = f" and {len(activities) - MOST_NAMED} more" if len(activities) > MOST_NAMED else ""
    return [
        f"Deleted with it, for good: {_count(len(activities), 'exercise')}: {names}{more}."
        if activities
        else "No exercise goes with it.",
        "Its tags, questions and picture go too. Categories and criteria stay.",
        f"{_count(open_threads, 'conversation')} with it {'is' if open_threads == 1 else 'are'} not marked yet. "
        "Students can go on with them, and have them marked by the rubric with which they began; nobody can begin "
        "another."
        if open_threads
        else "No conversation with it waits for marks.",
        "Conversations and marks stay readable. To hide the patient and be able to bring it back, archive it instead.",
    ]


def _open_threads(scenario: AssistantScenario) -> int:
    """Conversations in which something was said that has not been marked."""
    said: Any = scenario.threads.filter(messages__isnull=False, suspended_at__isnull=True)  # type: ignore[attr-defined]
    return int(said.exclude(evaluations__status="completed").distinct().count())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
