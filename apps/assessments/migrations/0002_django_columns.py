"""Django's columns beside the Flask service's. Old rows keep NULL for times; inserts that do not know the columns get defaults."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("scenarios", "0001_initial")]
    operations = [
        LimitLockWait("categories", "rubric_questions", "subcategories"),
        migrations.AlterModelOptions(
            name="category",
            options={"ordering": ["id"], "verbose_name_plural": "categories"},
        ),
        migrations.AlterModelOptions(
            name="rubricquestion",
            options={"ordering": ["id"]},
        ),
        migrations.AlterModelOptions(
            name="subcategory",
            options={"ordering": ["id"], "verbose_name": "criterion", "verbose_name_plural": "criteria"},
        ),
        migrations.AddField(
            model_name="category",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="category",
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
            model_name="category",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="category",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AddField(
            model_name="rubricquestion",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="rubricquestion",
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
            model_name="rubricquestion",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="rubricquestion",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AddField(
            model_name="subcategory",
            name="created_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="When the row was made.", null=True),
        ),
        migrations.AlterField(
            model_name="subcategory",
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
            model_name="subcategory",
            name="updated_at",
            field=models.DateTimeField(help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="updated_at",
            field=models.DateTimeField(auto_now=True, help_text="When this service last saved the row.", null=True),
        ),
        migrations.AlterField(
            model_name="category",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="category",
            name="name",
            field=models.CharField(help_text="Students see it.", max_length=255),
        ),
        migrations.AlterField(
            model_name="category",
            name="total_required_to_pass",
            field=models.IntegerField(
                help_text="Marks needed to pass; each criterion gives 0 to 2. 0 passes always.",
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AlterField(
            model_name="rubricquestion",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="rubricquestion",
            name="question",
            field=models.TextField(help_text="Answered from the transcript. Hidden from students."),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="id",
            field=models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="marking_instructions",
            field=models.TextField(help_text="What earns 0, 1 and 2. Hidden from students."),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="name",
            field=models.CharField(help_text="Students see it.", max_length=255),
        ),
    ]
