"""A picture goes with its scenario, whichever service deletes it."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0012_scenario_pictures")]
    operations = [
        LimitLockWait("assistant_scenarios"),
        DatabaseOnDelete("scenario_pictures", "scenario_id", "CASCADE"),
    ]
