"""Deleting a user works from the Flask service too, which knows none of these tables."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0003_role_approvals"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("token_blacklist", "0013_alter_blacklistedtoken_options_and_more"),
    ]
    operations = [
        LimitLockWait("user"),
        DatabaseOnDelete("role_approvals", "user_id", "SET NULL"),
        DatabaseOnDelete("role_approvals", "decided_by_id", "SET NULL"),
        DatabaseOnDelete("user_groups", "user_id", "CASCADE"),
        DatabaseOnDelete("user_user_permissions", "user_id", "CASCADE"),
        DatabaseOnDelete("django_admin_log", "user_id", "CASCADE"),
        DatabaseOnDelete("token_blacklist_outstandingtoken", "user_id", "CASCADE"),
        DatabaseOnDelete("token_blacklist_blacklistedtoken", "token_id", "CASCADE"),
    ]
