"""Who gave or took which role, and when."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0002_django_columns")]
    operations = [
        LimitLockWait("user"),
        migrations.CreateModel(
            name="RoleApproval",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(help_text="The account's email at that time.", max_length=120)),
                (
                    "role",
                    models.CharField(
                        help_text="The role that holds from then on; empty: none.", max_length=70, null=True
                    ),
                ),
                ("previous_role", models.CharField(max_length=70, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        help_text="Empty: the command line.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="role_decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="role_approvals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "role_approvals",
                "ordering": ["-id"],
            },
        ),
    ]
