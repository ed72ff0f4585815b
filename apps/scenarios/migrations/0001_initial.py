"""The Flask service's tables, exactly. `migrate --fake-initial` adopts them where they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="AssistantScenario",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("scenario_text", models.TextField()),
                ("additional_instructions", models.TextField()),
                ("enable", models.BooleanField()),
                ("role", models.TextField()),
                ("openid", models.TextField()),
                ("communication_preferences", models.TextField(null=True, blank=True)),
            ],
            options={"db_table": "assistant_scenarios"},
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("tag", models.TextField()),
                (
                    "scenario",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="scenarios.assistantscenario",
                    ),
                ),
            ],
            options={"db_table": "assistant_tags"},
        ),
    ]
