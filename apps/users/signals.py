"""Keeps the permissions of the admin-site groups up to date after migrations."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from apps.users.roles import grant_permissions


@receiver(post_migrate)
def grant_group_permissions(app_config: AppConfig, using: str, **kwargs: Any) -> None:
    grant_permissions(app_config, using=using)
