"""A mark keeps every reason for which it is up for review."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0025_words_of_marks")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="mark",
            name="further_reasons",
            field=models.JSONField(blank=True, db_default=[], default=list, help_text="Other reasons for a review."),
        ),
        migrations.AlterField(
            model_name="mark",
            name="review_reason",
            field=models.CharField(blank=True, default="", help_text="The first reason.", max_length=40),
        ),
    ]
