"""Which refresh tokens follow on one another, so that a copy in strange hands is noticed."""

import django.db.models.deletion
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0006_token_versions"),
        ("token_blacklist", "0013_alter_blacklistedtoken_options_and_more"),
    ]
    operations = [
        LimitLockWait(),
        migrations.CreateModel(
            name="RefreshFamilyMember",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="membership",
                        serialize=False,
                        to="token_blacklist.outstandingtoken",
                    ),
                ),
                ("family", models.UUIDField(db_index=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "refresh_family_members"},
        ),
    ]
