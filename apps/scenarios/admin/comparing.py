"""Two versions of a patient side by side, and the way back to one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from apps.core.admin import ReadOnlyAdmin
from apps.core.text.unified_diff import MAX_LINES
from apps.scenarios import lifecycle
from apps.scenarios.models import AssistantScenario, ScenarioVersion
from apps.scenarios.versions import changed_fields

NOW = "now"


@dataclass(frozen=True)
class Line:
    """A line of each text; None where one has none in its place."""

    before: str | None
    after: str | None
    changed: bool


def side_by_side(before: str, after: str) -> Iterator[Line]:
    """Both texts by lines, equal ones beside each other; whole where they are too long to be compared."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MAX_LINES:
        yield Line(before, after, True)
        return
    for tag, begin, end, new_begin, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for left, right in zip_longest(old[begin:end], new[new_begin:new_end]):
            yield Line(left, right, tag != "equal")


class ComparisonPages(ReadOnlyAdmin):
    """The page of a version shows it beside another, by default the one before, and restores it."""

    change_form_outer_after_template = "admin/scenarios/scenarioversion/compare.html"

    def get_urls(self) -> list[URLPattern]:
        restore = self.admin_site.admin_view(self.restore_view)
        return [path("<int:pk>/restore/", restore, name="scenarios_restore_version"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        compared = self._compared(request, version) if version else None
        return super().change_view(request, object_id, form_url, {"compared": compared, **(extra_context or {})})

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the version's texts the patient's."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        version = get_object_or_404(ScenarioVersion, pk=pk)
        if not _may_change_patients(request):
            raise PermissionDenied
        try:
            scenario = lifecycle.restore_version(version)
        except AssistantScenario.DoesNotExist as error:
            raise Http404 from error
        self.message_user(request, f"The texts of version {version.number} are the patient's now.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:scenarios_assistantscenario_change", args=[scenario.pk]))

    def _compared(self, request: HttpRequest, version: ScenarioVersion) -> dict[str, Any] | None:
        """What the template shows; None for a version of a patient that has been deleted."""
        scenario = version.scenario
        if scenario is None:
            return None
        others = scenario.versions.exclude(pk=version.pk).order_by("-number")  # type: ignore[attr-defined]
        choices = [(NOW, "the patient as it is now"), *((str(one.number), f"version {one.number}") for one in others)]
        against = request.GET.get("against", str(version.number - 1))
        if against not in dict(choices):
            against = NOW
        other = scenario.content() if against == NOW else others.get(number=against).content
        content = {**dict.fromkeys(other, ""), **version.content}
        readable = AssistantScenario.readable
        return {
            "choices": choices,
            "against": against,
            "other_name": dict(choices)[against].capitalize(),
            "fields": [
                {
                    "name": AssistantScenario.words.get(name, name.capitalize()),
                    "lines": list(side_by_side(readable(name, other.get(name, "")), readable(name, content[name]))),
                }
                for name in changed_fields(other, content)
            ],
            "may_restore": _may_change_patients(request),
        }


def _may_change_patients(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("scenarios.change_assistantscenario"))
