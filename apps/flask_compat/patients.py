"""Whom a request of the old format is about: its ids are numbers or the text of numbers, and may name two patients."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from apps.activities.models import Activity
from apps.flask_compat.errors import Invalid
from apps.flask_compat.values import is_blank, whole_number
from apps.scenarios.models import AssistantScenario


def activity_named(named: Mapping[str, Any]) -> Activity | None:
    """The exercise of `activity_id`, whoever may see it; None where it is left out or names nothing."""
    if is_blank(value := named.get("activity_id")):
        return None
    return Activity.objects.select_related("character").filter(pk=whole_number(value, "activity_id")).first()


def scenario_named(named: Mapping[str, Any]) -> AssistantScenario | None:
    """The same for the patient of `scenario_id`."""
    if is_blank(value := named.get("scenario_id")):
        return None
    return AssistantScenario.objects.filter(pk=whole_number(value, "scenario_id")).first()


def assistant_named(named: Mapping[str, Any]) -> AssistantScenario | None:
    """The patient that `assistant_id` plays: one of its row, or of any state of it that was ever played."""
    if is_blank(value := named.get("assistant_id")):
        return None
    if not isinstance(value, str):
        raise Invalid("assistant_id must be a text")
    if "\0" in value:
        return None
    of_version = Q(versions__openid=value)
    return AssistantScenario.objects.filter(Q(openid=value) | of_version).order_by("id").first()


def patient_named(named: Mapping[str, Any]) -> tuple[Activity | None, AssistantScenario | None]:
    """The exercise and the patient to talk with, both None where nobody is named; `scenario_id` goes before
    `assistant_id`."""
    scenario = scenario_named(named)
    if scenario is None and not is_blank(named.get("scenario_id")):
        return None, None
    return matched(activity_named(named), scenario or assistant_named(named))


def matched(
    activity: Activity | None, scenario: AssistantScenario | None
) -> tuple[Activity | None, AssistantScenario | None]:
    """Both, where one may be missing or they disagree: the patient named goes before that of the exercise, which is
    dropped then."""
    scenario = scenario or (activity.character if activity else None)
    if activity and scenario and activity.character_id != scenario.pk:
        activity = None
    return activity, scenario
