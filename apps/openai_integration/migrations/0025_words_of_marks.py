"""What teachers call markings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0024_frozen_rubrics"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="evaluation",
            options={"ordering": ["-created_at", "id"], "verbose_name": "marking", "verbose_name_plural": "marks"},
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="kind",
            field=models.CharField(
                choices=[("categories", "rubrics of the exercise"), ("questions", "questions of the patient")],
                max_length=10,
            ),
        ),
    ]
