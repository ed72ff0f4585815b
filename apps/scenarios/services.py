"""Use cases for scenarios: create, update and retire their versions.

What the old API calls an assistant is a ScenarioVersion in our database; nothing is stored at the model's provider.
"""

import hashlib
import secrets
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from apps.scenarios import pictures
from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion, content_hash


def create_assistant(scenario: AssistantScenario) -> ScenarioVersion:
    """Create the first version of a new scenario, and set the scenario's `openid`."""
    return update_assistant(scenario)


def update_assistant(scenario: AssistantScenario) -> ScenarioVersion:
    """Point the scenario's `openid` at a version of its stored content; a new one if the content has changed."""
    with transaction.atomic():
        row = _locked(scenario)
        version = _version_of(row)
        if row.openid != version.openid:
            AssistantScenario.objects.filter(pk=row.pk).update(openid=version.openid)
    scenario.openid = version.openid
    return version


def delete_assistant(scenario: AssistantScenario) -> None:
    """Retire every version of the scenario. Threads that used one keep it."""
    scenario.versions.filter(retired_at=None).update(retired_at=timezone.now())


def delete_all_scenarios() -> None:
    """Delete all scenarios with their tags, questions and activities. Threads, evaluations and categories stay."""
    AssistantScenario.objects.all().delete()


def current_version(scenario: AssistantScenario) -> ScenarioVersion:
    """The version of the content that is in the database now, created if there is none.

    The Flask service may have written the row last, without making a version. `openid` stays as it is.
    """
    row = AssistantScenario.objects.get(pk=scenario.pk)
    latest = _latest_version(row)
    if latest and latest.content_hash == content_hash(row.content()):
        return latest
    with transaction.atomic():
        return _version_of(_locked(scenario))


def set_picture(scenario_id: int, content: bytes) -> ScenarioPicture:
    """Give the scenario a picture, in place of the one that it has.

    PictureError if the content is no picture that is taken; DoesNotExist if there is no such scenario.
    """
    facts = pictures.facts_of(content)
    with transaction.atomic():
        scenario = _locked(AssistantScenario(pk=scenario_id))
        picture = ScenarioPicture(
            scenario=scenario, content=content, digest=hashlib.sha256(content).hexdigest(), **asdict(facts)
        )
        picture.save()
    return picture


def remove_picture(scenario_id: int) -> bool:
    """Take the scenario's picture away; whether there was one."""
    removed, _ = ScenarioPicture.objects.filter(pk=scenario_id).delete()
    return removed > 0


def _locked(scenario: AssistantScenario) -> AssistantScenario:
    """The current row, locked until the transaction ends.

    `scenario` may be stale, and two concurrent first runs would otherwise take the same version number.
    """
    return AssistantScenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)


def _latest_version(row: AssistantScenario) -> ScenarioVersion | None:
    return row.versions.order_by("-number").first()


def _version_of(row: AssistantScenario) -> ScenarioVersion:
    """The latest version if it has the row's content, otherwise a new one. The caller holds the row's lock."""
    latest = _latest_version(row)
    digest = content_hash(row.content())
    if latest and latest.content_hash == digest:
        return latest
    return ScenarioVersion.objects.create(
        scenario=row,
        number=latest.number + 1 if latest else 1,
        openid=f"asst_{secrets.token_hex(12)}",
        title=row.shown_title,
        content=row.content(),
        content_hash=digest,
    )
