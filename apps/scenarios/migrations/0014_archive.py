"""When a patient was put into the archive. Inserts that do not know the column make patients outside it."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0013_scenario_pictures_on_delete")]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.AddField(
            model_name="assistantscenario",
            name="archived_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="When it was put into the archive.", null=True
            ),
        ),
    ]
