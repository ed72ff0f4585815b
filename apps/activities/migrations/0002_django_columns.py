"""Django's columns beside the Flask service's. Old rows keep NULL for times; inserts that do not know the columns get defaults."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial"), ("assessments", "0001_initial"), ("scenarios", "0001_initial")]
    operations = [
        LimitLockWait("activities"),
        migrations.AlterModelOptions(
            name="activitycategory",
            options={"verbose_name_plural": "categories of activities"},
        ),
        migrations.AlterModelOptions(
            name="activity",
            options={"ordering": ["id"], "verbose_name_plural": "activities"},
        ),
        migrations.AddField(
            model_name="activity",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="activity",
            name="created_at",
            field=models.DateTimeField(
                blank=True,
                db_default=django.db.models.functions.datetime.Now(),
                editable=False,
                help_text="When the row was made.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="activity",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="activity",
            name="character",
            field=models.ForeignKey(
                db_index=False,
                help_text="The patient of this exercise.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="activities",
                to="scenarios.assistantscenario",
            ),
        ),
        migrations.AlterField(
            model_name="activity",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="activity",
            name="pre_brief",
            field=models.TextField(help_text="What the student reads first: the setting, their part, the task."),
        ),
    ]
