"""Deleting a user works from the Flask service too; what they changed stays."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0006_scenario_changes")]
    operations = [
        LimitLockWait("user"),
        DatabaseOnDelete("scenario_changes", "changed_by_id", "SET NULL"),
    ]
