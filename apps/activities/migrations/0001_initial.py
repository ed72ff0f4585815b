"""The Flask service's tables, exactly. `migrate --fake-initial` adopts them where they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("assessments", "0001_initial"), ("scenarios", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("pre_brief", models.TextField()),
                (
                    "character",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="activities",
                        to="scenarios.assistantscenario",
                    ),
                ),
            ],
            options={"db_table": "activities"},
        ),
        migrations.CreateModel(
            name="ActivityCategory",
            fields=[
                ("pk", models.CompositePrimaryKey("activity_id", "category_id", primary_key=True, serialize=False)),
                (
                    "activity",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="activities.activity"
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="assessments.category"
                    ),
                ),
            ],
            options={"db_table": "activity_categories"},
        ),
        migrations.AddField(
            model_name="activity",
            name="categories",
            field=models.ManyToManyField(
                blank=True,
                related_name="activities",
                through="activities.ActivityCategory",
                to="assessments.category",
            ),
        ),
    ]
