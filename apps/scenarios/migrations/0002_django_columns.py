"""Django's columns beside the Flask service's. Old rows keep NULL for times; inserts that do not know the columns get defaults."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("scenarios", "0001_initial")]
    operations = [
        LimitLockWait("assistant_scenarios", "assistant_tags"),
        migrations.AlterModelOptions(
            name="assistantscenario",
            options={"ordering": ["id"], "verbose_name": "scenario"},
        ),
        migrations.AlterModelOptions(
            name="tag",
            options={"ordering": ["id"]},
        ),
        migrations.AddField(
            model_name="assistantscenario",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
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
            model_name="assistantscenario",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AddField(
            model_name="tag",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="tag",
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
            model_name="tag",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="tag",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="additional_instructions",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the patient knows, a fact a line: “Opening: …”, “- topic, words: …”, “- [locked] topic: …” (told only when asked for), “Diagnosis: …” (never named by the patient). Hidden from students.",
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="communication_preferences",
            field=models.TextField(
                blank=True, help_text="The patient's manner: how they speak, what they hold back.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="enable",
            field=models.BooleanField(default=True, help_text="Whether students can talk with this patient."),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="openid",
            field=models.TextField(
                blank=True,
                default="",
                editable=False,
                help_text="The assistant that plays this patient: its current version.",
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="role",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Which avatar is shown: Adult Man, Elderly Woman, Toddler ... or nothing.",
            ),
        ),
        migrations.AlterField(
            model_name="assistantscenario",
            name="scenario_text",
            field=models.TextField(help_text="Who the patient is and why they come. Students see it."),
        ),
        migrations.AlterField(
            model_name="tag",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="tag",
            name="tag",
            field=models.TextField(help_text="A topic, a system or a level."),
        ),
    ]
