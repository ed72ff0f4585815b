"""Deleting a user from the Flask service takes the places of their refresh tokens along with the tokens."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0007_refresh_families")]
    operations = [
        LimitLockWait("token_blacklist_outstandingtoken"),
        DatabaseOnDelete("refresh_family_members", "token_id", "CASCADE"),
    ]
