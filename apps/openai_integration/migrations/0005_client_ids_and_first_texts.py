"""The sender's own names of messages, and how long a stream's first text took."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0004_keys_on_delete")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="message",
            name="client_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The sender's own name for it; empty: none.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="usage",
            name="first_text_ms",
            field=models.PositiveIntegerField(blank=True, help_text="Until the first text of a stream.", null=True),
        ),
        migrations.AlterField(
            model_name="usage",
            name="outcome",
            field=models.CharField(
                help_text="begun, answered, lost with its worker, or the error's code.", max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="checks",
            field=models.JSONField(
                default=list,
                help_text="What the check of replies turned away: a list of {attempt, rule, action}.",
            ),
        ),
    ]
