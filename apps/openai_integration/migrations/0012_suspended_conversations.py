"""Conversations that are suspended for their student's welfare, why, and who has looked."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait

NOW = django.db.models.functions.datetime.Now()
CASCADE = django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0011_smaller_contexts_and_estimates")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="thread",
            name="suspended_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, help_text="When it was suspended for its student's welfare."
            ),
        ),
        migrations.CreateModel(
            name="WelfareFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "found_by",
                    models.CharField(
                        max_length=10,
                        choices=[
                            ("rules", "the rules"),
                            ("model", "the rules and the model"),
                            ("refusal", "the rules and the provider's refusal"),
                        ],
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=NOW, editable=False)),
                (
                    "mail_begun_at",
                    models.DateTimeField(blank=True, null=True, help_text="When a worker last began to send the mail."),
                ),
                (
                    "mailed_at",
                    models.DateTimeField(blank=True, null=True, help_text="When the contacts were sent a mail."),
                ),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                ("handled_by", models.CharField(blank=True, default="", max_length=120)),
                (
                    "note",
                    models.TextField(
                        blank=True, default="", help_text="What was done; for the other welfare contacts."
                    ),
                ),
                (
                    "lifted_at",
                    models.DateTimeField(blank=True, null=True, help_text="When the conversation could go on."),
                ),
                ("lifted_by", models.CharField(blank=True, default="", max_length=120)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=CASCADE,
                        related_name="welfare_flags",
                        to="openai_integration.message",
                        verbose_name="student's message",
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        related_name="welfare_flag",
                        to="openai_integration.run",
                        verbose_name="reply",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=CASCADE,
                        related_name="welfare_flags",
                        to="openai_integration.thread",
                        verbose_name="conversation",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspended conversation",
                "db_table": "welfare_flags",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WelfareLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("looked_by", models.CharField(help_text="The email of the account.", max_length=120)),
                ("page", models.CharField(choices=[("list", "List"), ("detail", "page")], max_length=10)),
                ("created_at", models.DateTimeField(db_default=NOW, editable=False)),
                (
                    "flag",
                    models.ForeignKey(
                        on_delete=CASCADE,
                        related_name="looks",
                        to="openai_integration.welfareflag",
                        verbose_name="suspended conversation",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at a suspended conversation",
                "verbose_name_plural": "looks at suspended conversations",
                "db_table": "welfare_looks",
                "ordering": ["-created_at", "-id"],
            },
        ),
    ]
