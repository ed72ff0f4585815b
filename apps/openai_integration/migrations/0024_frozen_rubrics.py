"""The rubrics with which conversations began. Conversations that are under way get theirs with their next message."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0023_previews")]

    operations = [
        LimitLockWait(),
        migrations.CreateModel(
            name="FrozenRubric",
            fields=[
                (
                    "hash",
                    models.CharField(
                        help_text="SHA-256 of the rest.", max_length=64, primary_key=True, serialize=False
                    ),
                ),
                (
                    "activity_id",
                    models.IntegerField(
                        help_text="The exercise's number; empty: a patient's questions alone.", null=True
                    ),
                ),
                ("scenario_id", models.IntegerField(help_text="The patient's number.")),
                (
                    "title",
                    models.CharField(help_text="What the exercise, or else the patient, was called.", max_length=80),
                ),
                (
                    "categories",
                    models.JSONField(
                        help_text="{categories: [{category_id, name, required_to_pass, criteria}]} or {}."
                    ),
                ),
                ("questions", models.JSONField(help_text="{questions: [{id, question_id, question}]}.")),
                ("case_notes", models.TextField(help_text="What the examiner was told of the case.")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={
                "verbose_name": "rubric of a conversation",
                "verbose_name_plural": "rubrics of conversations",
                "db_table": "frozen_rubrics",
                "ordering": ["-created_at", "hash"],
            },
        ),
        migrations.AddField(
            model_name="thread",
            name="frozen_rubric",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The rubric when it began, which marks it once the exercise or its rubric is gone.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="threads",
                to="openai_integration.frozenrubric",
            ),
        ),
    ]
