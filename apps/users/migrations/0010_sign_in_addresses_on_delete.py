"""Deleting a user from the Flask service takes their addresses along."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0009_sign_in_addresses")]
    operations = [
        LimitLockWait("user"),
        DatabaseOnDelete("sign_in_addresses", "user_id", "CASCADE"),
    ]
