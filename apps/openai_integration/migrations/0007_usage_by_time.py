"""Totals of a period need its rows only."""

from django.db import migrations, models

from apps.core.migration_operations import AddIndexWithoutLock


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("openai_integration", "0006_one_message_per_client_id")]
    operations = [
        AddIndexWithoutLock(
            model_name="usage",
            index=models.Index(fields=["created_at"], name="usage_by_time_idx"),
        ),
    ]
