"""Title, order and time limit of exercises. Inserts that do not know them get none of them."""

import django.core.validators
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("activities", "0006_words_that_teachers_read")]

    operations = [
        LimitLockWait("activities"),
        migrations.AddField(
            model_name="activity",
            name="title",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Empty: the first line of the brief.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="position",
            field=models.SmallIntegerField(
                db_default=0,
                default=0,
                help_text="Its place among the exercises; those with the same number stay in the order of making.",
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="time_limit_minutes",
            field=models.SmallIntegerField(
                blank=True,
                help_text="How long the conversation should take, for a clock on the student's page; nothing is cut off. Empty: no limit.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(600),
                ],
            ),
        ),
    ]
