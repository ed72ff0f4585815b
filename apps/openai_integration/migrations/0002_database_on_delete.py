"""Users, scenarios and activities can be deleted by either service; talks and their marking stay."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait

POINTERS = {
    "threads": ("student_id", "scenario_id", "activity_id"),
    "runs": ("activity_id",),
    "evaluations": ("student_id", "scenario_id", "activity_id"),
    "marks": ("author_id",),
}


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0001_initial")]
    operations = [
        LimitLockWait("user", "assistant_scenarios", "activities"),
        *[DatabaseOnDelete(table, column, "SET NULL") for table, columns in POINTERS.items() for column in columns],
    ]
