"""The setting as the patient knows it, and a warning for students; inserts that do not know them get empty texts."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("scenarios", "0008_words_that_teachers_read"),
    ]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.AddField(
            model_name="assistantscenario",
            name="content_warning",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What students are told beforehand if the conversation may distress them. Shown to students.",
            ),
        ),
        migrations.AddField(
            model_name="assistantscenario",
            name="setting",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Where and how patient and student meet, as the patient knows it. Empty: a first consultation, the student in the clinician's place. Hidden from students.",
            ),
        ),
        migrations.AlterField(
            model_name="scenarioversion",
            name="content",
            field=models.JSONField(
                help_text="scenario_text, additional_instructions, role, communication_preferences, setting?."
            ),
        ),
    ]
