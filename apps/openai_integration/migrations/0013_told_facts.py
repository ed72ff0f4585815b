"""The facts ledger: what the patient has told in each conversation."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0012_suspended_conversations"),
    ]

    operations = [
        LimitLockWait(),
        migrations.CreateModel(
            name="ToldFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="The fact's place among the facts of that version of the patient."
                    ),
                ),
                ("topics", models.TextField(help_text="The words that ask for the fact.")),
                ("text", models.TextField(help_text="What was told.")),
                ("locked", models.BooleanField(help_text="Whether it is told only when asked for.")),
                (
                    "asked",
                    models.BooleanField(
                        help_text="Whether the student had asked for it; if not, the patient volunteered it."
                    ),
                ),
                (
                    "judge",
                    models.CharField(
                        choices=[("model", "Model"), ("rules", "Rules")],
                        help_text="Who found that it was told.",
                        max_length=8,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        help_text="The patient's message that told it.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_facts",
                        to="openai_integration.message",
                        verbose_name="patient's message",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="told_facts",
                        to="openai_integration.thread",
                        verbose_name="conversation",
                    ),
                ),
            ],
            options={
                "verbose_name": "fact that was told",
                "verbose_name_plural": "facts that were told",
                "db_table": "told_facts",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "number"), name="one_entry_per_message_and_fact")
                ],
            },
        ),
        migrations.AlterField(
            model_name="run",
            name="checks",
            field=models.JSONField(
                default=list, help_text="Replies that were rejected: a list of {attempt, rule, action, facts?}."
            ),
        ),
    ]
