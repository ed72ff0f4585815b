"""What instructors have settled about whole markings, and the scores of a second look."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0018_feedback_on_the_whole"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LimitLockWait("user"),
        migrations.AddField(
            model_name="mark",
            name="second_score",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The score of a judge who saw the criterion and the quotes alone.", null=True
            ),
        ),
        migrations.CreateModel(
            name="SettledDoubt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(help_text="The reason for review, as the evaluation had it.", max_length=40),
                ),
                ("comment", models.TextField(blank=True, default="", help_text="What the instructor found.")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="settled_doubts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settled_doubts",
                        to="openai_integration.evaluation",
                    ),
                ),
            ],
            options={
                "db_table": "settled_doubts",
                "ordering": ["evaluation_id", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("evaluation", "reason"), name="one_settlement_per_doubt")
                ],
            },
        ),
    ]
