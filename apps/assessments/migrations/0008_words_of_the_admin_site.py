"""Plain words for the admin site. Changes the state only, not the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0007_scales_of_criteria"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="category",
            options={"base_manager_name": "objects", "ordering": ["id"], "verbose_name": "rubric"},
        ),
    ]
