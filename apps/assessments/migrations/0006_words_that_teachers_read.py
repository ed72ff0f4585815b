"""Help texts and names in the words of the admin pages. State only: no SQL."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_rubric_changes_on_delete"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="rubricchange",
            options={
                "ordering": ["-id"],
                "verbose_name": "change to rubrics",
                "verbose_name_plural": "changes to rubrics",
            },
        ),
        migrations.AlterField(
            model_name="category",
            name="name",
            field=models.CharField(help_text="Shown to students.", max_length=255),
        ),
        migrations.AlterField(
            model_name="category",
            name="total_required_to_pass",
            field=models.IntegerField(
                help_text="Marks needed to pass; each criterion gives 0 to 2. With 0 everybody passes.",
                validators=[django.core.validators.MinValueValidator(0)],
            ),
        ),
        migrations.AlterField(
            model_name="rubricquestion",
            name="question",
            field=models.TextField(help_text="Answered from the conversation. Hidden from students."),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="marking_instructions",
            field=models.TextField(help_text="What earns 0, 1 and 2 marks. Hidden from students."),
        ),
        migrations.AlterField(
            model_name="subcategory",
            name="name",
            field=models.CharField(help_text="Shown to students.", max_length=255),
        ),
    ]
