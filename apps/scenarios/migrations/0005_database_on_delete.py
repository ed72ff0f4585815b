"""Deleting a scenario works from the Flask service too; its versions stay."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0004_scenario_versions")]
    operations = [
        LimitLockWait("assistant_scenarios"),
        DatabaseOnDelete("scenario_versions", "scenario_id", "SET NULL"),
    ]
