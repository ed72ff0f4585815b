"""Help texts and names in the words of the admin pages. State only: no SQL."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scenarios", "0007_scenario_changes_on_delete"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="assistantscenario",
            options={"base_manager_name": "objects", "ordering": ["id"], "verbose_name": "patient"},
        ),
        migrations.AlterModelOptions(
            name="scenariochange",
            options={
                "ordering": ["-id"],
                "verbose_name": "change to patients",
                "verbose_name_plural": "changes to patients",
            },
        ),
        migrations.AlterModelOptions(
            name="scenarioversion",
            options={
                "ordering": ["scenario_id", "number"],
                "verbose_name": "version of a patient",
                "verbose_name_plural": "versions of patients",
            },
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="additional_instructions",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the patient knows, one fact on each line: “Opening: …”, “- topic, words: …”, “- [locked] topic: …” (told only when asked for), “Diagnosis: …” (never named by the patient). Hidden from students.",
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="openid",
            field=models.TextField(
                blank=True, default="", editable=False, help_text="The id of the patient's current version."
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="role",
            field=models.TextField(
                blank=True, default="", help_text="The avatar: Adult Man, Elderly Woman, Toddler and so on, or none."
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="scenario_text",
            field=models.TextField(help_text="Who the patient is and why they come. Shown to students."),
        ),
        migrations.AlterField(
            model_name="scenarioversion",
            name="number",
            field=models.PositiveIntegerField(help_text="Counts each patient's versions from 1."),
        ),
        migrations.AlterField(
            model_name="scenarioversion",
            name="openid",
            field=models.CharField(help_text="The assistant id that the old API shows.", max_length=64, unique=True),
        ),
    ]
