"""Who has seen a report is forgotten with the account, whichever service deletes it."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0021_forks_and_reports")]
    operations = [LimitLockWait("user"), DatabaseOnDelete("reply_reports", "seen_by_id", "SET NULL")]
