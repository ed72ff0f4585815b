"""Feedback on a whole conversation, tied to verified quotes."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0017_scores_up_to_10")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="evaluation",
            name="feedback",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="{went_well, try_next: {text, quotes}} on the whole; only what a verified quote bears out.",
            ),
        ),
    ]
