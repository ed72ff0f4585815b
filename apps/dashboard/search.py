"""What Ctrl-K finds on the admin site: patients, exercises, students and conversations, best names first."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from apps.activities.models import Activity
from apps.core.by_name import by_name
from apps.openai_integration.models import Thread
from apps.scenarios.models import AssistantScenario
from apps.users.models import User

MOST_OF_A_KIND = 8


def found(request: HttpRequest, term: str) -> list[SearchResult]:
    """What has the term in its name, as unfold's search callback; of each kind only for those who may see it."""
    if not term.strip():
        return []
    user = cast(User, request.user)
    kinds = (_patients, _exercises, _students, _conversations)
    return list(chain.from_iterable(islice(kind(user, term), MOST_OF_A_KIND) for kind in kinds))


def _hits(
    user: User, rows: QuerySet[Any], term: str, names: tuple[str, ...], texts: tuple[str, ...] = ()
) -> QuerySet[Any]:
    seen = user.has_perm(f"{rows.model._meta.app_label}.view_{rows.model._meta.model_name}")
    return by_name(rows, term, names, texts)[:MOST_OF_A_KIND] if seen else rows.none()


def _patients(user: User, term: str) -> Iterator[SearchResult]:
    for row in _hits(user, AssistantScenario.objects.all(), term, ("title", "name"), ("scenario_text",)):
        yield SearchResult(str(row), "Patient", _page(row), "personal_injury")


def _exercises(user: User, term: str) -> Iterator[SearchResult]:
    for row in _hits(user, Activity.objects.all(), term, ("title",), ("pre_brief",)):
        yield SearchResult(str(row), "Exercise", _page(row), "assignment")


def _students(user: User, term: str) -> Iterator[SearchResult]:
    """By name alone, since only admins see emails."""
    if user.has_perm("openai_integration.view_thread"):
        for row in by_name(User.objects.only("username"), term, ("username",))[:MOST_OF_A_KIND]:
            page = reverse("admin:openai_integration_student", args=[row.pk])
            yield SearchResult(row.username, "Student", page, "person")


def _conversations(user: User, term: str) -> Iterator[SearchResult]:
    rows = Thread.objects.visible_to(user).select_related("student")
    for row in _hits(user, rows, term, ("title", "student__username")):
        student = row.student.username if row.student else "account deleted"
        yield SearchResult(f"{row}, {student}", "Conversation", _page(row), "forum")


def _page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
