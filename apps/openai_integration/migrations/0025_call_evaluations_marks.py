from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0024_frozen_rubrics"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="evaluation",
            options={"ordering": ["-created_at", "id"], "verbose_name": "marking", "verbose_name_plural": "marks"},
        ),
    ]
