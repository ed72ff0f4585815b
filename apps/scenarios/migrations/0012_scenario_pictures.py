"""Pictures of patients, in a table of their own."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0011_title_name_and_age")]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.CreateModel(
            name="ScenarioPicture",
            fields=[
                (
                    "scenario",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="picture",
                        serialize=False,
                        to="scenarios.assistantscenario",
                    ),
                ),
                ("content", models.BinaryField()),
                ("content_type", models.CharField(max_length=10)),
                ("digest", models.CharField(help_text="SHA-256 of the content.", max_length=64)),
                ("width", models.PositiveSmallIntegerField(help_text="In pixels.")),
                ("height", models.PositiveSmallIntegerField(help_text="In pixels.")),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "db_table": "scenario_pictures",
                "ordering": ["scenario_id"],
                "base_manager_name": "objects",
                "verbose_name": "picture of a patient",
                "verbose_name_plural": "pictures of patients",
            },
        ),
    ]
