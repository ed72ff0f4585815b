"""Keeps the versions of a scenario up to date when it is saved or deleted."""

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from apps.scenarios import services
from apps.scenarios.models import AssistantScenario


@receiver(post_save, sender=AssistantScenario)
def keep_assistant_current(instance: AssistantScenario, created: bool, raw: bool, **kwargs: Any) -> None:
    if raw:  # fixtures contain their own versions
        return
    if created:
        services.create_assistant(instance)
    else:
        services.update_assistant(instance)


@receiver(pre_delete, sender=AssistantScenario)
def retire_assistant(instance: AssistantScenario, **kwargs: Any) -> None:
    services.delete_assistant(instance)
