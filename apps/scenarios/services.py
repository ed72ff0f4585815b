"""The assistant that plays a patient: made, kept current and retired with its scenario.

It is a ScenarioVersion in our own database; nothing is kept at the model's provider.
"""

import secrets

from django.db import transaction
from django.utils import timezone

from apps.scenarios.models import AssistantScenario, ScenarioVersion, content_hash


def create_assistant(scenario: AssistantScenario) -> ScenarioVersion:
    """Give a new scenario its first version, and its `openid`."""
    return update_assistant(scenario)


def update_assistant(scenario: AssistantScenario) -> ScenarioVersion:
    """Make the scenario's `openid` name a version of what it now says; a new one only where the content changed."""
    version = current_version(scenario)
    if scenario.openid != version.openid:
        AssistantScenario.objects.filter(pk=scenario.pk).update(openid=version.openid)
        scenario.openid = version.openid
    return version


def delete_assistant(scenario: AssistantScenario) -> None:
    """Retire every version; threads that were played with them keep them."""
    scenario.versions.filter(retired_at=None).update(retired_at=timezone.now())


def current_version(scenario: AssistantScenario) -> ScenarioVersion:
    """The version of the scenario's content as it stands, made if there is none.

    Whoever wrote the row last, the Flask service included, what is played is what the row says. `openid` stays.
    """
    digest = content_hash(scenario.content())
    latest = scenario.versions.order_by("-number").first()
    if latest and latest.content_hash == digest:
        return latest
    with transaction.atomic():
        # Two first turns at once would both take the next number.
        AssistantScenario.objects.select_for_update(no_key=True).filter(pk=scenario.pk).first()
        latest = scenario.versions.order_by("-number").first()
        if latest and latest.content_hash == digest:
            return latest
        return ScenarioVersion.objects.create(
            scenario=scenario,
            number=latest.number + 1 if latest else 1,
            openid=f"asst_{secrets.token_hex(12)}",
            title=scenario.title,
            content=scenario.content(),
            content_hash=digest,
        )
