"""Whom a request of the old format is about: its ids are numbers or the text of numbers, and may name two patients."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from apps.activities.models import Activity
from apps.flask_compat.values import is_blank, is_whole_number, whole_number
from apps.scenarios.models import AssistantScenario


def activity_named(named: Mapping[str, Any]) -> Activity | None:
    """The exercise of `activity_id`, whoever may see it; None where it is left out or names nothing."""
    if is_blank(value := named.get("activity_id")):
        return None
    return Activity.objects.select_related("character").filter(pk=whole_number(value, "activity_id")).first()


def scenario_named(named: Mapping[str, Any], key: str = "scenario_id") -> AssistantScenario | None:
    """The same for the patient of `scenario_id`."""
    if is_blank(value := named.get(key)):
        return None
    return AssistantScenario.objects.filter(pk=whole_number(value, key)).first()


def assistant_named(named: Mapping[str, Any]) -> AssistantScenario | None:
    """The patient of `assistant_id`, an older name of `scenario_id`.

    What is no number, or that of no patient, may be the `openid` of one, as it is or was in any state that was played.
    """
    value = named.get("assistant_id")
    if not isinstance(value, str) or is_whole_number(value):
        scenario = scenario_named(named, "assistant_id")
        if scenario or not isinstance(value, str):
            return scenario
    if not value or "\0" in value:
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
