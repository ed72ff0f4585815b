"""Where conversations were forked, and replies that their students have reported."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0020_reviews_on_delete"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LimitLockWait("user"),
        migrations.AddField(
            model_name="thread",
            name="forked_before_id",
            field=models.BigIntegerField(
                blank=True,
                editable=False,
                help_text="The first message of that conversation that was not copied.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="forked_from",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The conversation whose beginning this one holds a copy of.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="forks",
                to="openai_integration.thread",
                verbose_name="begun from",
            ),
        ),
        migrations.CreateModel(
            name="ReplyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", help_text="What was wrong, in the student's words.", max_length=500
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("seen_at", models.DateTimeField(blank=True, help_text="When an instructor settled it.", null=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report",
                        to="openai_integration.message",
                        verbose_name="patient's message",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="seen_reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report of a reply",
                "verbose_name_plural": "reports of replies",
                "db_table": "reply_reports",
                "ordering": ["-created_at", "-id"],
            },
        ),
    ]
