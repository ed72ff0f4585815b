"""Conversations in which the staff try a patient."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0022_reports_on_delete")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="thread",
            name="preview",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="An instructor or admin tries the patient. Only they and admins see it, and it counts nowhere.",
            ),
        ),
    ]
