"""Locking an account locks it at the other service too; those that are locked by now as well."""

from django.db import migrations

import apps.users.fields
from apps.core.migration_operations import LimitLockWait
from apps.users.migration_operations import KeepPasswordsWhileLocked


class Migration(migrations.Migration):
    dependencies = [("users", "0012_freed_emails")]
    operations = [
        LimitLockWait("user"),
        migrations.AddField(
            model_name="user",
            name="password_while_locked",
            field=apps.users.fields.SetByUpdateCharField(
                blank=True,
                editable=False,
                help_text="The hash of a locked account, which a trigger puts here and back.",
                max_length=200,
                null=True,
            ),
        ),
        KeepPasswordsWhileLocked(),
    ]
