"""Indexes on the foreign keys, which had none."""

from django.db import migrations, models

from apps.core.migration_operations import AddIndexWithoutLock


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activities", "0002_django_columns")]
    operations = [
        AddIndexWithoutLock(
            model_name="activity",
            index=models.Index(fields=["character"], name="activities_character_idx"),
        ),
        AddIndexWithoutLock(
            model_name="activitycategory",
            index=models.Index(fields=["category"], name="activity_categories_cat_idx"),
        ),
    ]
