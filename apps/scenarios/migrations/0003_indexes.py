"""Indexes on the foreign keys, which had none."""

from django.db import migrations, models

from apps.core.migration_operations import AddIndexWithoutLock


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("scenarios", "0002_django_columns")]
    operations = [
        AddIndexWithoutLock(
            model_name="tag",
            index=models.Index(fields=["scenario"], name="assistant_tags_scenario_idx"),
        ),
    ]
