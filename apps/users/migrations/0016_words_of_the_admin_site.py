"""Plain words for the admin site. Changes the state only, not the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0015_words_that_admins_read"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={"ordering": ["id"], "verbose_name": "account"},
        ),
    ]
