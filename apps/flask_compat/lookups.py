"""Finds the activity and the scenario that an old request names. Ids are numbers, or numbers as text."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from apps.activities.models import Activity
from apps.flask_compat.values import is_blank, is_whole_number, whole_number
from apps.scenarios.models import AssistantScenario


def find_activity(fields: Mapping[str, Any]) -> Activity | None:
    """The activity of `activity_id`, whoever may see it; None if it is left out or does not exist."""
    if is_blank(value := fields.get("activity_id")):
        return None
    return Activity.objects.select_related("character").filter(pk=whole_number(value, "activity_id")).first()


def find_scenario(fields: Mapping[str, Any], key: str = "scenario_id") -> AssistantScenario | None:
    """The scenario of `scenario_id`; None if it is left out or does not exist."""
    if is_blank(value := fields.get(key)):
        return None
    return AssistantScenario.objects.filter(pk=whole_number(value, key)).first()


def find_scenario_by_assistant(fields: Mapping[str, Any]) -> AssistantScenario | None:
    """The scenario of `assistant_id`, an older name of `scenario_id`.

    It may be a scenario's id, its `openid`, or the `openid` of any of its versions.
    """
    value = fields.get("assistant_id")
    if not isinstance(value, str) or is_whole_number(value):
        scenario = find_scenario(fields, "assistant_id")
        if scenario or not isinstance(value, str):
            return scenario
    if not value or "\0" in value:
        return None
    of_version = Q(versions__openid=value)
    return AssistantScenario.objects.filter(Q(openid=value) | of_version).order_by("id").first()


def find_activity_and_scenario(fields: Mapping[str, Any]) -> tuple[Activity | None, AssistantScenario | None]:
    """The activity and the scenario to play, both None if no scenario is named. `scenario_id` precedes
    `assistant_id`.
    """
    scenario = find_scenario(fields)
    if scenario is None and not is_blank(fields.get("scenario_id")):
        return None, None
    return reconcile(find_activity(fields), scenario or find_scenario_by_assistant(fields))


def reconcile(
    activity: Activity | None, scenario: AssistantScenario | None
) -> tuple[Activity | None, AssistantScenario | None]:
    """The two made to agree. Without a scenario it is the activity's; an activity of another scenario is dropped."""
    scenario = scenario or (activity.character if activity else None)
    if activity and scenario and activity.character_id != scenario.pk:
        activity = None
    return activity, scenario
