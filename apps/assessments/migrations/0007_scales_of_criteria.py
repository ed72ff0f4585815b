"""A criterion's scale, order and scope. Inserts that do not know them get the old scale, 0 to 2."""

import django.core.validators
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait

BOUNDS = [django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10)]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_words_that_teachers_read")]

    operations = [
        LimitLockWait("subcategories"),
        migrations.AlterModelOptions(
            name="subcategory",
            options={
                "base_manager_name": "objects",
                "ordering": ["position", "id"],
                "verbose_name": "criterion",
                "verbose_name_plural": "criteria",
            },
        ),
        migrations.AddField(
            model_name="subcategory",
            name="lowest_score",
            field=models.SmallIntegerField(
                db_default=0,
                default=0,
                help_text="The marks of a student who shows nothing of it.",
                validators=BOUNDS,
            ),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="highest_score",
            field=models.SmallIntegerField(
                db_default=2, default=2, help_text="The most marks that it gives, at most 10.", validators=BOUNDS
            ),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="levels",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="What a score means: a text for any of them. Hidden from students.",
            ),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="anchors",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text="Examples of what students say who get a score. Hidden from students.",
            ),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="position",
            field=models.SmallIntegerField(
                db_default=0,
                default=0,
                validators=[django.core.validators.MinValueValidator(0)],
                help_text="Its place in the category; criteria with the same number stay in the order of making.",
            ),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="scope",
            field=models.CharField(
                choices=[("turns", "single turns"), ("conversation", "the whole conversation")],
                db_default="turns",
                default="turns",
                help_text="Whether quotes show it, or only the whole conversation, as with its structure.",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="category",
            name="total_required_to_pass",
            field=models.IntegerField(
                help_text="Marks needed to pass: the criteria's marks are added up. With 0 everybody passes.",
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="marking_instructions",
            field=models.TextField(help_text="What earns which marks. Hidden from students."),
        ),
    ]
