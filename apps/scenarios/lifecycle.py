"""What becomes of a whole patient: copies, the archive, and the texts of an earlier version."""

from django.db import transaction
from django.utils import timezone

from apps.scenarios.models import AssistantScenario, ScenarioPicture, ScenarioVersion
from apps.scenarios.serializers import TEXTS
from apps.scenarios.shown import first_line

_OF_ONE_ROW = {"id", "openid", "enable", "archived_at", "created_at", "updated_at"}


@transaction.atomic
def duplicate(scenario: AssistantScenario) -> AssistantScenario:
    """A disabled copy with the texts, tags, picture and rubric questions of the stored row, but no activities.

    DoesNotExist if the scenario has been deleted.
    """
    row = AssistantScenario.objects.get(pk=scenario.pk)
    columns = [field.attname for field in row._meta.concrete_fields if field.name not in _OF_ONE_ROW]
    copy = AssistantScenario(**{name: getattr(row, name) for name in columns}, enable=False)
    copy.title = first_line(f"Copy of {row.shown_title}")
    copy.save()
    for relation, column in TEXTS.items():
        theirs = getattr(row, relation).order_by("pk").values_list(column, flat=True)
        ours = getattr(copy, relation)
        ours.bulk_create([ours.model(scenario=copy, **{column: text}) for text in theirs])
    if picture := ScenarioPicture.objects.filter(pk=row.pk).first():
        picture.pk = copy.pk
        picture._state.adding = True
        picture.save()
    return copy


@transaction.atomic
def archive(scenario: AssistantScenario) -> AssistantScenario:
    """Disable the scenario and take it out of lists. One in the archive stays as it is."""
    return _set_archived(scenario, True)


@transaction.atomic
def restore(scenario: AssistantScenario) -> AssistantScenario:
    """Take the scenario out of the archive. It stays disabled until somebody enables it."""
    return _set_archived(scenario, False)


@transaction.atomic
def restore_version(version: ScenarioVersion) -> AssistantScenario:
    """Make the texts of a version the scenario's own. What versions do not hold stays as it is.

    DoesNotExist if the scenario has been deleted.
    """
    if version.scenario_id is None:
        raise AssistantScenario.DoesNotExist
    row = AssistantScenario.objects.select_for_update(no_key=True).get(pk=version.scenario_id)
    texts = {**dict.fromkeys(AssistantScenario.later_content, ""), **version.content}
    for name, text in texts.items():
        setattr(row, name, text)
    row.save(update_fields=[*texts, "updated_at"])
    return row


def _set_archived(scenario: AssistantScenario, archived: bool) -> AssistantScenario:
    row = AssistantScenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)
    if archived != row.is_archived:
        row.archived_at = timezone.now() if archived else None
        row.enable = row.enable and not archived
        row.save(update_fields=["enable", "archived_at", "updated_at"])
    return row
