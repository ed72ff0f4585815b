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
    """Make the scenario's `openid` name a version of what its row says; a new one only where the content changed."""
    with transaction.atomic():
        row = _locked(scenario)
        version = _version_of(row)
        if row.openid != version.openid:
            AssistantScenario.objects.filter(pk=row.pk).update(openid=version.openid)
    scenario.openid = version.openid
    return version


def delete_assistant(scenario: AssistantScenario) -> None:
    """Retire every version; threads that were played with them keep them."""
    scenario.versions.filter(retired_at=None).update(retired_at=timezone.now())


def delete_all_scenarios() -> None:
    """Delete every scenario with its tags, questions and exercises. Talks, markings and categories stay."""
    AssistantScenario.objects.all().delete()


def current_version(scenario: AssistantScenario) -> ScenarioVersion:
    """The version of the row's content as it stands in the database, made if there is none.

    Whoever wrote the row last, the Flask service included, what is played is what the row says. `openid` stays.
    """
    row = AssistantScenario.objects.get(pk=scenario.pk)
    latest = _latest_version(row)
    if latest and latest.content_hash == content_hash(row.content()):
        return latest
    with transaction.atomic():
        return _version_of(_locked(scenario))


def _locked(scenario: AssistantScenario) -> AssistantScenario:
    """The row as it is now, which nobody else can write until the transaction ends.

    `scenario` may have been read before somebody else wrote, and two first turns at once would take one number.
    """
    return AssistantScenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)


def _latest_version(row: AssistantScenario) -> ScenarioVersion | None:
    return row.versions.order_by("-number").first()


def _version_of(row: AssistantScenario) -> ScenarioVersion:
    """The latest version if it has the content of the row, which the caller has locked; otherwise the next one."""
    latest = _latest_version(row)
    digest = content_hash(row.content())
    if latest and latest.content_hash == digest:
        return latest
    return ScenarioVersion.objects.create(
        scenario=row,
        number=latest.number + 1 if latest else 1,
        openid=f"asst_{secrets.token_hex(12)}",
        title=row.title,
        content=row.content(),
        content_hash=digest,
    )
