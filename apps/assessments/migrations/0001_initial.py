"""The Flask service's tables, exactly. `migrate --fake-initial` adopts them where they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("scenarios", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=255)),
                ("total_required_to_pass", models.IntegerField()),
            ],
            options={"db_table": "categories"},
        ),
        migrations.CreateModel(
            name="SubCategory",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=255)),
                ("marking_instructions", models.TextField()),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subcategories",
                        to="assessments.category",
                    ),
                ),
            ],
            options={"db_table": "subcategories"},
        ),
        migrations.CreateModel(
            name="RubricQuestion",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("question", models.TextField()),
                (
                    "scenario",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rubric_questions",
                        to="scenarios.assistantscenario",
                    ),
                ),
            ],
            options={"db_table": "rubric_questions"},
        ),
    ]
