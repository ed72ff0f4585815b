"""Where an account has signed in before: guesses from elsewhere do not keep those addresses out."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0008_refresh_families_on_delete")]
    operations = [
        LimitLockWait("user"),
        migrations.CreateModel(
            name="SignInAddress",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=64)),
                ("last_used_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_in_addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "sign_in_addresses",
                "constraints": [
                    models.UniqueConstraint(fields=("address", "user"), name="one_row_per_sign_in_address")
                ],
            },
        ),
    ]
