"""Indexes on the foreign keys, which had none."""

from django.db import migrations, models

from apps.core.migration_operations import AddIndexWithoutLock


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("assessments", "0002_django_columns")]
    operations = [
        AddIndexWithoutLock(
            model_name="rubricquestion",
            index=models.Index(fields=["scenario"], name="rubric_questions_scenario_idx"),
        ),
        AddIndexWithoutLock(
            model_name="subcategory",
            index=models.Index(fields=["category"], name="subcategories_category_idx"),
        ),
    ]
