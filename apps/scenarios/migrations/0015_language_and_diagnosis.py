"""The patient's language, and the diagnosis in a column that the Flask service does not show to students."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("scenarios", "0014_archive"),
    ]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.AddField(
            model_name="assistantscenario",
            name="diagnosis",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="What the student should find out, with its other names, separated by commas. The patient never names it; the examiner knows it. Hidden from students.",
            ),
        ),
        migrations.AddField(
            model_name="assistantscenario",
            name="language",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The language that the patient speaks whatever the student speaks, in English, such as “German”. Empty: the student's. Hidden from students.",
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="additional_instructions",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the patient knows, one fact on each line: “Opening: …”, “- topic, words: …”, “- [locked] topic: …” (told only when asked for). Hidden from students.",
            ),
        ),
        migrations.AlterField(
            model_name="scenarioversion",
            name="content",
            field=models.JSONField(
                help_text="scenario_text, additional_instructions, role, communication_preferences, setting?, language?, diagnosis?."
            ),
        ),
    ]
