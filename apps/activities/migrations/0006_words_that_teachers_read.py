"""Help texts and names in the words of the admin pages. State only: no SQL."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0005_activity_changes_on_delete"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="activity",
            options={"base_manager_name": "objects", "ordering": ["id"], "verbose_name": "exercise"},
        ),
        migrations.AlterModelOptions(
            name="activitycategory",
            options={
                "base_manager_name": "objects",
                "verbose_name": "category of an exercise",
                "verbose_name_plural": "categories of exercises",
            },
        ),
        migrations.AlterModelOptions(
            name="activitychange",
            options={
                "ordering": ["-id"],
                "verbose_name": "change to exercises",
                "verbose_name_plural": "changes to exercises",
            },
        ),
        migrations.AlterField(
            model_name="activity",
            name="pre_brief",
            field=models.TextField(help_text="What the student reads first: the setting, their role, the task."),
        ),
    ]
