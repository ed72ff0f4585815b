"""Each state of a patient that has been played."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0003_indexes")]
    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.CreateModel(
            name="ScenarioVersion",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Counts up within a patient, from 1.")),
                (
                    "openid",
                    models.CharField(
                        help_text="The assistant's id that the old API shows.", max_length=64, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                (
                    "content",
                    models.JSONField(
                        help_text="scenario_text, additional_instructions, role, communication_preferences."
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("retired_at", models.DateTimeField(blank=True, help_text="When the patient was deleted.", null=True)),
                (
                    "scenario",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="versions",
                        to="scenarios.assistantscenario",
                    ),
                ),
            ],
            options={
                "db_table": "scenario_versions",
                "ordering": ["scenario_id", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="scenarioversion",
            constraint=models.UniqueConstraint(fields=("scenario", "number"), name="one_number_per_scenario_version"),
        ),
    ]
