"""The Flask service's "user" table, exactly. `migrate --fake-initial` adopts it where it is."""

from django.db import migrations, models

import apps.users.fields


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=150)),
                ("email", models.CharField(max_length=120, unique=True)),
                ("password", apps.users.fields.PasslibPasswordField(max_length=200)),
                ("role", models.CharField(max_length=70, null=True, blank=True)),
            ],
            options={"db_table": "user"},
        ),
    ]
