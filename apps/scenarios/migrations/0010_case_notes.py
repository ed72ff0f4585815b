"""What the examiner should know of a case, in a column that the Flask service does not show to students."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0009_setting_and_content_warning")]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.AddField(
            model_name="assistantscenario",
            name="case_notes",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What the examiner should know of the case, such as what has to be asked and why. The patient never knows it. Hidden from students.",
            ),
        ),
    ]
