"""The examiner's answers are kept as they come, and checks of marks end before somebody who waits has to have them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0014_marks_without_a_score")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="evaluation",
            name="checks_until",
            field=models.DateTimeField(
                blank=True, help_text="When checks of the marks end; empty: shortly before the deadline.", null=True
            ),
        ),
        migrations.CreateModel(
            name="ExaminerAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        help_text="The step of the marking that asked, such as marks or repair.", max_length=20
                    ),
                ),
                (
                    "window",
                    models.CharField(
                        help_text="The turns that were sent, such as 0-12; empty for others.", max_length=20
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="Counts the requests of a stage for a window, from 0."),
                ),
                ("request_hash", models.CharField(max_length=64)),
                ("text", models.TextField(help_text="The answer as it came.")),
                ("model", models.CharField(help_text="The name that the model gave.", max_length=100)),
                ("input_tokens", models.PositiveIntegerField()),
                ("output_tokens", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(db_default=Now(), editable=False)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="openai_integration.evaluation",
                    ),
                ),
            ],
            options={
                "db_table": "examiner_answers",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evaluation", "stage", "window", "number", "request_hash"),
                        name="one_answer_per_request",
                    )
                ],
            },
        ),
    ]
