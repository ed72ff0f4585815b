"""Title, name and age of patients. Inserts that do not know them get none of them."""

import django.core.validators
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0010_case_notes")]

    operations = [
        LimitLockWait("assistant_scenarios"),
        migrations.AddField(
            model_name="assistantscenario",
            name="title",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What lists call the patient. Empty: the first line of the text. Shown to students.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="assistantscenario",
            name="name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Empty: the name that the text begins with, as in “Ann Lee, 41, a cook”, if its second line begins with it again. Shown to students.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="assistantscenario",
            name="age",
            field=models.SmallIntegerField(
                blank=True,
                help_text="In years. Empty: the age after that name. Shown to students.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(120),
                ],
            ),
        ),
    ]
